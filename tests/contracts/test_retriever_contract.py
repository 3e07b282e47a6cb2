"""Our retriever keeps the published contract, however it fuses its arms."""

import pytest

from index.embedding import open_embedder
from index.errors import InputError
from index.store import FileStore
from retrieval.search.fusion import FUSIONS
from retrieval.search.hybrid import HybridRetriever, RetrievalConfig
from retrieval.testing import RetrieverContract, harbour_documents


@pytest.fixture(scope="module")
def embedder():
    return open_embedder()


@pytest.fixture(scope="module")
def opened(tmp_path_factory, embedder):
    store = FileStore.create(tmp_path_factory.mktemp("retriever") / "index", embedder=embedder)
    store.add(harbour_documents())
    with store.snapshot() as snapshot:
        yield snapshot


class TestHybridRetriever(RetrieverContract):
    @pytest.fixture
    def snapshot(self, opened):
        return opened

    @pytest.fixture(params=FUSIONS)
    def retriever(self, request, embedder):
        return HybridRetriever(embedder, RetrievalConfig(fusion=request.param))

    def test_every_hit_has_the_arms_scores(self, retriever, snapshot):
        found = retriever.retrieve(snapshot, "northern harbour", 4).hits
        assert all(set(hit.scores) == {"dense", "lexical"} for hit in found)

    def test_near_identical_passages_are_one_hit(self, retriever, snapshot):
        found = retriever.retrieve(snapshot, "harbour master closed the harbour", 5).hits
        names = [hit.passage.document_id for hit in found]
        assert ("harbour" in names) != ("copy" in names)
        assert len(found[0].duplicates) == 1

    @pytest.mark.parametrize("expression", ["language =", "nosuchfield = 1", "(" * 1000])
    def test_an_unusable_filter_is_an_error(self, retriever, snapshot, expression):
        with pytest.raises(InputError):
            retriever.retrieve(snapshot, "harbour", 3, expression)
