"""What every embedder keeps to."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.errors import InputError
from index.protocols import Embedder

TEXTS = [
    "Admiral Alvin Holsey commands U.S. Southern Command.",
    "a",
    "Größe, naïve café; 漢字 and 😀‍🔥",
    "null \x00 byte and e\u0301 combining",
    "The storm made landfall on Monday. " * 12,
]


class EmbedderContract:
    """Inherit, and give the fixture `embedder`."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise AssertionError("a contract needs its implementation")

    def test_vectors_are_unit_rows(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dim)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_nothing_gives_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dim)

    def test_a_vector_depends_on_its_text_alone(self, embedder: Embedder) -> None:
        together = embedder.embed(TEXTS)
        backwards = embedder.embed(TEXTS[::-1])[::-1]
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        assert np.array_equal(together, alone)
        assert np.array_equal(together, backwards)

    def test_threads_share_it(self, embedder: Embedder) -> None:
        expected = embedder.embed(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            for got in pool.map(lambda _: embedder.embed(TEXTS), range(8)):
                assert np.array_equal(got, expected)

    def test_like_means_are_near(self, embedder: Embedder) -> None:
        near, same, far = embedder.embed(
            ["A cat sat on the mat.", "A kitten rested on the rug.", "Interest rates rose."]
        )
        assert near @ same > near @ far

    def test_a_query_is_one_row(self, embedder: Embedder) -> None:
        vector = embedder.embed_query("who leads the operation?")
        assert vector.shape == (embedder.dim,)
        assert np.isclose(np.linalg.norm(vector), 1, atol=1e-5)

    def test_passages_are_never_cut(self, embedder: Embedder) -> None:
        long = "word " * (embedder.max_tokens + 1)
        assert embedder.count_tokens([long])[0] > embedder.max_tokens
        with pytest.raises(InputError, match="split it first"):
            embedder.embed([long])

    def test_a_query_of_any_length_is_read_as_far_as_it_goes(self, embedder: Embedder) -> None:
        start = "word " * (embedder.max_tokens + 10)
        assert np.array_equal(
            embedder.embed_query(start), embedder.embed_query(start + "tail " * 200_000)
        )

    def test_the_longest_passage_is_embedded(self, embedder: Embedder) -> None:
        text = "word " * (embedder.max_tokens - embedder.count_tokens([""])[0])
        assert embedder.count_tokens([text]) == [embedder.max_tokens]
        assert embedder.embed([text]).shape == (1, embedder.dim)
