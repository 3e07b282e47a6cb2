"""The contract of `Store`, `Writer` and `Snapshot`, over files and in memory."""

from pathlib import Path

import pytest

from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.testing import HashingEmbedder, Make, StoreContract, SyncContract


class OverFiles:
    @pytest.fixture
    def make(self, tmp_path: Path) -> Make:
        return lambda: FileStore.create(
            tmp_path / "index", embedder=HashingEmbedder(), model="hashing"
        )


class InMemory:
    @pytest.fixture
    def make(self) -> Make:
        return lambda: MemoryStore.create("memory:", embedder=HashingEmbedder())


class TestFileStore(OverFiles, StoreContract, SyncContract):
    pass


class TestMemoryStore(InMemory, StoreContract, SyncContract):
    pass
