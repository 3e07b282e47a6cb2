"""What every `Retriever` must do. Add a configuration or implementation to `RETRIEVERS`."""

import hashlib

import pytest

from index.embedding import open_embedder
from index.errors import InputError
from index.store import FileStore
from index.types import Document
from retrieval.search.fusion import FUSIONS
from retrieval.search.hybrid import HybridRetriever, RetrievalConfig

RETRIEVERS = {
    name: lambda embedder, name=name: HybridRetriever(embedder, RetrievalConfig(fusion=name))
    for name in FUSIONS
}

TEXTS = {
    "harbour": ("en", "The harbour master closed the northern harbour at noon."),
    "copy": ("en", "THE HARBOUR MASTER  closed the northern harbour at noon!"),
    "ships": ("en", "Ships waited outside the port; one captain complained loudly."),
    "storm": ("de", "A northern storm reached the coast and damaged the harbour wall."),
    "bread": ("fr", "Bakers let the dough rest overnight before they bake bread."),
}


@pytest.fixture(scope="module")
def embedder():
    return open_embedder()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory, embedder):
    store = FileStore.create(tmp_path_factory.mktemp("retriever") / "index", embedder=embedder)
    store.add(
        Document(
            name, f"test:{name}", "", text, hashlib.sha256(text.encode()).hexdigest(),
            "text/plain", {"language": language},
        )
        for name, (language, text) in TEXTS.items()
    )  # fmt: skip
    with store.snapshot() as opened:
        yield opened


@pytest.fixture(params=RETRIEVERS)
def retriever(request, embedder):
    return RETRIEVERS[request.param](embedder)


def found(hits):
    return [hit.passage.document_id for hit in hits]


class TestRetrieverContract:
    def test_finds_what_is_asked_for(self, retriever, snapshot):
        hits, _ = retriever.retrieve(snapshot, "who bakes bread from dough?", 2)
        assert found(hits)[0] == "bread"

    def test_best_first_with_the_arms_scores(self, retriever, snapshot):
        hits, _ = retriever.retrieve(snapshot, "northern harbour", 4)
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all(set(hit.scores) == {"dense", "lexical"} for hit in hits)

    def test_k_is_a_limit(self, retriever, snapshot):
        assert len(retriever.retrieve(snapshot, "northern harbour", 1)[0]) == 1
        assert len(retriever.retrieve(snapshot, "northern harbour", 500)[0]) <= len(TEXTS)

    def test_near_identical_passages_are_one_hit(self, retriever, snapshot):
        hits, _ = retriever.retrieve(snapshot, "harbour master closed the harbour", 5)
        names = found(hits)
        assert ("harbour" in names) != ("copy" in names)
        assert len(hits[0].duplicates) == 1

    def test_a_filter_comes_before_top_k(self, retriever, snapshot):
        hits, _ = retriever.retrieve(snapshot, "northern harbour", 1, "language = de")
        assert found(hits) == ["storm"]

    def test_a_filter_that_nothing_passes_finds_nothing(self, retriever, snapshot):
        assert retriever.retrieve(snapshot, "harbour", 3, "language = it")[0] == []

    @pytest.mark.parametrize("expression", ["language =", "nosuchfield = 1", "(" * 1000])
    def test_an_unusable_filter_is_an_error(self, retriever, snapshot, expression):
        with pytest.raises(InputError):
            retriever.retrieve(snapshot, "harbour", 3, expression)

    def test_the_same_query_finds_the_same(self, retriever, snapshot):
        first = retriever.retrieve(snapshot, "storm at the coast", 4)
        assert retriever.retrieve(snapshot, "storm at the coast", 4) == first

    @pytest.mark.parametrize("query", ["?!", '"harbour" AND (NOT)', "\x00", "x" * 5000, "\ud800"])
    def test_odd_queries_do_no_harm(self, retriever, snapshot, query):
        retriever.retrieve(snapshot, query, 3)
