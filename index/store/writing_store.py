"""The part that stores share: what is one write, whatever the writer, and the embedder."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from index.ingest.file_sources import Rules
from index.ingest.reading import FileReader
from index.progress import ProgressCallback, quiet
from index.protocols import Embedder, Writer
from index.text.token_counts import load_ranks
from index.types import Document, SyncReport


class WritingStore(ABC):
    """Everything of a `Store` that is made of its writer; see `index.protocols.Store`."""

    @abstractmethod
    def begin(self) -> Writer:
        """Begin a write.

        Raises:
            IndexLockedError: when another writer is at work.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    def sync(
        self,
        paths: Sequence[Path] | None = None,
        *,
        progress: ProgressCallback = quiet,
        allow_empty: bool = False,
        rules: Rules | None = None,
        reader: FileReader | None = None,
    ) -> SyncReport:
        """Mirror the paths (or the recorded roots), a generation a batch; see `index.ingest.sync`.

        Raises:
            InputError: when a path does not exist, or none is given and none is recorded.
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the index cannot be written.
        """
        from index.ingest.sync import SyncConfig, sync

        with self.begin() as writer:
            config = SyncConfig(allow_empty=allow_empty, rules=rules, reader=reader)
            return sync(writer, paths, config, progress=progress)

    def forget(self, paths: Sequence[Path]) -> SyncReport:
        """Forget roots, with every document that came from under them, in one generation.

        Raises:
            InputError: when one is not a recorded root; nothing is forgotten then.
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the index cannot be written.
        """
        from index.ingest.roots import forget

        with self.begin() as writer:
            return forget(writer, paths)

    def add(self, documents: Iterable[Document]) -> SyncReport:
        """Add or replace documents by id, outside any root, in one generation.

        Raises:
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the index cannot be written.
        """
        with self.begin() as writer:
            for document in documents:
                writer.put(document)
            return writer.commit()

    def remove(self, document_ids: Sequence[str]) -> SyncReport:
        """Remove documents by id in one generation; all of them, or none.

        A document whose file is still there comes back with the next sync of that file.

        Raises:
            NotFoundError: when one is not in the index.
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the index cannot be written.
        """
        with self.begin() as writer:
            for identity in dict.fromkeys(document_ids):
                writer.delete(identity)
            return writer.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LazyEmbedder:
    """The embedder of an index, opened by its name when it is first needed. Thread-safe."""

    def __init__(
        self, embedder: Embedder | None, model: str, check: Callable[[Embedder], None]
    ) -> None:
        """Take the embedder where it is open; `check` raises where it is another one."""
        if embedder is not None:
            check(embedder)
        self._embedder = embedder
        self._model = model
        self._check = check
        self._lock = threading.Lock()

    def __call__(self) -> Embedder:
        """Return the embedder.

        Raises:
            IndexUnavailableError: when the embedder of that name is not the one any more.
        """
        with self._lock:
            if self._embedder is None:
                self._embedder = self.named(self._model)
            return self._embedder

    def named(self, model: str) -> Embedder:
        """Return the embedder of a name, which must be the index's; raises as a call."""
        from index.embedding import open_embedder

        embedder = open_embedder(model)
        self._check(embedder)
        return embedder


def embedder_for_new(embedder: Embedder | None, model: str | None) -> tuple[str, Embedder]:
    """Return the name and the embedder of a new index: the one given, else the one named."""
    from index.embedding import DEFAULT_MODEL, open_embedder

    name = model or DEFAULT_MODEL
    with ThreadPoolExecutor(1) as executor:  # What is made is filled, and that cuts texts.
        executor.submit(load_ranks)
        return name, embedder or open_embedder(name)
