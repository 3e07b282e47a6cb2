"""A filter applied to one document in plain Python: the definition that the SQL is tested against.

It is also the way to filter what is not in an index.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Literal as OneOf
from typing import NamedTuple

from index.filters.nodes import And, Comparison, Filter, Not
from index.filters.values import FieldValue, Literal, Moment, Number, Text, field_values, has_digits
from index.types import MetadataValue

Column = OneOf["text", "number", "instant"]
"""What a value may be read as."""

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
        return _equals(value, literal) or _at(value, literal.year)
    return _at(value, literal)


def _equals(value: FieldValue, literal: Number) -> bool:
    same = value.number == literal.number
    return same and (literal.digits is None or has_digits(value.text, literal.digits))


def _at(value: FieldValue, moment: Moment | None) -> bool:
    if moment is None or value.instant is None:
        return False
    if moment.end is None:
        return value.instant == moment.start
    return moment.start <= value.instant < moment.end


def _in_range(value: FieldValue, comparison: Comparison) -> bool:
    return any(_passes_range(value, test) for test in range_tests(comparison))


def _passes_range(value: FieldValue, test: "RangeTest") -> bool:
    held: str | float | None = value.number if test.column == "number" else value.instant
    if test.column == "text":
        held = value.text if value.kind in ("text", "instant") else None
    return held is not None and _COMPARE[test.operator](held, test.bound)


class RangeTest(NamedTuple):
    """Passed by a value that can be read as `column` and there compares so with `bound`."""

    column: Column
    operator: str
    bound: str | float


def range_tests(comparison: Comparison) -> list[RangeTest]:
    """Return the tests of a range, of which a value must pass one; whole days become instants."""
    literal, operator = comparison.values[0], comparison.operator
    if isinstance(literal, Text):
        return [RangeTest("text", operator, literal.text)]
    if isinstance(literal, Moment):
        return [_moment_test(literal, operator)]
    numbers = RangeTest("number", operator, literal.number)
    return [numbers] if literal.year is None else [numbers, _moment_test(literal.year, operator)]


def _moment_test(moment: Moment, operator: str) -> RangeTest:
    if moment.end is not None and operator in ("<=", ">"):
        return RangeTest("instant", "<" if operator == "<=" else ">=", moment.end)
    return RangeTest("instant", operator, moment.start)
