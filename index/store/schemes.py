"""Stores by the scheme of their location: `file:` and plain paths, `memory:`, third parties'.

A third party adds a store as an entry point in the group `excerpt.stores`, named after its scheme;
its value is a class with the class methods of `StoreType`.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from index.protocols import Store
from index.registry import Registry

if TYPE_CHECKING:
    from index.ingest.passages import PassageConfig

Location = Path | str
"""A folder, or a URL whose scheme names the store."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")


class StoreType(Protocol):
    """What opens the stores of one scheme."""

    def open(self, location: Any) -> Store:
        """Open what is there.

        Raises:
            IndexUnavailableError: when nothing of ours is.
        """
        ...

    def create(self, location: Any, *, model: str | None = None) -> Store:
        """Open what is there, made empty first where nothing is."""
        ...

    def exists(self, location: Any) -> bool:
        """Return whether an index is there."""
        ...


STORES: Registry[StoreType] = Registry(
    "excerpt.stores",
    "store with the scheme",
    {
        "file": "index.store.file_store:FileStore",
        "memory": "index.store.memory_store:MemoryStore",
        "milvus": "index.milvus.milvus_store:MilvusStore",
        "milvus+tls": "index.milvus.milvus_store:MilvusStore",
    },
)


def open_store(location: Location) -> Store:
    """Open the index at a location.

    Raises:
        InputError: when nobody knows its scheme; the message lists those there are.
        IndexUnavailableError: when no index is there.
    """
    store, place = _resolved(location)
    return store.open(place)


def create_store(
    location: Location, *, model: str | None = None, passages: "PassageConfig | None" = None
) -> Store:
    """Open the index at a location, made empty first where there is none; raises as `open_store`.

    Args:
        location: where.
        model: the embedder's name; by default the one that it was made with, or the shipped one.
        passages: how documents are to be cut, where that is not as usual; a store of a third party
            that knows one way alone raises TypeError.
    """
    store, place = _resolved(location)
    cutting: dict[str, Any] = {} if passages is None else {"passages": passages}
    return store.create(place, model=model, **cutting)


def store_exists(location: Location) -> bool:
    """Return whether there is an index at a location; raises InputError as `open_store`."""
    store, place = _resolved(location)
    return store.exists(place)


def _resolved(location: Location) -> tuple[StoreType, Location]:
    """Return the store of a location, and the location as it takes it."""
    scheme = None if isinstance(location, Path) else _SCHEME.match(location)
    # A folder may be called as a URL is.
    if scheme is None or (scheme[1] != "file" and Path(location).exists()):
        return STORES.get("file"), Path(location)
    if scheme[1] == "file":
        return STORES.get("file"), Path(unquote(urlsplit(str(location)).path))
    return STORES.get(scheme[1]), location
