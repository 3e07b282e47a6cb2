"""A document read whole, with the shipped embedder."""

import numpy as np
import pytest

from eval.calibration.closed_samples import document
from eval.harness.document_passages import DocumentPassages
from index.embedding import open_embedder
from index.store import FileStore
from index.types import Document
from retrieval.search.hybrid import HybridRetriever

TEXT = "\n\n".join(
    f"In {1900 + n} the harbour of {place} was closed by a storm. " + "It was opened again. " * 30
    for n, place in enumerate(("Lima", "Quito", "Cusco", "Arica"))
)
QUESTION = "Which harbour was closed in 1901?"


@pytest.fixture(scope="module")
def text() -> Document:
    return document(TEXT, "Storms")


def test_its_passages_and_cosines_are_those_of_an_index(tmp_path, text) -> None:
    embedder = open_embedder()
    whole = DocumentPassages(text, embedder).hits(QUESTION)
    store = FileStore.create(tmp_path / "index")
    store.add([text])
    with store.snapshot() as snapshot:
        found = HybridRetriever(embedder).retrieve(snapshot, QUESTION, 100).hits
    assert len(whole) > 3
    assert [hit.passage.span.start for hit in whole] == sorted(h.passage.span.start for h in whole)
    indexed = {hit.passage.span: hit for hit in found}
    for hit in whole:
        same = indexed[hit.passage.span]
        assert hit.passage.text == same.passage.text == hit.passage.span.of(TEXT)
        assert np.isclose(hit.scores["dense"], same.scores["dense"], atol=1e-3)
        assert hit.scores.keys() == {"dense"}


def test_a_blank_document_has_nothing_to_read() -> None:
    assert DocumentPassages(document(" ", ""), open_embedder()).hits(QUESTION) == []
