"""`Writer` over the file store: documents in and out by hand, then one generation."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

from index.store.connect import usable
from index.store.layout import Layout
from index.store.refusals import writable
from index.store.tally import Tally
from index.store.writer import GenerationWriter
from index.types import Document, SyncReport


class FileWriter:
    """One write, begun when it is made; see `index.protocols.Writer`."""

    def __init__(
        self, writing: GenerationWriter, layout: Layout, finish: Callable[[Tally], SyncReport]
    ) -> None:
        """Take the write lock and begin; `finish` commits what a tally took in.

        Raises:
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the folder cannot be written.
        """
        self._layout = layout
        self._finish = finish
        with ExitStack() as stack:
            with writable(layout.root), usable(layout.catalog):
                self._tally = Tally(stack.enter_context(writing))
            self._stack = stack.pop_all()

    def put(self, document: Document) -> None:
        """Add a document, or replace the one with its id."""
        with writable(self._layout.root), usable(self._layout.catalog):
            problem = self._tally.take(document, None)
        self._tally.problems += [problem] if problem else []

    def delete(self, document_id: str) -> None:
        """Take a document out.

        Raises:
            NotFoundError: when there is none of this id.
        """
        with writable(self._layout.root), usable(self._layout.catalog):
            self._tally.remove_by_id(document_id)

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done."""
        with self._stack, writable(self._layout.root), usable(self._layout.catalog):
            return self._finish(self._tally)

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()
