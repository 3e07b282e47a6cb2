"""One story is one result with its copies, and one source of an answer."""

from pathlib import Path

import pytest

from index.filters import parse
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.types import Hit, Passage, Span
from retrieval import Engine
from retrieval.search.duplicates import collapse

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


def hit(number: int, text: str) -> Hit:
    return Hit(Passage(number, f"d{number}", Span(0, len(text)), text), 1.0)


def test_a_passage_with_another_number_is_no_copy() -> None:
    text = " ".join(STORY)
    kept = collapse([hit(1, text), hit(2, text.replace("212", "221"))], 5)
    assert [len(each.copies) for each in kept] == [0, 0]
    kept = collapse([hit(1, text), hit(2, text.replace("shortly", "just"))], 5)
    assert [len(each.copies) for each in kept] == [1]
