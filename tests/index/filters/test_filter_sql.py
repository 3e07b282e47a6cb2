"""The SQL against brute force, on a real SQLite database."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.filters import document_fields, field_values, matches, parse, to_sql
from index.store.schema import create_tables
from index.types import Document

TABLE = """CREATE TABLE field_values(
    document_row INTEGER, field TEXT, kind TEXT, text TEXT, number REAL, instant REAL)"""


def select(documents, expression, fields=None):
    """Rows of the documents that pass, as the store would select them."""
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute("CREATE TABLE documents(row INTEGER PRIMARY KEY)")
    seen = set(fields or ())
    for row, document in enumerate(documents):
        connection.execute("INSERT INTO documents VALUES (?)", (row,))
        for value in field_values(document):
            seen.add(value.field)
            connection.execute(
                "INSERT INTO field_values VALUES (?, ?, ?, ?, ?, ?)",
                (row, value.field, value.kind, value.text, value.number, value.instant),
            )
    sql, parameters = to_sql(parse(expression), seen, "documents.row")
    found = connection.execute(
        f"SELECT row FROM documents WHERE {sql} ORDER BY row", parameters
    ).fetchall()
    return [row for (row,) in found]


DOCUMENTS = [
    {"author": "Marco Rubio", "year": 2024, "tags": ("news", "draft"), "ready": True},
    {"author": "Élodie", "year": 1999.5, "published": "2025-11-01"},
    {"year": "2025", "published": "2025-11-01T23:30:00-02:00", "tags": ("news",)},
    {"published": "2025-11-02T00:00:00Z", "tags": (), "ready": False},
    {"published": "soon", "code": "007"},
]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ('author = "Marco Rubio"', [0]),
        ("author = 'marco rubio'", []),
        ("author = Élodie", [1]),
        ("author != Élodie", [0]),
        ("not author = Élodie", [0, 2, 3, 4]),
        ("tags = news", [0, 2]),
        ("tags != draft", [2]),
        ("not tags = draft", [1, 2, 3, 4]),
        ("tags in (draft, news)", [0, 2]),
        ("tags not in (draft)", [2]),
        ("year >= 2000", [0, 2]),
        ("year < 2000", [1]),
        ("year = 2025", [2]),
        ("year = '2024'", [0]),
        ("ready = true", [0]),
        ("ready = false or ready = true", [0, 3]),
        ("published = 2025-11-01", [1]),
        ("published = 2025-11-02", [2, 3]),
        ("published < 2025-11-02", [1]),
        ("published <= 2025-11-01", [1]),
        ("published > 2025-11-01", [2, 3]),
        ("published >= 2025-11-02T00:00:00Z", [2, 3]),
        ("published > 2025-11-02T01:00:00Z", [2]),
        ("published = 2025-11-02T03:30:00+02:00", [2]),
        ("published = soon", [4]),
        ("published > 2", []),
        ("published = 2025", [1, 2, 3]),
        ("published >= 2025", [1, 2, 3]),
        ("published > 2025", []),
        ("published < 2025", []),
        ("published <= 2025", [1, 2, 3]),
        ("published != 2025", [4]),
        ("published in (2024, 2025)", [1, 2, 3]),
        ("published = '2025'", []),
        ("published = 2025-11", [1, 2, 3]),
        ("published > 2025-11", []),
        ("published > 2025-10", [1, 2, 3]),
        ("published < 2025-12", [1, 2, 3]),
        ("published <= 2025-10", []),
        ("code = 7", [4]),
        ("code = '7'", []),
        ("code = '007'", [4]),
        ("(year > 2000 and tags = draft) or code in (7)", [0, 4]),
    ],
)
def test_semantics(expression, rows):
    assert select(DOCUMENTS, expression) == rows
    assert [n for n, d in enumerate(DOCUMENTS) if matches(parse(expression), d)] == rows


FILES = [
    {"uri": "/home/me/contracts/2024/lease.PDF", "title": "The Lease of 2024"},
    {"uri": "/home/me/contracts/2024/q1/lease.pdf", "title": "Lease"},
    {"uri": "/home/me/old-contracts/2024/a.md", "title": "null", "author": "null"},
    {"uri": "/home/me/contracts/2023.zip!/2024/a.txt", "folder": "Inbox", "type": "memo"},
    {"uri": "memory:x", "folder": "2024/mail", "author": "Lea"},
]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("folder = contracts/2024", [0, 1]),
        ("folder = 'contracts/2024/'", [0, 1]),
        ("folder = 2024", [0, 1, 2, 3]),
        ("folder = /home/me/contracts/2024/q1", [1]),
        ("folder = contracts/202", []),
        ("folder = /contracts", []),
        ("folder in (q1, Inbox)", [1, 3]),
        ("folder != contracts", [2, 4]),
        ("folder contains tract", [0, 1, 2, 3]),
        ("folder starts with old-", [2]),
        ("path = lease.pdf", [1]),
        ("path = q1/lease.pdf", [1]),
        ("path = /home/me/contracts/2024/lease.PDF", [0]),
        ("path starts with contracts/2024", [0, 1]),
        ("path contains lease", [0, 1]),
        ("type = pdf", [0, 1]),
        ("type in (.TXT, md)", [2, 3]),
        ("type = memo", [3]),
        ("type != pdf", [2, 3, 4]),
        ("title contains Lease", [0, 1]),
        ("title contains 2024", [0]),
        ("title starts with 'The '", [0]),
        ("title starts with lease", []),
        ("has author", [2, 4]),
        ("not has author", [0, 1, 3]),
        ("author = null", [0, 1, 3]),
        ("author != null", [2, 4]),
        ("author = 'null'", [2]),
        ("author in (Lea, null)", [0, 1, 3, 4]),
        ("author not in (Lea, null)", [2]),
        ("author in (null)", [0, 1, 3]),
        ("title contains Lease and folder = q1", [1]),
        ("has author or has title", [0, 1, 2, 4]),
    ],
)
def test_places_and_parts_of_text(expression, rows):
    assert select(FILES, expression) == rows
    assert [n for n, d in enumerate(FILES) if matches(parse(expression), d)] == rows


def test_a_field_may_be_called_as_a_keyword_is():
    held = [{"has": 3, "contains": "x", "starts": "y", "null": "z"}]
    expression = "has = 3 and contains = x and starts != z and has `contains` and null = z"
    assert select(held, f"{expression} and has has and `has` = 3") == [0]


TWEETS = [
    {"tweet": 1453489038376132610},
    {"tweet": 1453489038376132611},
    {"tweet": "01453489038376132611"},
    {"tweet": -1453489038376132611},
    {"tweet": 1e20},
    {"tweet": 9007199254740993},
]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("tweet = 1453489038376132611", [1, 2]),
        ("tweet = +01453489038376132611", [1, 2]),
        ("tweet != 1453489038376132611", [0, 3, 4, 5]),
        ("tweet in (1453489038376132610, -1453489038376132611)", [0, 3]),
        ("tweet not in (1453489038376132610, 7)", [1, 2, 3, 4, 5]),
        (f"tweet = 1{'0' * 20}", [4]),
        ("tweet = 9007199254740992", []),
        ("tweet = 9007199254740993", [5]),
    ],
)
def test_whole_numbers_are_equal_to_the_last_digit(expression, rows):
    assert select(TWEETS, expression) == rows
    assert [n for n, d in enumerate(TWEETS) if matches(parse(expression), d)] == rows


def test_built_in_fields_hide_metadata_of_their_name():
    document = Document("a", "file:a", "T", "text", "", "text/plain", {"title": "x", "tags": "t"})
    fields = document_fields(document)
    assert matches(parse("title = T and id = a and media_type = 'text/plain' and tags = t"), fields)
    assert not matches(parse("title = x"), fields)


def test_an_unknown_field_is_an_error_that_helps():
    with pytest.raises(InputError, match=r"'autor' \(line 1, column 15\).*'author'"):
        to_sql(parse("year = 1 and (autor = x)"), {"author", "year"})
    with pytest.raises(InputError, match="there are: author, year"):
        to_sql(parse("zzz = x"), {"author", "year"})


def test_a_filter_as_large_as_may_be_is_run():
    many = " or ".join(f"code = c{n}" for n in range(2400))
    assert select(DOCUMENTS, f"{many} or code in ({', '.join(['7'] * 150)})") == [4]


def test_text_that_sqlite_cannot_hold_is_still_selected():
    assert select([{"a": "x\ud800"}, {"a": "y"}], "a = 'x?'") == [0]
    assert select([{"a": "nul\x00inside"}, {"a": "nul"}], "a = 'nul\x00inside'") == [0]


scalars = st.one_of(
    st.sampled_from(
        ["a", "B", "é", "2025-11-01", "2025-11-01T12:00:00Z", "2025-11-01T23:00-05:00"]
    ),
    st.sampled_from(["10", "010", "1e1", "-3", "2025-13-01", "true", "2025", "2025-11", "2025-13"]),
    st.text(max_size=3),
    st.integers(-20, 20),
    st.integers(2**53 - 2, 2**53 + 2) | st.integers(2**53, 2**53 + 2).map("{:018}".format),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
)
uris = st.one_of(
    st.sampled_from(["/a/b/c.A", "/a/b/2025/x.b", "a:b", "/B/a", "/b/a.zip!/2025/1.a", "b/1.2025"]),
    st.text(alphabet="aB/.1\U0010ffff\ud7ff\ue000", min_size=1, max_size=6),
)
documents = st.lists(
    st.builds(
        lambda fields, uri: {**fields, "uri": uri},
        st.dictionaries(
            st.sampled_from(["f", "g", "h", "folder", "type"]),
            st.one_of(scalars, st.lists(scalars, max_size=3).map(tuple)),
            max_size=3,
        ),
        uris,
    ),
    min_size=1,
    max_size=6,
)


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


literals = st.one_of(
    st.integers(-20, 20).map(str),
    st.integers(2**53 - 2, 2**53 + 2).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["2025-11-01", "2025-11-01T12:00Z", "a", "true", "010", "10", "é"]),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.sampled_from(["2025-11-01", "10", "a", "2025", "2025-11"]).map(quoted),
    st.sampled_from(["2025", "2024", "9999", "2025-11", "2024-02", "9999-12"]),
    st.integers(1, 9999).map("{:04}".format),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=3).map(quoted),
)
words = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=2).map(quoted),
    st.sampled_from(["a", "2025", "true", "1", "b/", "/a", "B", "\U0010ffff", "\ud7ff"]).map(
        quoted
    ),
)
comparisons = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["f", "g", "h"]),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        literals,
    ),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["f", "g", "uri", "folder", "path"]),
        st.sampled_from(["contains", "starts with", "=", "!="]),
        words,
    ),
    st.builds("type {} {}".format, st.sampled_from(["=", "!="]), words),
    st.builds("{} {} null".format, st.sampled_from(["f", "g"]), st.sampled_from(["=", "!="])),
    st.builds("has {}".format, st.sampled_from(["f", "folder"])),
    st.builds(
        "{} {} ({})".format,
        st.sampled_from(["f", "g", "h"]),
        st.sampled_from(["in", "not in"]),
        st.lists(literals, min_size=1, max_size=3).map(", ".join),
    ),
)
expressions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("not {}".format, inner.map("({})".format)),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or {} and {}".format, inner, comparisons, comparisons),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(documents, expressions)
def test_sql_selects_what_matches(held, expression):
    tree = parse(expression)
    expected = [row for row, fields in enumerate(held) if matches(tree, fields)]
    assert select(held, expression, ["f", "g", "h", "type"]) == expected


@pytest.mark.parametrize("expression", ["year = 1999", "year in (1999, 2001)", "year != 1999"])
def test_a_number_that_may_be_a_year_is_looked_up_in_both_indexes(expression):
    connection = sqlite3.connect(":memory:")
    create_tables(connection)
    sql, parameters = to_sql(parse(expression), {"year"}, "documents.row")
    plan = connection.execute(
        f"EXPLAIN QUERY PLAN SELECT row FROM documents WHERE {sql}", parameters
    ).fetchall()
    steps = " ".join(step[-1] for step in plan)
    assert "field_values_number (field=? AND number=?)" in steps
    assert "field_values_instant (field=? AND instant>? AND instant<?)" in steps


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ('language = "en"', [0, 1]),
        ('language = "en-US"', [0]),
        ('language != "en"', [2]),
        ('language = "de"', [2]),
    ],
)
def test_a_variety_of_a_language_is_that_language(expression: str, rows: list[int]) -> None:
    documents = [{"language": language} for language in ("en-US", "en", "de_AT")]
    assert select(documents, expression) == rows
    tree = parse(expression)
    assert [row for row, fields in enumerate(documents) if matches(tree, fields)] == rows
