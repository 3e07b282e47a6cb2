"""The grammar of filters, and the making of nodes from what it recognises."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from index.errors import InputError
from index.filters.literals import Literal, Text, read_literal, storable
from index.filters.nodes import And, Comparison, Filter, Not, Operator, Or
from index.filters.place_fields import PLACES

if TYPE_CHECKING:
    from lark import Token, Transformer

MAX_DEPTH = 64
"""Deepest nesting of parentheses and `not`."""

MAX_PARTS = 5_000
"""Most values and comparisons together; SQLite's own limits lie above it."""

GRAMMAR = r"""
start: _any
_any: either
either: both (OR both)*
both: single (AND single)*
?single: NOT single                            -> negation
       | "(" either ")"                        -> group
       | field OPERATOR value                  -> comparison
       | field CONTAINS value                  -> containing
       | field STARTS value                    -> starting
       | HAS field                             -> having
       | field IN "(" value ("," value)* ")"   -> membership
       | field NOT IN "(" value ("," value)* ")" -> exclusion
field: NAME | BACKQUOTED
value: WORD | SINGLE | DOUBLE

OR.2: /or(?![\w.\-])/i
AND.2: /and(?![\w.\-])/i
NOT.2: /not(?![\w.\-])/i
IN.2: /in(?![\w.\-])/i
CONTAINS.2: /contains(?![\w.\-])/i
STARTS.2: /starts\s+with(?![\w.\-])/i
HAS.2: /has(?=\s+(?!(in|not|contains|starts|and|or)\b)[^\W\d]|\s*`)/i
OPERATOR: "<=" | ">=" | "!=" | "==" | "=" | "<" | ">"
NAME: /[^\W\d][\w.\-]*/
BACKQUOTED: /`[^`\n]+`/
WORD: /[^\s()'"`,=!<>]+/
SINGLE: /'(\\.|''|[^'\\])*'/s
DOUBLE: /"(\\.|""|[^"\\])*"/s
%import common.WS
%ignore WS
"""

_OPERATORS: dict[str, Operator] = {"=": "in", "==": "in", "!=": "not in"}


class Value(NamedTuple):
    """A value as it was written, and what it stands for; None for the filter's `null`."""

    text: str
    literal: Literal | None


class Part(NamedTuple):
    """A finished part of the tree, how deep it nests, and how many values it holds."""

    tree: Filter
    depth: int
    size: int


def builder() -> "Transformer[Any, Any]":
    """Return what lark calls with each recognised part; lark is imported here."""
    from lark import Transformer

    class Builder(Transformer[Any, Any]):
        """Makes nodes while parsing, bottom up, so that no depth can exhaust the stack."""

        def start(self, parts: list[Part]) -> Part:
            return parts[0]

        def either(self, parts: list[Any]) -> Part:
            return _joined(Or, parts)

        def both(self, parts: list[Any]) -> Part:
            return _joined(And, parts)

        def negation(self, parts: list[Any]) -> Part:
            inner = _deeper(parts[-1])
            return inner._replace(tree=Not(inner.tree))

        def group(self, parts: list[Part]) -> Part:
            return _deeper(parts[-1])

        def comparison(self, parts: list[Any]) -> Part:
            field, sign, value = parts
            operator = _OPERATORS.get(str(sign), cast(Operator, str(sign)))
            return _compared(field, operator, [value])

        def membership(self, parts: list[Any]) -> Part:
            return _compared(parts[0], "in", parts[2:])

        def exclusion(self, parts: list[Any]) -> Part:
            return _compared(parts[0], "not in", parts[3:])

        def containing(self, parts: list[Any]) -> Part:
            return _leaf(parts[0], "contains", [Text(storable(parts[2].text))])

        def starting(self, parts: list[Any]) -> Part:
            return _leaf(parts[0], "starts", [Text(storable(parts[2].text))])

        def having(self, parts: list[Any]) -> Part:
            return _leaf(parts[1], "has", [])

        def field(self, parts: list["Token"]) -> "Token":
            token = parts[0]
            return token.update(value=token.strip("`")) if token.type == "BACKQUOTED" else token

        def value(self, parts: list["Token"]) -> Value:
            return _value(parts[0])

    return Builder()


def _compared(field: "Token", operator: Operator, values: Sequence[Value]) -> Part:
    """Return a comparison; a missing field differs from any value."""
    literals = [_literal_of(str(field), value) for value in values if value.literal is not None]
    if len(literals) == len(values):
        return _leaf(field, operator, literals)
    has = _leaf(field, "has", [])
    if operator == "not in":
        return _joined(And, [has, _leaf(field, operator, literals)]) if literals else has
    if operator != "in":
        raise InputError(
            f"null is neither more nor less than anything (line {field.line}, column "
            f"{field.column}); write `{field} = null`, or put it in quotes if it is text"
        )
    lacks = _deeper(has)._replace(tree=Not(has.tree))
    return _joined(Or, [lacks, _leaf(field, operator, literals)]) if literals else lacks


def _literal_of(field: str, value: Value) -> Literal:
    """Return what a value stands for: names of files and folders are text, `2024` too."""
    assert value.literal is not None, "null has been handled"
    return Text(storable(value.text)) if field in PLACES else value.literal


def _leaf(field: "Token", operator: Operator, values: Sequence[Literal]) -> Part:
    line, column = field.line or 1, field.column or 1
    return Part(Comparison(str(field), operator, tuple(values), line, column), 0, 1 + len(values))


def _joined(kind: type[And] | type[Or], parts: list[Any]) -> Part:
    inner = [part for part in parts if isinstance(part, Part)]
    size = sum(part.size for part in inner)
    if size > MAX_PARTS:
        raise InputError(f"the filter has more than {MAX_PARTS:,} fields and values; name fewer")
    tree = inner[0].tree if len(inner) == 1 else kind(tuple(part.tree for part in inner))
    return Part(tree, max(part.depth for part in inner), size)


def _deeper(part: Part) -> Part:
    if part.depth >= MAX_DEPTH:
        raise InputError(f"the filter nests deeper than {MAX_DEPTH} levels; write it flatter")
    return part._replace(depth=part.depth + 1)


def _value(token: "Token") -> Value:
    quoted = token.type in ("SINGLE", "DOUBLE")
    text = _unescaped(token[1:-1], token[0]) if quoted else str(token)
    if not quoted and text.lower() == "null":
        return Value(text, None)
    try:
        return Value(text, read_literal(text, quoted=quoted))
    except ValueError as error:
        raise InputError(
            f"{text[:80]!r} in the filter (line {token.line}, column {token.column}) is written "
            f"as a date and is none: {error}; put it in quotes if it is text"
        ) from error


def _unescaped(text: str, quote: str) -> str:
    return re.sub(rf"\\(.)|{quote}({quote})", r"\1\2", text, flags=re.DOTALL)
