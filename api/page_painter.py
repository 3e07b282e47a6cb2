"""Draws pages in a process of its own, which a hostile PDF may crash or hang.

pypdfium2 is not thread-safe, and what a PDF makes of it must not reach the server.
"""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Any, TypeVar

from api.pictures import SCALE, PageSize, marked_page, page_sizes
from index.errors import LoadError
from index.types import Box, Document

_SECONDS = 20.0

Made = TypeVar("Made")


class PagePainter:
    """Draws pages, one at a time; safe to use from many threads. Close it."""

    def __init__(self) -> None:
        """Start nothing yet: the process begins with the first page."""
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def draw(
        self, document: Document, page: int, marks: Sequence[Box], scale: float = SCALE
    ) -> bytes:
        """Return a page of a PDF as a PNG file; see `api.pictures.marked_page`.

        Raises:
            LoadError: when it cannot be drawn, or not in time.
            InputError: when there is no such page.
        """
        marked = list(marks)
        return self._done(marked_page, document.uri, document.source_sha256, page, marked, scale)

    def sizes(self, document: Document, pages: Sequence[int]) -> dict[int, PageSize]:
        """Return the size of some pages in points; see `api.pictures.page_sizes`.

        Raises:
            LoadError: when the file cannot be read, or not in time.
            InputError: when there is no such page.
        """
        return self._done(page_sizes, document.uri, document.source_sha256, list(pages))

    def _done(self, work: Callable[..., Made], uri: str, *arguments: Any) -> Made:
        with self._lock:
            if self._pool is None:
                spawning = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, mp_context=spawning)
            try:
                return self._pool.submit(work, uri, *arguments).result(_SECONDS)
            except (BrokenExecutor, TookTooLong) as error:
                self._end()
                raise LoadError(f"{uri} cannot be drawn: its file defeats us") from error

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        # A page that hangs would be waited for.
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
