"""Indexes of data sets, made once and kept by content in a place of their own."""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from platformdirs import user_cache_path

from eval.tracking import track
from index.embedding import DEFAULT_MODEL, open_embedder
from index.ingest.passages import PassageConfig
from index.protocols import Embedder
from index.store import FileStore
from index.store.schema import SCHEMA_VERSION
from index.text.digest import text_digest
from index.types import Document

_LAYOUT = 2
"""Raised when the same content is to be indexed in another way."""


def cache_folder() -> Path:
    """Return where indexes of data sets are kept; it can be removed at any time."""
    return user_cache_path("excerpt") / "eval"


def indexed(
    content: str,
    documents: Callable[[], Iterable[Document]],
    *,
    total: int,
    model: str = DEFAULT_MODEL,
    passages: PassageConfig | None = None,
) -> tuple[FileStore, Embedder]:
    """Return an index of `documents`, made if there is none of the same content and shape.

    Args:
        content: digest of all that `documents` yields.
        documents: called only when the index has to be made.
        total: how many there are.
        model: the embedder's name or path.
        passages: how documents are cut.
    """
    embedder = open_embedder(model)
    cut = passages or PassageConfig()
    shape = text_digest(f"{_LAYOUT} {SCHEMA_VERSION} {content} {embedder.fingerprint} {cut}")[:24]
    place = cache_folder() / shape
    if not place.exists():
        _build(place, track(documents(), "indexing", total=total), embedder, model, cut)
    return FileStore.open(place, embedder=embedder), embedder


def _build(
    place: Path, documents: Iterable[Document], embedder: Embedder, model: str, cut: PassageConfig
) -> None:
    """Make the index beside its place and rename it there, so that it is whole or absent."""
    building = place.with_name(f"{place.name}.{os.getpid()}")
    building.parent.mkdir(parents=True, exist_ok=True)
    try:
        store = FileStore.create(building, embedder=embedder, model=model, passages=cut)
        store.add(documents)
        building.rename(place)
    except OSError:
        # Another process may have been faster; its index serves as well.
        if not place.exists():
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
