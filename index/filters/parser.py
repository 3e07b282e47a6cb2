"""Text to syntax tree, by lark's LALR parser, with errors that point at the place."""

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn, cast

from index.errors import InputError
from index.filters.grammar import GRAMMAR, Part, builder
from index.filters.literals import storable
from index.filters.nodes import Filter

if TYPE_CHECKING:
    from lark import Lark

MAX_LENGTH = 1_000_000
"""Longest filter, in code points."""

_EXPECTED = {
    "WORD": "a value",
    "SINGLE": "a value",
    "DOUBLE": "a value",
    "NAME": "a field",
    "BACKQUOTED": "a field",
    "OPERATOR": "a comparison (= != < <= > >= in contains starts with)",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "AND": "'and'",
    "OR": "'or'",
    "$END": "the end",
}

_TWICE = "a quote inside quotes is written twice"
_CLOSED = f"this quote to be closed; {_TWICE}"


def parse(expression: str) -> Filter:
    """Return the syntax tree of a filter.

    Raises:
        InputError: when it does not parse (with line, column and a caret under the place), is
            too long, or nests too deep.
    """
    import lark

    if len(expression) > MAX_LENGTH:
        raise InputError(
            f"the filter has {len(expression):,} characters; at most {MAX_LENGTH:,} are read"
        )
    try:
        return cast(Part, _parser().parse(storable(expression))).tree
    except lark.exceptions.UnexpectedCharacters as error:
        wanted = _CLOSED if error.char in ("'", '"') else _wanted(error.allowed or ())
        _fail(expression, error.line, error.column, wanted)
    except lark.exceptions.UnexpectedToken as error:
        at_end = error.token.type == "$END"
        line, column = _end(expression) if at_end else (error.line, error.column)
        after_quote = expression[: error.token.start_pos or 0].endswith(("'", '"')) and not at_end
        hint = f"; {_TWICE}" if after_quote else ""
        _fail(expression, line, column, _wanted(error.accepts or error.expected) + hint)


@lru_cache(maxsize=1)
def _parser() -> "Lark":
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=builder())


def _wanted(names: Collection[str]) -> str:
    words = dict.fromkeys(_EXPECTED[name] for name in _EXPECTED if name in names)
    return " or ".join(words) or "something else"


def _end(expression: str) -> tuple[int, int]:
    before = expression.rstrip()
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _fail(expression: str, line: int, column: int, wanted: str) -> NoReturn:
    source = expression.split("\n")[line - 1] if expression else ""
    begin = max(0, column - 41)
    shown = "".join(c if c.isprintable() else " " for c in source[begin : begin + 80])
    raise InputError(
        f"the filter does not parse at line {line}, column {column}: expected {wanted}\n"
        f"  {shown}\n  {' ' * (column - 1 - begin)}^"
    ) from None
