import subprocess
import sys

import pytest

from index.errors import InputError
from index.filters import And, Comparison, Not, Or, parse
from index.filters.literals import Moment, Number, Text
from index.filters.nodes import comparisons


def shape(tree):
    """The tree without places, so that it can be compared."""
    if isinstance(tree, Comparison):
        return (tree.field, tree.operator, *tree.values)
    if isinstance(tree, Not):
        return ("not", shape(tree.part))
    return (type(tree).__name__.lower(), *map(shape, tree.parts))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a = x", ("a", "in", Text("x"))),
        ("a == x", ("a", "in", Text("x"))),
        ("a != 'x y'", ("a", "not in", Text("x y"))),
        ('a in (x, 2, "3")', ("a", "in", Text("x"), Number(2.0), Text("3"))),
        ("a NOT IN (x)", ("a", "not in", Text("x"))),
        ("`a b` >= -2.5e3", ("a b", ">=", Number(-2500.0))),
        (r'a = "say \"no\" \\"', ("a", "in", Text('say "no" \\'))),
        ("a = not", ("a", "in", Text("not"))),
        ("note = 1 and order = 2", ("and", ("note", "in", Number(1)), ("order", "in", Number(2)))),
        ("published.year < 3", ("published.year", "<", Number(3.0))),
        ("a = 1970-01-02", ("a", "in", Moment(86400.0, 172800.0))),
        ("a = '1970-01-02'", ("a", "in", Moment(86400.0, 172800.0))),
        ("a = 1970-02", ("a", "in", Moment(31 * 86400.0, 59 * 86400.0))),
        ("a = '1970-02'", ("a", "in", Moment(31 * 86400.0, 59 * 86400.0))),
        ("a = 1970", ("a", "in", Number(1970.0, Moment(0.0, 365 * 86400.0)))),
        ("a = '1970'", ("a", "in", Text("1970"))),
        ("a = 0000", ("a", "in", Number(0.0))),
        ("a = 01970", ("a", "in", Number(1970.0))),
        ("a = 'O''Brien'", ("a", "in", Text("O'Brien"))),
        ('a = "say ""no"""', ("a", "in", Text('say "no"'))),
        ('a = \'say ""no""\'', ("a", "in", Text('say ""no""'))),
        ("a in ('', 'b')", ("a", "in", Text(""), Text("b"))),
        ("a = 1970-01-01T01:00:00+01:00", ("a", "in", Moment(0.0))),
        ("a = 1970-01-01T00:00:01Z", ("a", "in", Moment(1.0))),
        ("a = 1970-01-01T00:00:01", ("a", "in", Moment(1.0))),
        ("größe = 東京", ("größe", "in", Text("東京"))),
    ],
)
def test_forms(expression, expected):
    assert shape(parse(expression)) == expected


def test_not_binds_tighter_than_and_and_than_or():
    tree = parse("not a=1 and b=2 or c=3")
    assert isinstance(tree, Or)
    assert isinstance(tree.parts[0], And)
    assert isinstance(tree.parts[0].parts[0], Not)
    assert shape(parse("not (a=1 and (b=2 or c=3))"))[0] == "not"


def test_quoted_text_that_starts_like_a_date_is_text():
    text = "2025-11-01 10 people"
    assert shape(parse(f"a = '{text}'")) == ("a", "in", Text(text))
    assert shape(parse("a = '2025-13-01'")) == ("a", "in", Text("2025-13-01"))


def test_names_the_fields_and_their_places():
    tree = parse("a = 1 and\n  b != 2")
    places = [(each.field, each.line, each.column) for each in comparisons(tree)]
    assert places == [("a", 1, 1), ("b", 2, 3)]


@pytest.mark.parametrize(
    ("expression", "line", "column", "expected"),
    [
        ("a =", 1, 4, "a value"),
        ("", 1, 1, "a field"),
        ("(a=1", 1, 5, "')'"),
        ("a=1 b=2", 1, 5, "'and' or 'or'"),
        ("a ~ 1", 1, 3, "a comparison"),
        ("a = 1 and\nb = (", 2, 5, "a value"),
        ('a = "x', 1, 5, "this quote to be closed"),
        ("a = 'O'Brien'", 1, 8, "a quote inside quotes is written twice"),
        ("a in ()", 1, 7, "a value"),
        ("a=1;drop table", 1, 10, "the end"),
    ],
)
def test_errors_point_at_the_place(expression, line, column, expected):
    with pytest.raises(InputError) as caught:
        parse(expression)
    message, source, caret = str(caught.value).split("\n")
    assert f"line {line}, column {column}:" in message
    assert expected in message
    assert caret.index("^") - 2 == column - 1
    assert source.strip() == expression.split("\n")[line - 1].strip()


def test_a_date_that_does_not_exist_is_an_error():
    with pytest.raises(InputError, match=r"2025-02-30.*line 1, column 5"):
        parse("a = 2025-02-30")


@pytest.mark.parametrize(
    "date", ["2025-13", "2025-3", "2025-3-1", "2025/03/01", "2025/03", "01.03.2025", "3/1/2025"]
)
def test_a_date_in_another_notation_is_an_error_that_says_how_to_write_it(date):
    with pytest.raises(InputError, match=r"in quotes") as caught:
        parse(f"a >= {date}")
    assert date in str(caught.value)
    assert shape(parse(f"a = '{date}'")) == ("a", "in", Text(date))


@pytest.mark.parametrize(
    "expression",
    [
        "not " * 100_000 + "a=1",
        "(" * 100_000 + "a=1" + ")" * 100_000,
        "not(" * 65 + "a=1" + ")" * 65,
    ],
)
def test_deep_nesting_is_a_clear_error(expression):
    with pytest.raises(InputError, match="nests deeper"):
        parse(expression)


@pytest.mark.parametrize("expression", ["(" * 100_000, ")" * 100_000, "(a=1 or " * 60_000])
def test_unclosed_nesting_is_a_clear_error(expression):
    with pytest.raises(InputError, match="does not parse"):
        parse(expression)


def test_nesting_within_the_cap_parses():
    assert parse("(" * 60 + "a=1" + ")" * 60).field == "a"


@pytest.mark.parametrize(
    "expression", ["a=1 or " * 3000 + "a=1", f"a in ({', '.join(['1'] * 6000)})", "a" * 1_000_001]
)
def test_size_is_capped(expression):
    with pytest.raises(InputError, match=r"more than|at most"):
        parse(expression)


def test_lark_is_imported_only_to_parse():
    code = "import sys, index.filters; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_null_is_in_no_range():
    with pytest.raises(InputError, match=r"line 1, column 12.*`b = null`"):
        parse("a = 1 and (b > null)")
