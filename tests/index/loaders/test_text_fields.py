"""Which fields of records are text: said, or guessed."""

import json
from pathlib import Path

import pytest

from index.ingest.file_sources import Rules
from index.loaders import get_loader
from index.protocols import RecordLoader
from index.store.memory_store import MemoryStore
from index.types import Document

RECORDS = [
    {"id": "a", "title": "Pier", "who": "Ana Ruo", "said": {"words": "Oak holds."}, "text": "t"},
    {"id": "b", "title": "Quay", "who": "Bo Lind", "said": {"words": "Pine rots."}, "text": "u"},
]
YAML = "\n".join(
    f"- title: {each['title']}\n  who: {each['who']}\n  said:\n    words: {each['said']['words']}"  # type: ignore[index]
    for each in RECORDS
)
TOML = "\n".join(
    f"[[speech]]\ntitle = '{each['title']}'\nwho = '{each['who']}'\n"
    f"said.words = '{each['said']['words']}'\n"  # type: ignore[index]
    for each in RECORDS
)
XML = "<speeches>" + "".join(
    f"<speech><title>{each['title']}</title><who>{each['who']}</who>"
    f"<said><words>{each['said']['words']}</words></said></speech>"  # type: ignore[index]
    for each in RECORDS
) + "</speeches>"  # fmt: skip

SOURCES = {
    "json": ("json", "a.json", json.dumps(RECORDS), "/0/said/words"),
    "listed": ("json", "a.json", json.dumps({"speech": RECORDS}), "/speech/0/said/words"),
    "jsonl": ("jsonl", "a.jsonl", "\n".join(map(json.dumps, RECORDS)), "/said/words"),
    "yaml": ("settings", "a.yaml", YAML, "/0/said/words"),
    "toml": ("settings", "a.toml", TOML, "/speech/0/said/words"),
    "xml": ("xml", "a.xml", XML, "speech[1]/said/words"),
}


def load(form: str, uri: str, data: str, *fields: str) -> list[Document]:
    loader = get_loader(form)
    assert isinstance(loader, RecordLoader)
    found = list(loader.with_text_fields(fields).load(data.encode(), uri=uri, key="k"))
    return [each for each in found if isinstance(each, Document)]


@pytest.mark.parametrize("form", SOURCES)
@pytest.mark.parametrize("field", ["words", "said.words", "said", "SAID"])
def test_a_field_that_is_said_to_be_text_is_the_text(form: str, field: str) -> None:
    name, uri, data, pointer = SOURCES[form]
    first, second = load(name, uri, data, field)
    assert (first.text, second.text) == ("Oak holds.", "Pine rots.")
    assert (first.title, second.title) == ("Pier", "Quay")
    assert first.metadata["who"] == "Ana Ruo"
    assert "said.words" not in first.metadata
    assert [(each.kind, each.value) for each in first.places] == [("pointer", pointer)]


def test_what_was_the_text_is_metadata_then() -> None:
    (first, _) = load("json", "a.json", json.dumps(RECORDS), "/said/words")
    assert (first.id, first.metadata["text"]) == ("a", "t")


def test_several_fields_are_text_in_the_order_of_the_record() -> None:
    (found,) = load("json", "a.json", '{"c": "One.", "a": ["Two.", "Three."], "b": 4}', "a", "c")
    assert found.text == "One.\n\nTwo.\n\nThree."
    assert dict(found.metadata) == {"b": 4}


def test_a_record_without_the_field_is_guessed() -> None:
    data = '[{"words": "Oak holds."}, {"body": "Bees hum all day."}]'
    assert [each.text for each in load("json", "a.json", data, "words")] == [
        "Oak holds.",
        "Bees hum all day.",
    ]


def test_a_feed_is_a_document_an_entry() -> None:
    feed = (
        "<rss><channel><title>News</title><item><title>Storm</title><description>The pier was "
        "washed away by night.</description><pubDate>Mon, 3 Feb 2025</pubDate></item><item>"
        "<title>Calm</title><description>All the boats are back in port.</description></item>"
        "</channel></rss>"
    )
    storm, calm = load("xml", "a.rss", feed)
    assert (storm.title, storm.text) == ("Storm", "The pier was washed away by night.")
    assert storm.metadata["pubDate"] == "Mon, 3 Feb 2025"
    assert calm.places[0].value == "channel/item[2]/description"


def test_chapters_are_no_records() -> None:
    book = (
        "<book>" + "<section><title>Oars</title><para>Made of ash.</para></section>" * 2 + "</book>"
    )
    assert len(load("xml", "a.xml", book)) == 1


def test_the_fields_are_recorded_with_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(RECORDS))
    store = MemoryStore.create("memory:")
    rules = Rules(text_fields=("who",))
    store.sync([tmp_path], rules=rules)

    def texts() -> list[str]:
        return [each.text for each in store.snapshot().documents()]

    assert texts() == ["Ana Ruo", "Bo Lind"]
    assert store.sync().unchanged == 2
    assert texts() == ["Ana Ruo", "Bo Lind"]
    assert store.sync([tmp_path], rules=Rules()).changed == 2
    assert texts() == ["t", "u"]
