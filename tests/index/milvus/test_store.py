"""The contract of `Store`, `Writer` and `Snapshot` over a real Milvus server."""

import pytest

from index.testing import StoreContract, SyncContract

pytestmark = pytest.mark.slow


class TestMilvusStore(StoreContract, SyncContract):
    pass
