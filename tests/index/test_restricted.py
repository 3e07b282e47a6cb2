"""An index seen through a filter: nothing of the other documents shows."""

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import pytest

from index.errors import InputError, NotFoundError
from index.filters import parse
from index.ingest.passages import PassageConfig
from index.listing import listing
from index.restricted import RestrictedStore, visible
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.testing import HashingEmbedder
from index.types import Document

OURS = parse("team = a")


def document(name: str, text: str, **metadata: str) -> Document:
    return Document(
        id=name,
        uri=f"mem:{name}",
        title=name,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        media_type="text/plain",
        metadata=metadata,
    )


DOCUMENTS = [
    document("a1", "The harbour opens at six.", team="a"),
    document("a2", "The ferry leaves at noon.", team="a", season="winter"),
    document("b1", "The harbour is closed on Mondays, says the captain.", team="b", secret="x"),
    document("none", "The harbour master is on leave."),
]


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path) -> Iterator[FileStore | MemoryStore]:
    if request.param == "file":
        made = FileStore.create(tmp_path / "index", embedder=HashingEmbedder(), model="hashing")
    else:
        made = MemoryStore("memory:", HashingEmbedder(), PassageConfig())
    with made as opened:
        opened.add(DOCUMENTS)
        yield opened


def seen_by(store, tree=OURS):
    return RestrictedStore(store, tree).snapshot()


def test_what_is_counted_listed_and_read(store):
    with seen_by(store) as snapshot:
        assert snapshot.counts.documents == snapshot.counts.passages == 2
        assert snapshot.counts.unread == 0
        assert [each.id for each in snapshot.documents()] == ["a1", "a2"]
        every = listing(snapshot, None)
        assert every.count() == 2
        assert [each.id for each in every.heads("", 9)] == ["a1", "a2"]
        assert [(each.value, each.documents) for each in every.facet("team", 9)] == [("a", 2)]
        assert every.facet("secret", 9) == []
        assert snapshot.document("a1").text == DOCUMENTS[0].text
        assert [each.text for each in snapshot.document_passages("a2")] == [DOCUMENTS[1].text]
        assert len(snapshot.select(parse("title = b1 or season = winter"))) == 1


def test_a_hidden_document_is_as_one_that_is_not_there(store):
    with store.snapshot() as open_, seen_by(store) as snapshot:
        (hidden,) = open_.document_passages("b1")
        with pytest.raises(NotFoundError):
            snapshot.passages([hidden.id])
        for look in (snapshot.document, snapshot.document_passages):
            said = []
            for name in ("b1", "zz"):
                with pytest.raises(NotFoundError) as refused:
                    look(name)
                said.append(str(refused.value).replace(name, "NAME"))
            assert said[0] == said[1]


def test_neither_arm_finds_what_is_hidden(store):
    with store.snapshot() as open_, seen_by(store) as snapshot:
        hidden = {each.id for name in ("b1", "none") for each in open_.document_passages(name)}
        vector = store.embedder.embed_query("harbour captain")
        for allowed in (None, open_.select(parse("not team = nobody"))):
            for ids, _ in (
                snapshot.vectors.search(vector, 10, allowed),
                snapshot.terms.search("harbour captain", 10, allowed),
            ):
                assert len(ids)
                assert not hidden & set(ids.tolist())


def test_a_score_does_not_say_how_many_hidden_documents_have_a_word(store):
    def scores():
        with seen_by(store) as snapshot:
            ids, found = snapshot.terms.search("harbour", 10)
            return ids.tolist(), found.tolist(), snapshot.terms.scores("harbour", ids).tolist()

    before = scores()
    assert before[1]
    store.add([document(f"b{n}", f"Harbour {n}.", team="b") for n in range(10, 30)])
    assert scores() == before


def test_a_field_of_hidden_documents_is_as_one_that_no_document_has(store):
    with seen_by(store) as snapshot:
        said = []
        for name in ("secret", "nosuch"):
            for ask in (snapshot.select, snapshot.listing):
                with pytest.raises(InputError) as refused:
                    ask(parse(f"{name} = x"))
                said.append(str(refused.value).replace(name, "NAME"))
        assert len(set(said)) == 1
        assert "no document has" in said[0]
        assert "team" not in said[0]


@pytest.mark.parametrize(
    ("expression", "seen"),
    [
        ("nosuch = 1", []),
        ("not nosuch = 1", ["a1", "a2", "b1", "none"]),
        ("team = b or nosuch = 1", ["b1"]),
        ("team = b and not nosuch = 1", ["b1"]),
    ],
)
def test_a_field_that_no_document_has_passes_nothing(store, expression, seen):
    with seen_by(store, parse(expression)) as snapshot:
        assert [each.id for each in snapshot.documents()] == seen
        assert snapshot.counts.documents == len(seen)


def test_what_is_seen_is_read_and_no_more(store):
    restricted = RestrictedStore(store, OURS)
    assert restricted.skipped() == restricted.roots() == []
    assert restricted.status()["documents"] == 2
    for change in (restricted.begin, restricted.sync, lambda: restricted.remove(["a1"])):
        with pytest.raises(InputError):
            change()
    with store.snapshot() as snapshot:
        assert len(snapshot.select(parse("team = a"))) == 2


def test_ids_are_sorted(store):
    with store.snapshot() as snapshot:
        ids = visible(snapshot, parse("not team = a")).ids
        assert (np.diff(ids) > 0).all()
