"""One story is one result with its copies, and one source of an answer."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from index.errors import NotFoundError
from index.filters import parse
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.types import Document, Hit, Passage, Span
from retrieval import Engine
from retrieval.search.compared_text import ComparedText
from retrieval.search.duplicates import collapse
from retrieval.search.same_source import with_same_sources
from retrieval.search.stories import Stories

STORY = [
    "The ferry Alder Queen ran aground off Skerry Point shortly before dawn.",
    "Captain Runa Feld said that the steering had failed without any warning.",
    "All of the 212 passengers were taken ashore by the lifeboats of three villages.",
    "A tug from Morsund pulled the ferry free with the next high tide.",
    "The owners told the harbour office that the hull had not been holed.",
    "Two of the crew were treated for bruises and went home the same day.",
    "The line runs between the islands and the mainland four times a day.",
    "Until the ferry is repaired a smaller boat carries the mail and the post.",
    "Fishermen of the point had warned of the shoal for a number of years.",
    "The lamp on the shoal was taken away when the old pier was closed.",
    "An inquiry is to be held in the autumn by the office for wrecks.",
    "It will look into the steering and into the watch on the bridge.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "papers"
    root.mkdir()
    for paper in ("post", "mail", "star"):
        lead = f"{paper.title()} news of the day, by our own reporter on the coast.\n\n"
        (root / f"{paper}.txt").write_text(lead + "\n".join(STORY))
    body = "".join(f"<p>{line}</p>" for line in STORY)
    (root / "mirror.html").write_text(f"<title>Mirror</title><body><main>{body}</main>")
    (root / "letter.txt").write_text(
        "My aunt was on the ferry Alder Queen when it ran aground off Skerry Point.\n"
        "She tells us that Captain Runa Feld was on the bridge and kept calm.\n"
    )
    return root


def engine_over(root: Path, where: Path) -> Engine:
    store = FileStore.create(where)
    store.sync([root])
    return Engine(store, store.embedder)


def test_copies_are_one_result(folder: Path, tmp_path: Path) -> None:
    with engine_over(folder, tmp_path / "index") as engine:
        hits = engine.search("Where did the ferry run aground?", 10).hits
        engine.store.close()
    shown = [hit.passage.document_id for hit in hits]
    copied = {each.document_id for hit in hits for each in hit.copies}
    assert len([name for name in set(shown) if "letter" not in name]) == 1
    assert len(copied) == 3


def test_an_answer_counts_independent_sources(folder: Path, tmp_path: Path) -> None:
    with engine_over(folder, tmp_path / "index") as engine:
        found = engine.ask("Who was the captain of the ferry Alder Queen?")
        engine.store.close()
    best = found.answers[0]
    assert "Runa Feld" in best.text
    assert len(best.support) == 2
    documents = [
        {each.passage.document_id, *(copy.document_id for copy in each.copies)}
        for each in best.support
    ]
    assert sorted(map(len, documents)) == [1, 4]
    assert best.citation.document_id == best.support[0].passage.document_id


def test_the_store_in_memory_knows_copies_too(folder: Path) -> None:
    store = MemoryStore.create("memory:stories")
    store.sync([folder])
    engine = Engine(store, store.embedder)
    hits = engine.search("Where did the ferry run aground?", 10).hits
    shown = {hit.passage.document_id for hit in hits if "letter" not in hit.passage.document_id}
    assert len(shown) == 1
    restricted = engine.restricted(parse("path = post.txt or path = mail.txt"))
    hits = restricted.search("Where did the ferry run aground?", 10).hits
    assert len({each.document_id for hit in hits for each in hit.copies}) == 1


UPDATED = (
    "The town hall of Brennick said on Monday that {} households had been cut off by the flood, "
    "that the bridge at the old mill would stay closed until the water had gone down, and that "
    "bread and milk would be brought by boat to the farms on the far side of the river."
)


def test_search_and_support_agree_on_what_is_one_source(tmp_path: Path) -> None:
    """A report that was taken over with another number is shown, as of the source that it is of."""
    root = tmp_path / "papers"
    root.mkdir()
    notes = ("Herons came back to the weir", "The choir sings on Sunday", "Plums are cheap")
    for number, note in enumerate(notes[:2]):
        rest = "\n".join(f"{note}, says the warden of ward {at} to us." for at in range(20))
        (root / f"report{number}.md").write_text(
            f"# Flood\n\n{UPDATED.format(40 + number)}\n\n# Notes\n\n{rest}\n"
        )
    (root / "diary.txt").write_text(
        "The bridge at the old mill would stay closed, my neighbour heard, until the water had "
        f"gone down. {notes[2]}.\n"
    )
    with engine_over(root, tmp_path / "index") as engine:
        hits = engine.search("Until when would the bridge at the old mill stay closed?", 10).hits
        found = engine.ask("Until when would the bridge at the old mill stay closed?")
        engine.store.close()
    papers = [hit for hit in hits if hit.passage.text.startswith("# Flood")]
    assert [hit.copies for hit in papers] == [(), ()]
    assert papers[0].same_source_as is None
    assert papers[1].same_source_as == papers[0].passage
    assert [h.same_source_as for h in hits if "diary" in h.passage.document_id] == [None]
    sources = [
        {each.passage.document_id, *(copy.document_id for copy in each.copies)}
        for each in found.answers[0].support
    ]
    assert {hit.passage.document_id for hit in papers} in sources
    assert len(sources) == 2


def test_what_only_shares_some_words_is_a_source_of_its_own() -> None:
    stories = Stories(Unsketched())
    texts = ("The mill is old and red.", "The mill is old and red and was sold.", "Plums are ripe.")
    shown = with_same_sources(
        [(hit(at, text), ComparedText(text)) for at, text in enumerate(texts)], stories
    )
    assert [each.same_source_as for each in shown] == [None] * 3


class Unsketched:
    """Holds documents of which none is a copy."""

    def sketches(self, document_ids: Iterable[str]) -> Mapping[str, bytes]:
        return {}

    def document(self, document_id: str) -> Document:
        raise NotFoundError(document_id)


def hit(number: int, text: str) -> Hit:
    return Hit(Passage(number, f"d{number}", Span(0, len(text)), text), 1.0)


def test_a_passage_with_another_number_is_no_copy() -> None:
    text = " ".join(STORY)
    kept = collapse([hit(1, text), hit(2, text.replace("212", "221"))], 5)
    assert [len(each.copies) for each in kept] == [0, 0]
    kept = collapse([hit(1, text), hit(2, text.replace("shortly", "just"))], 5)
    assert [len(each.copies) for each in kept] == [1]
