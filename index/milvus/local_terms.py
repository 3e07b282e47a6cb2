"""The lexical arm for servers that score no words: each machine keeps the terms of what it asks.

They lie in the cache folder, a folder a generation, exactly as in an index on disk, and are brought
from one generation to the next by what was born and what died. The first question to an index
reads the words of all its passages once.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexUnavailableError
from index.store.catalog import Entry, NamedFile
from index.store.layout import STAGE, Layout, delete
from index.store.terms import TermsStage, lockable

if TYPE_CHECKING:
    from index.lexical import TantivyLexicalIndex

_CACHED = 3
"""Generations whose terms are kept; what is open stays so when its files are deleted."""


class TermsSource:
    """Where the words of passages come from, as of one generation."""

    def __init__(
        self,
        generation: int,
        collected: int,
        born: Callable[[int], Iterator[Entry]],
        died: Callable[[int], list[int]],
    ) -> None:
        """Take what to ask.

        Args:
            generation: which one.
            collected: the last generation of whose deaths nothing is known any more.
            born: yields the passages that came after a generation and live, by id.
            died: returns the ids of those that lived in a generation and do not any more.
        """
        self.generation = generation
        self.collected = collected
        self.born = born
        self.died = died


def open_terms(folder: Path, source: TermsSource) -> "TantivyLexicalIndex":
    """Open the terms of a generation, made or brought up to date first.

    Args:
        folder: the index's own folder in the cache.
        source: where words come from.

    Raises:
        IndexUnavailableError: when the folder cannot be written.
    """
    from index.lexical import TantivyLexicalIndex, open_index

    layout = Layout(folder)
    with _locked(layout):
        place = layout.terms(str(source.generation))
        if not (place / "meta.json").is_file():
            _make(layout, source)
            _forget_old(layout, source.generation)
        with lockable(place) as opened:
            return TantivyLexicalIndex(open_index(opened))


def _make(layout: Layout, source: TermsSource) -> None:
    base = _base(layout, source)
    stage = TermsStage(layout, None if base is None else str(base), source.generation)
    try:
        known: dict[str, NamedFile] = {}
        first = 0
        if base is not None:
            known = _files(layout.terms(str(base)))
            stage.delete(source.died(base))
            for entry in source.born(base):
                first = first or entry[0]
                stage.add(entry)
        stage.publish(known, lambda: source.born(-1), _last(source, first))
    except BaseException:
        stage.discard()
        raise


def _last(source: TermsSource, first: int) -> Callable[[int], Iterable[Entry]]:
    """Return what gives the last so many passages before those that are new."""

    def last(count: int) -> list[Entry]:
        entries = [entry for entry in source.born(-1) if not first or entry[0] < first]
        return entries[-count:] if count else []

    return last


def _base(layout: Layout, source: TermsSource) -> int | None:
    """Return the newest generation before this one that can be brought up to date."""
    numbers = [int(path.name) for path in layout.terms_root.iterdir() if path.name.isdecimal()]
    fit = [
        number
        for number in numbers
        if source.collected <= number < source.generation
        and (layout.terms(str(number)) / "meta.json").is_file()
    ]
    return max(fit, default=None)


def _files(folder: Path) -> dict[str, NamedFile]:
    """Return the files of a folder by name; nobody looks at their checksums here."""
    return {path.name: NamedFile(path.name, 0, "") for path in folder.iterdir()}


def _forget_old(layout: Layout, newest: int) -> None:
    numbers = sorted(
        int(path.name) for path in layout.terms_root.iterdir() if path.name.isdecimal()
    )
    for number in numbers[:-_CACHED]:
        if number != newest:
            delete(layout.terms(str(number)))
    for path in layout.terms_root.glob(f"*{STAGE}"):
        delete(path)


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    """Have the folder alone; another process that makes terms in it is waited for."""
    try:
        layout.terms_root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexUnavailableError(
            f"cannot keep terms in {layout.root}: {error.strerror}; set XDG_CACHE_HOME to a folder "
            "that can be written"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
