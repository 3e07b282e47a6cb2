"""Without an answer it is said which documents do not mention what was asked, where true."""

from pathlib import Path

import pytest

from index.store import FileStore
from index.testing import lay_out
from retrieval import Engine
from retrieval.answering.missing import comparable, mentions

PAPERS = {
    "ferries.txt": "The ferry Sula is repaired at the yard of Orn by Ada Kern. She began in May.",
    "weather.txt": "It rained on the hills for a week, and the ferry stayed at its pier.",
    "prices.txt": "A ticket of the ferry costs four crowns, and two crowns for children.",
}


@pytest.fixture
def engine(tmp_path: Path):
    lay_out(tmp_path / "papers", PAPERS)
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "papers"])
        with Engine(store, store.embedder) as made:
            yield made


def test_what_no_near_document_mentions_is_said_of_all(engine: Engine) -> None:
    found = engine.ask("What did Bo Hallqvist cook for the king?")
    assert found.verdict == "not_found"
    assert [each.detail for each in found.reasons if each.code == "missing"] == [
        "none of the 3 nearest documents mentions Bo Hallqvist, which was asked about"
    ]
    assert "none of the 3 nearest documents mentions Bo Hallqvist" in " ".join(found.notes)


def test_documents_that_mention_it_are_not_among_those_that_do_not(engine: Engine) -> None:
    found = engine.ask("What did Ada Kern sing to the king of Denmark?")
    assert found.verdict == "not_found"
    said = [each.detail for each in found.reasons if each.code == "missing"]
    assert len(said) == 2
    assert said[0].startswith("of the 3 nearest documents, ")
    assert "do not mention Ada Kern" in said[0]
    assert "«weather.txt»" in said[0]
    assert "«prices.txt»" in said[0]
    assert "ferries" not in said[0]
    assert said[1].startswith("none of the 3 nearest documents mentions Denmark")


def test_a_name_that_all_mention_is_not_spoken_of(engine: Engine) -> None:
    found = engine.ask("How does one cook soup, peas and dumplings?")
    assert found.verdict == "not_found"
    assert [each for each in found.reasons if each.code == "missing"] == []


def test_one_document_is_the_document(tmp_path: Path) -> None:
    lay_out(tmp_path / "papers", {"prices.txt": PAPERS["prices.txt"]})
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "papers"])
        with Engine(store, store.embedder) as engine:
            found = engine.ask("What did Bo Hallqvist cook for the king?")
    said = [each.detail for each in found.reasons if each.code == "missing"]
    assert said == ["the document does not mention Bo Hallqvist, which was asked about"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Signed by Zoë O’Hara.", "Zoe O'Hara"),
        ("Signed by Zoe O'Hara.", "Zoë O’Hara"),
        ("Signed by Jose\u0301 Oma.", "José Oma"),
        ("Signed by Jose Oma.", "José Oma"),
        ("The har\u00adbour of Gjø\u00advik.", "Gjøvik"),
        ("Room C\u2011205 is closed.", "C-205"),
        ("Ｒｏｏｍ Ｃ-205 is closed.", "C-205"),
    ],
)
def test_a_name_is_there_however_it_is_written(text: str, what: str) -> None:
    assert mentions(comparable(text), what)
