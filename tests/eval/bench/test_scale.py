"""The index that the benchmark of scale grows: its texts and its made vectors."""

from itertools import islice
from pathlib import Path

import numpy as np

from eval.bench.bench_scale import MadeVectors, _bytes, _documents, _grow, _passages
from eval.bench.scale_comparison import _write
from eval.bench.scale_peers import Given, measure
from index.store import FileStore
from index.testing import HashingEmbedder

TEXTS = [f"This is sentence {number} of a report on lamps and harbours." for number in range(50)]


def test_a_made_vector_depends_on_its_text_alone_and_a_question_keeps_its_own() -> None:
    real = HashingEmbedder()
    made = MadeVectors(real, TEXTS)
    together = made.embed(["a", "b", "c"])
    assert np.array_equal(together[1], made.embed(["b"])[0])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert not np.array_equal(together[0], together[1])
    assert np.array_equal(made.embed_query("a"), real.embed_query("a"))


def test_an_index_grows_to_the_passages_asked_for(tmp_path: Path) -> None:
    made = MadeVectors(HashingEmbedder(), TEXTS)
    documents = _documents(TEXTS)
    (first,) = islice(_documents(TEXTS), 1)
    with FileStore.create(tmp_path / "ix", embedder=made, model="made") as store:
        for wanted in (30, 90):
            assert _grow(store, documents, wanted) > 0
            assert wanted <= _passages(store) < wanted + 20
        with store.snapshot() as snapshot:
            assert snapshot.document(first.id) == first
        assert store.verify() == []
    assert _bytes(tmp_path / "ix" / "vectors") > 90 * 4 * 32


def test_tools_are_given_the_passages_of_the_index(tmp_path: Path) -> None:
    made = MadeVectors(HashingEmbedder(), TEXTS)
    with FileStore.create(tmp_path / "ix", embedder=made, model="made") as store:
        store.add(islice(_documents(TEXTS), 4))
        passages = _passages(store)
        assert _write(store, made, ["a lamp", "a harbour"], tmp_path / "given") == passages
    given = Given(tmp_path / "given")
    assert len(list(given.words())) == len(given.vectors) == passages
    scores = given.queries @ given.vectors.T
    assert np.array_equal(given.nearest, np.argsort(-scores, axis=1)[:, :10])
    for tool in ("tantivy", "sqlite"):
        found = measure(tool, given)
        assert found["bytes"]
        assert found["recall"] is None
