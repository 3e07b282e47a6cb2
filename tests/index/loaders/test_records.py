"""JSON and JSONL: fields to documents and metadata, and what is wrong with a record."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LoadError
from index.loaders.json import JsonLoader
from index.loaders.jsonl import JsonlLoader
from index.types import Document, LoadProblem


def lines(*records: object) -> bytes:
    return b"\n".join(
        record if isinstance(record, bytes) else json.dumps(record).encode() for record in records
    )


def load(data: bytes) -> list[Document | LoadProblem]:
    return list(JsonlLoader().load(data, uri="/d/c.jsonl", key="c"))


def one(record: object) -> Document:
    (found,) = load(lines(record))
    assert isinstance(found, Document)
    return found


def reason(record: object) -> str:
    (found,) = load(lines(record))
    assert isinstance(found, LoadProblem)
    return found.reason


def test_a_beir_corpus_goes_in_as_it_is() -> None:
    document = one({"_id": "4983", "title": "T", "text": " A b.\r\n", "metadata": {"url": "u"}})
    assert (document.id, document.title, document.text) == ("4983", "T", " A b.\r\n")
    assert document.metadata == {"url": "u"}


@pytest.mark.parametrize("value", [True, "draft", 2, ["a"]])
def test_a_key_called_metadata_that_is_no_object_is_a_key_like_any_other(value: object) -> None:
    kept = tuple(value) if isinstance(value, list) else value
    document = one({"text": "A b.", "metadata": value, "same": value, "x": 2})
    assert document.metadata == {"metadata": kept, "same": kept, "x": 2}


def test_a_broken_line_is_reported_by_its_number_and_the_rest_goes_in() -> None:
    good = [{"_id": str(n), "text": f"Text {n}."} for n in range(1, 10)]
    found = load(lines(*good[:6], b'{"text": "Text 7."', b"", *good[6:]))
    problems = [x for x in found if isinstance(x, LoadProblem)]
    assert [d.id for d in found if isinstance(d, Document)] == list("123456789")
    assert [(p.uri, p.line) for p in problems] == [("/d/c.jsonl", 7)]
    assert problems[0].reason == "malformed JSON: Expecting ',' delimiter at column 19"


def test_a_second_record_with_an_id_is_reported() -> None:
    first, second = load(lines({"id": 7, "text": "a"}, {"_id": "7", "text": "b"}))
    assert isinstance(first, Document)
    assert second == LoadProblem("/d/c.jsonl", "an earlier line has the same id, '7'", 2)


def test_records_without_an_id_are_numbered_by_line() -> None:
    found = load(lines({"text": "a"}, b"", {"text": "b", "_id": None}))
    assert [d.id for d in found if isinstance(d, Document)] == ["c.1", "c.3"]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ([1], "it is not an object with a 'text'"),
        ("text", "it is not an object with a 'text'"),
        ({"_id": "1"}, "it has no 'text'"),
        ({"text": None}, "it has no 'text'"),
        ({"text": 5}, "its 'text' is not a string"),
        ({"text": "a", "title": ["b"]}, "its 'title' is not a string"),
        ({"text": "a", "_id": 1.5}, "its '_id' is neither text nor a whole number"),
        ({"text": "a", "id": True}, "its 'id' is neither text nor a whole number"),
        ({"text": " \n", "title": ""}, "it is empty: there is no text to index"),
    ],
)
def test_what_is_wrong_with_a_record(record: object, why: str) -> None:
    assert reason(record) == why


def test_a_record_that_is_only_a_title_is_its_title() -> None:
    document = one({"_id": "1", "title": "Two Square-Root Approximations", "text": ""})
    assert document.text == document.title == "Two Square-Root Approximations"


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"title": "T", "body": "Short words here."}, "Short words here."),
        ({"title": "T", "text": None, "notes": "a b " * 30, "by": "A B"}, "a b " * 30),
        ({"summary": "多" * 100}, "多" * 100),
        ({"licenseId": "X-1", "licenseText": "You may copy it."}, "You may copy it."),
        (
            {"a": {"body": "One two three."}, "content": "Four five six."},
            "One two three.\n\nFour five six.",
        ),
        ({"port": 8080, "host": {"name": "quay"}}, "port: 8080\nhost.name: quay"),
    ],
)
def test_words_under_another_key_than_text_are_the_text(record: object, text: str) -> None:
    (found,) = load(lines(record))
    assert isinstance(found, Document)
    assert found.text == text
    assert all(place.kind == "pointer" for place in found.places)
    assert found.places


def test_a_list_of_records_is_one_document_a_record() -> None:
    data = b'{"items": [{"name": "A", "note": "Bees hum all day."}, {"name": "B", "n": 2}]}'
    first, second = JsonLoader().load(data, uri="/d/a.json", key="k")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.title, first.text) == ("A", "Bees hum all day.")
    assert first.places[0].value == "/items/0/note"
    assert second.text == "name: B\nn: 2"


@pytest.mark.parametrize(
    "fields",
    [{"text": "", "body": "Words."}, {"url": "https://a.example/" + "b" * 200}, {"by": "A B"}],
)
def test_a_title_is_the_text_where_nothing_else_is(fields: dict[str, str]) -> None:
    assert one({"title": "T", **fields}).text == "T"


def test_metadata() -> None:
    record = {
        "text": "a", "year": 2020, "ok": True, "x": 1.5, "tags": ["a", None, 2], "none": None,
        "author": {"name": "N", "born": {"year": 1}}, "list": [{"a": 1}], "empty": [],
        "big": 2**70, "metadata": {"year": 1999, "url": "u"}, "words": "é",
    }  # fmt: skip
    assert one(record).metadata == {
        "year": 2020, "ok": True, "x": 1.5, "tags": ("a", 2), "author.name": "N",
        "author.born.year": 1, "list": '[{"a": 1}]', "big": float(2**70), "url": "u", "words": "é",
    }  # fmt: skip


def test_what_json_does_not_have_is_as_if_it_were_not_there() -> None:
    (found,) = load(b'{"text": "a", "x": NaN, "y": -Infinity, "z": 1e999, "w": 1}')
    assert isinstance(found, Document)
    assert found.metadata == {"w": 1}


@pytest.mark.parametrize("depth", [10_000, 200_000])
def test_absurd_nesting_is_reported(depth: int) -> None:
    (found,) = load(b'{"text": "a", "x": ' + b"[" * depth + b"]" * depth + b"}")
    assert isinstance(found, LoadProblem)
    assert found.line == 1


def test_an_encoding_other_than_utf8_is_recorded() -> None:
    (found,) = load('{"text": "café"}'.encode("cp1252"))
    assert isinstance(found, Document)
    assert (found.text, found.metadata) == ("café", {"encoding": "cp1252"})
    (found,) = load('\ufeff{"text": "café"}'.encode("utf-16-le"))
    assert isinstance(found, Document)
    assert found.text == "café"


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1))
def test_own_ids_stay_apart_and_url_safe(text: str, own: str) -> None:
    found = one({"_id": own, "text": text})
    assert set(found.id) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )


def test_json_is_one_record_or_an_array_of_them() -> None:
    loader = JsonLoader()
    (single,) = loader.load(b'{"text": "a"}', uri="u", key="k")
    assert isinstance(single, Document)
    assert single.id == "k"
    found = list(loader.load(b'[{"text": "a"}, {"id": "x", "text": "b"}, 3]', uri="u", key="k"))
    assert [d.id for d in found if isinstance(d, Document)] == ["k.1", "x"]
    assert found[2] == LoadProblem("u", "record 3: it is not an object with a 'text'")


@pytest.mark.parametrize("data", [b'{"data": []}', b"[1, 2]", b'"text"', b"null"])
def test_json_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(
        LoadError, match=r"it holds no documents: .* must be an object with a 'text'"
    ):
        list(JsonLoader().load(data, uri="u", key="k"))


def test_malformed_json_is_refused_with_its_place() -> None:
    with pytest.raises(LoadError, match=r"malformed JSON: .* at line 2, column 5"):
        list(JsonLoader().load(b'{"a": 1,\n "b"}', uri="u", key="k"))
