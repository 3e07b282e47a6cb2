"""A filter as a SQL condition over the `field_values` table.

field_values(document_row INTEGER, field TEXT, kind TEXT, text TEXT, number REAL, instant REAL)
"""

import difflib
from collections.abc import Collection, Sequence

from index.errors import InputError
from index.filters.literals import Literal, Moment, Number, Text
from index.filters.match import RangeTest, range_tests, text_of
from index.filters.nodes import And, Comparison, Filter, Not, comparisons
from index.filters.place_fields import UriTest, uri_tests

Sql = tuple[str, list[str | float]]
"""A condition and its parameters, in order."""

_BRANCHES = 50
"""Dates that are looked up one by one; of more, every date of the field is tested."""


def to_sql(tree: Filter, fields: Collection[str], row: str = "document_row") -> Sql:
    """Return the condition that a document's row passes.

    Args:
        tree: the filter, from `parse`.
        fields: the names of the fields that were seen in some document.
        row: the SQL of the document's row number in the statement that the condition goes into.

    Raises:
        InputError: when the filter names a field that no document has.
    """
    check_fields(tree, fields)
    return _condition(tree, row)


def check_fields(tree: Filter, fields: Collection[str]) -> None:
    """Check that every field that a filter names was seen in some document.

    Raises:
        InputError: when one was not.
    """
    for comparison in comparisons(tree):
        _check_field(comparison, fields)


def _check_field(comparison: Comparison, fields: Collection[str]) -> None:
    if comparison.field in fields or uri_tests(comparison):
        return
    near = difflib.get_close_matches(comparison.field, sorted(fields), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(fields)[:20])}."
    where = f"line {comparison.line}, column {comparison.column}"
    raise InputError(
        f"the filter names the field {comparison.field[:80]!r} ({where}), which no document has; "
        f"{hint}"
    )


def _condition(tree: Filter, row: str) -> Sql:
    if isinstance(tree, Comparison):
        return _comparison(tree, row)
    if isinstance(tree, Not):
        sql, parameters = _condition(tree.part, row)
        return f"NOT {sql}", parameters
    word = "AND" if isinstance(tree, And) else "OR"
    return _joined([_condition(part, row) for part in tree.parts], word)


def _joined(conditions: Sequence[Sql], word: str) -> Sql:
    """Join conditions as a balanced tree: SQLite allows expressions to be 1,000 deep."""
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    left, left_parameters = _joined(conditions[:half], word)
    right, right_parameters = _joined(conditions[half:], word)
    return f"({left} {word} {right})", left_parameters + right_parameters


def _comparison(comparison: Comparison, row: str) -> Sql:
    """Ask for a field's values one branch a column, so that each branch has an index.

    SQLite goes through all of a field's values where one condition names two columns.
    """
    places = uri_tests(comparison)
    branches = [(comparison.field, test) for test in _tests(comparison)]
    branches += [("uri", _uri_test(test)) for test in places or ()]
    passing, parameters = _having(row, branches)
    if comparison.operator != "not in":
        return passing, parameters
    fields = (comparison.field,) if places is None else (comparison.field, "uri")
    has, names = _having(row, [(field, ("1", [])) for field in fields])
    return f"({has} AND NOT {passing})", [*names, *parameters]


def _having(row: str, branches: Sequence[tuple[str, Sql]]) -> Sql:
    """Return the condition that one of some fields has a value that passes its test."""
    having = "SELECT document_row FROM field_values WHERE field = ?"
    joined = " UNION ALL ".join(f"{having} AND {test}" for _, (test, _) in branches)
    parameters = [each for field, (_, values) in branches for each in (field, *values)]
    return f"{row} IN ({joined})", parameters


def _tests(comparison: Comparison) -> list[Sql]:
    """Return tests of one column each, of which a value must pass one."""
    if comparison.operator in ("in", "not in"):
        return _equalities(comparison.values)
    if comparison.operator == "has":
        return [("1", [])]
    if comparison.operator == "contains":
        return [("instr(text, ?) > 0", [text_of(comparison)])]
    if comparison.operator == "starts":
        return [_starts(text_of(comparison))]
    return [_range(test) for test in range_tests(comparison)]


def _starts(words: str) -> Sql:
    """Compare with the next greater text that does not begin so: ranges have an index."""
    stem = words.rstrip(chr(_LAST))
    if not stem:
        return "text >= ?", [words]
    code = ord(stem[-1]) + 1
    after = stem[:-1] + chr(_AFTER_SURROGATES if code == _SURROGATES else code)
    return "(text >= ? AND text < ?)", [words, after]


_LAST, _SURROGATES, _AFTER_SURROGATES = 0x10FFFF, 0xD800, 0xE000


def _uri_test(test: UriTest) -> Sql:
    column = "rtrim(text, replace(text, '/', ''))" if test.of_folder else "text"
    if test.how == "starts" and not test.of_folder:
        return _starts(test.words)
    conditions = {
        "is": f"{column} = ?",
        "contains": f"instr({column}, ?) > 0",
        "starts": f"substr({column}, 1, {len(test.words)}) = ?",
        "ends": f"substr({column}, -{len(test.words)}) = ?",
        "ends in any case": f"lower(substr({column}, -{len(test.words)})) = lower(?)",
    }
    return conditions[test.how], [test.words]


def _equalities(values: Sequence[Literal]) -> list[Sql]:
    """Return tests of one column each, few enough for one statement."""
    texts: list[str | float] = [value.text for value in values if isinstance(value, Text)]
    all_numbers = [value for value in values if isinstance(value, Number)]
    numbers: list[str | float] = [each.number for each in all_numbers if each.digits is None]
    long = [_long(each.number, each.digits) for each in all_numbers if each.digits is not None]
    years = [value.year if isinstance(value, Number) else value for value in values]
    moments = [_moment(moment) for moment in years if isinstance(moment, Moment)]
    many = len(moments) > _BRANCHES
    tests = [_when_dated(_joined(moments, "OR"))] if many else moments
    tests += [_joined(long, "OR")] if long else []
    for column, chosen in (("text", texts), ("number", numbers)):
        if chosen:
            tests.append((f"{column} IN ({', '.join('?' * len(chosen))})", chosen))
    return tests


def _long(number: float, digits: str) -> Sql:
    """Compare as `values.has_digits` does; the texts of numbers hold no other characters."""
    same = "(ltrim(text, '+-0') = ? OR ltrim(text, '+-') GLOB '*[^0-9]*')"
    return f"(number = ? AND {same})", [number, digits]


def _when_dated(sql: Sql) -> Sql:
    """Spare values that are no dates the tests: a thousand numbers may be a thousand years too."""
    test, parameters = sql
    return f"(instant IS NOT NULL AND {test})", parameters


def _moment(moment: Moment) -> Sql:
    if moment.end is None:
        return "instant = ?", [moment.start]
    return "(instant >= ? AND instant < ?)", [moment.start, moment.end]


def _range(test: RangeTest) -> Sql:
    compared = f"{test.column} {test.operator} ?"
    if test.column == "text":
        compared = f"(kind IN ('text', 'instant') AND {compared})"
    return compared, [test.bound]
