"""What the shipped embedder promises, and the hashing one of the tests."""

import pytest

from index.embedding import open_embedder
from index.protocols import Embedder
from index.testing import EmbedderContract


class TestShippedEmbedder(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return open_embedder()
