"""Both arms under filters: the best of what passes, however little that is."""

import random
from collections.abc import Iterator

import numpy as np
import pytest

from index.filters import document_fields, matches, parse
from index.store import FileStore
from index.testing import HashingEmbedder, make_document

COUNT = 4000
WORDS = [f"word{number}" for number in range(60)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileStore]:
    draw = random.Random(7)
    documents = [
        make_document(
            f"d{number:04}",
            " ".join(draw.choices(WORDS, k=8)),
            {
                "half": draw.random() < 0.5,
                "year": draw.randrange(1900, 2020),
                "share": draw.random(),
                "tags": tuple(draw.sample(["red", "blue", "green"], draw.randrange(3))),
                **({"author": draw.choice(["Ada", "Bo", "Cy"])} if number % 3 else {}),
            },
        )
        for number in range(COUNT)
    ]
    index = tmp_path_factory.mktemp("filtered") / "index"
    with FileStore.create(index, embedder=HashingEmbedder(), model="hashing") as made:
        made.add(documents[: COUNT // 2])
        made.add(documents[COUNT // 2 :])
        made.remove([f"d{number:04}" for number in range(0, COUNT, 50)])
        yield made


@pytest.mark.parametrize(
    "expression",
    [
        "half = true",
        "share < 0.05 or tags = red",
        "year >= 1990 and has author",
        "share < 0.005",
        "share < 0.0003",
        "id in (d0007, d3999)",
        "author = null and tags not in (red, blue) and year in (1910, 1950)",
        "id starts with d12 and author contains d",
        "share > 2",
    ],
)
def test_the_best_of_what_passes_is_found(store: FileStore, expression: str) -> None:
    tree = parse(expression)
    with store.snapshot() as snapshot:
        passing = [each.id for each in snapshot.documents() if matches(tree, document_fields(each))]
        allowed = sorted(p.id for each in passing for p in snapshot.document_passages(each))
        assert snapshot.select(tree).tolist() == allowed
        ids = np.array(allowed, dtype=np.int64)
        for query in ("word1 word2", "word30 word31 word59"):
            vector = store.embedder.embed_query(query)
            scores = snapshot.vectors.vectors(ids) @ vector if allowed else np.empty(0)
            best = np.sort(scores)[::-1][:10]
            found, found_scores = snapshot.vectors.search(vector, 10, ids)
            assert set(found.tolist()) <= set(allowed)
            assert np.allclose(found_scores, best, atol=1e-6)
            lexical = snapshot.terms.scores(query, ids) if allowed else np.empty(0)
            expected = np.sort(lexical[lexical > 0])[::-1][:10]
            hits, hit_scores = snapshot.terms.search(query, 10, ids)
            assert set(hits.tolist()) <= set(allowed)
            assert np.allclose(hit_scores, expected, rtol=1e-5)
