"""The contract of `Store`, `Writer` and `Snapshot` over a real Milvus server."""

import pytest

from index.testing import Make, StoreContract, SyncContract

pytestmark = pytest.mark.slow


class TestMilvusStore(StoreContract, SyncContract):
    @pytest.fixture
    def make(self, new_index: Make) -> Make:
        return new_index
