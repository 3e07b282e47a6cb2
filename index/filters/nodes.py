"""The syntax tree of a filter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from index.filters.literals import Literal

Operator = OneOf["in", "not in", "<", "<=", ">", ">=", "contains", "starts", "has"]
"""`=` is `in` with one value, `!=` is `not in` with one value."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator values`; `line` and `column` are 1-based.

    Ranges, `contains` and `starts` have one value, `has` has none.
    """

    field: str
    operator: Operator
    values: tuple[Literal, ...]
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """What `part` does not pass."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    """What all `parts` pass."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any of `parts` passes."""

    parts: tuple["Filter", ...]


Filter = Comparison | Not | And | Or


def comparisons(tree: Filter) -> Iterator[Comparison]:
    """Yield the comparisons of a filter, in the order they are written."""
    if isinstance(tree, Comparison):
        yield tree
    elif isinstance(tree, Not):
        yield from comparisons(tree.part)
    else:
        for part in tree.parts:
            yield from comparisons(part)
