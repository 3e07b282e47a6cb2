"""The contracts of the index's protocols, published: what every implementation keeps to.

Inherit a class in a test module and give its fixtures; pytest runs the contract. Needs pytest.

    from index.testing import StoreContract

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make(self):
            return lambda: MyStore(HashingEmbedder())
"""

from index.testing.embedders import EmbedderContract
from index.testing.loaders import LoaderContract
from index.testing.samples import HashingEmbedder, Make, lay_out, make_document, texts
from index.testing.stores import StoreContract
from index.testing.syncing import SyncContract

__all__ = [
    "EmbedderContract",
    "HashingEmbedder",
    "LoaderContract",
    "Make",
    "StoreContract",
    "SyncContract",
    "lay_out",
    "make_document",
    "texts",
]
