"""BM25 scored by the server, against milvus-lite: it proves the calls, not speed or recall."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.filters import parse
from index.ingest.cutting import cut
from index.ingest.passages import PassageConfig
from index.milvus.address import Address
from index.milvus.client import Client
from index.milvus.collections import Collections, Description, make
from index.milvus.commit_record import Commit, State
from index.milvus.milvus_snapshot import MilvusSnapshot
from index.milvus.server_terms import ServerTerms
from index.milvus.settings import MilvusConfig
from index.milvus.stage import Put, Stage, Target
from index.store.memory_store import MemoryStore
from index.store.record_rows import document_digest
from index.store.settings import BuildSettings
from index.testing import HashingEmbedder, make_document

pytest.importorskip("milvus_lite", reason="milvus-lite is not installed")
pytestmark = pytest.mark.slow

DOCUMENTS = [
    make_document("bees", "Bees hum in their hives. A hive holds honey.", {"year": 1999}),
    make_document("ants", "Ants walk; bees watch them.", {"year": 2001}),
    make_document("owls", "Owls watch at night. Nobody watches owls.", {"year": 2001}),
]


class LiteAddress(Address):
    """A file in place of a server."""

    @property
    def uri(self) -> str:
        return self.host


class Lite:
    """An index of which milvus-lite keeps no description, so that a store cannot open it."""

    def __init__(self, folder: Path) -> None:
        address = LiteAddress(str(folder / "lite.db"), 1, "books")
        self.embedder = HashingEmbedder()
        self.config = MilvusConfig(cache=folder / "cache")
        shape = BuildSettings(
            "hashing", self.embedder.fingerprint, self.embedder.dim, PassageConfig()
        )
        description = Description("x", shape, "HNSW", terms_by_server=True)
        self.target = Target(Client(address), Collections.of(address), description)
        make(self.target.client, address, self.target.names, shape)
        self.target.client.load((self.target.names.passages, self.target.names.record))
        self.commit = Commit()
        self._rows: dict[str, int] = {}

    def write(self, put: list[str], killed: list[str]) -> MilvusSnapshot:
        stage = Stage(self.target, self.commit)
        stage.mark_deleted([self._rows[each] for each in killed])
        for document in DOCUMENTS:
            if document.id in put:
                passages = cut(document, self.embedder, PassageConfig())
                words = [each.words for each in passages]
                vectors = zip(
                    (each.digest for each in passages), self.embedder.embed(words), strict=True
                )
                entry = Put(document, document_digest(document), None, passages)
                self._rows[document.id] = stage.put(entry, dict(vectors)).row
        stage.flush()
        if not self.commit.edition:
            stage.record_state(0, State(fields=frozenset({"year"})))
        self.commit = stage.commit(0, 2, 3600.0)
        target = self.target
        return MilvusSnapshot(
            target.client, target.names, target.description, self.commit, self.config
        )


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Lite]:
    made = Lite(tmp_path)
    yield made
    made.target.client.close()


def found(snapshot: MilvusSnapshot, query: str, **options: object) -> list[str]:
    ids, scores = snapshot.terms.search(query, 5, **options)  # type: ignore[arg-type]
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    return [passage.document_id for passage in snapshot.passages(ids.tolist())]


def test_words_are_ranked_by_the_server(lite: Lite) -> None:
    with lite.write(["bees", "ants", "owls"], []) as snapshot:
        assert isinstance(snapshot.terms, ServerTerms)
        assert found(snapshot, "Who watches an owl?") == ["owls", "ants"]
        assert found(snapshot, "humming hives") == ["bees"]
        assert found(snapshot, "zebra") == found(snapshot, "") == []
        allowed = snapshot.select(parse("year = 2001"))
        assert found(snapshot, "bees", allowed=allowed) == ["ants"]


def test_scores_are_those_of_the_plain_formula(lite: Lite) -> None:
    memory = MemoryStore.create("memory:", embedder=HashingEmbedder())
    memory.add(DOCUMENTS)
    exact = memory.snapshot()
    with lite.write(["bees", "ants", "owls"], []) as snapshot:
        for query in ("bees", "owls watch", "honey hum", "zebra"):
            both = [
                each.terms.scores(query, np.arange(1, 4, dtype=np.int64))
                for each in (snapshot, exact)
            ]
            assert np.allclose(*both, rtol=0.05), query


def test_what_died_is_not_found_and_an_older_generation_is_as_it_was(lite: Lite) -> None:
    before = lite.write(["bees", "ants"], [])
    with lite.write(["owls"], ["ants"]) as snapshot:
        assert found(snapshot, "watch") == ["owls"]
        assert found(before, "watch") == ["ants"]
        ids, _ = snapshot.vectors.search(HashingEmbedder().embed_query("Ants walk"), 5)
        assert {each.document_id for each in snapshot.passages(ids.tolist())} == {"bees", "owls"}
