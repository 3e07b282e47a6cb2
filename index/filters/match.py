"""A filter applied to one document in plain Python: the definition that the SQL is tested against.

It is also the way to filter what is not in an index.
"""

import operator
from collections.abc import Callable, Mapping

from index.filters.nodes import And, Comparison, Filter, Not
from index.filters.values import FieldValue, Literal, Moment, Number, Text, field_values
from index.types import MetadataValue

_COMPARE: Mapping[str, Callable[[str | float, str | float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches(tree: Filter, fields: Mapping[str, MetadataValue]) -> bool:
    """Tell whether a document with these fields (see `document_fields`) passes the filter."""
    if isinstance(tree, Comparison):
        return _passes(tree, [v for v in field_values(fields) if v.field == tree.field])
    if isinstance(tree, Not):
        return not matches(tree.part, fields)
    decide = all if isinstance(tree, And) else any
    return decide(matches(part, fields) for part in tree.parts)


def _passes(comparison: Comparison, values: list[FieldValue]) -> bool:
    if comparison.operator in _COMPARE:
        return any(_in_range(value, comparison) for value in values)
    found = any(_equal(value, literal) for value in values for literal in comparison.values)
    return found if comparison.operator == "in" else bool(values) and not found


def _equal(value: FieldValue, literal: Literal) -> bool:
    if isinstance(literal, Text):
        return value.text == literal.text
    if isinstance(literal, Number):
        return value.number == literal.number
    if value.instant is None:
        return False
    if literal.end is None:
        return value.instant == literal.start
    return literal.start <= value.instant < literal.end


def _in_range(value: FieldValue, comparison: Comparison) -> bool:
    bound, compare = range_bound(comparison)
    if isinstance(comparison.values[0], Number):
        held: str | float | None = value.number
    elif isinstance(comparison.values[0], Moment):
        held = value.instant
    else:
        held = value.text if value.kind in ("text", "instant") else None
    return held is not None and _COMPARE[compare](held, bound)


def range_bound(comparison: Comparison) -> tuple[str | float, str]:
    """Return the bound of a range and how to compare with it, whole days made into instants."""
    literal = comparison.values[0]
    if isinstance(literal, Text):
        return literal.text, comparison.operator
    if isinstance(literal, Number):
        return literal.number, comparison.operator
    if literal.end is not None and comparison.operator in ("<=", ">"):
        return literal.end, "<" if comparison.operator == "<=" else ">="
    return literal.start, comparison.operator
