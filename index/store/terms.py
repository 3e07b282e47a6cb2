"""The write side of the terms: a generation's folder is staged, then published by one rename.

The stage begins as hard links to the files of the generation before, which tantivy never
changes; only its small lists are copied. So a small change writes small files.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.store import durable
from index.store.catalog import Entry, NamedFile
from index.store.layout import STAGE, Layout, delete

_LISTS = frozenset({"meta.json", ".managed.json"})
_LOCK = ".lock"
_HEAP = 20_000_000
"""Bytes of the one writer thread; tantivy's least is 15 million."""

_DELETES = 1000
"""Deletions that go into one query."""

_CROWD = 4
"""tantivy merges eight segments of up to ten thousand passages, however large. Before it comes to
that, all small ones are made into one, and the large one is left alone."""

_SMALL = 1000
"""Passages in small segments that may be indexed again for that."""

COMPACT_SHARE = 0.15
"""Deleted passages still count in BM25; past this share the terms are made anew."""


class TermsStage:
    """The terms of generation `number`, made from those of `base` (a folder name), if any."""

    def __init__(self, layout: Layout, base: str | None, number: int) -> None:
        """Stage the folder; nothing is visible before `publish`.

        Without a base, `publish` takes every passage anew and `add` and `delete` do nothing.
        """
        self.name = str(number)
        self._layout = layout
        self._path = layout.terms(self.name + STAGE)
        self._anew = base is None
        self._deleted: list[int] = []
        self._index: Any = None
        self._writer: Any = None
        self._open(base)

    def _open(self, base: str | None) -> None:
        from index.lexical import create_index, open_index

        self._writer = self._index = None
        delete(self._path)
        self._path.mkdir()
        if base is None:
            self._index = create_index(self._path)
        else:
            _link(self._layout.terms(base), self._path)
            self._index = open_index(self._path)
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)

    def add(self, entry: Entry) -> None:
        """Add one passage."""
        if not self._anew:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        from index.lexical import term_document

        self._writer.add_document(term_document(*entry))

    def delete(self, ids: Sequence[int]) -> None:
        """Take passages of the base out."""
        self._deleted += [] if self._anew else ids
        if len(self._deleted) >= _DELETES:
            self._flush_deletes()

    def _flush_deletes(self) -> None:
        from index.lexical import passages_query

        if self._deleted:
            query = passages_query(self._index.schema, self._deleted)
            self._writer.delete_documents_by_query(query)
            self._deleted = []

    def publish(
        self,
        known: dict[str, NamedFile],
        everything: Callable[[], Iterator[Entry]],
        last: Callable[[int], Iterable[Entry]] = lambda _: (),
    ) -> list[NamedFile]:
        """Commit, make durable and rename the folder; return its files.

        Args:
            known: the files of the base, whose checksums need no second look.
            everything: yields every passage of the new generation, for a compaction.
            last: yields the last so many passages that the base has, too.
        """
        if not self._anew:
            self._gather(last)
            self._finish()
        if self._anew or self._deleted_share() > COMPACT_SHARE:
            known = {}
            self._make_anew(everything())
        files = self._seal(known)
        target = self._layout.terms(self.name)
        delete(target)
        durable.rename(self._path, target)
        return files

    def _make_anew(self, entries: Iterator[Entry]) -> None:
        self._open(None)
        for entry in entries:
            self._add(entry)
        self._finish()

    def discard(self) -> None:
        """Throw the stage away."""
        self._writer = self._index = None
        delete(self._path)

    def _gather(self, last: Callable[[int], Iterable[Entry]]) -> None:
        """Index the passages of many small segments again, as one; empty segments are dropped."""
        small = sum(living for living in self._living() if living <= _SMALL)
        if len(self._living()) < _CROWD or small > _SMALL:
            return
        entries = list(last(small))
        self.delete([entry[0] for entry in entries])
        self._flush_deletes()
        for entry in entries:
            self._add(entry)

    def _living(self) -> list[int]:
        """Return how many passages each segment of the last commit holds."""
        return [
            segment["max_doc"] - (segment["deletes"] or {}).get("num_deleted_docs", 0)
            for segment in json.loads((self._path / "meta.json").read_bytes())["segments"]
        ]

    def _finish(self) -> None:
        self._flush_deletes()
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = self._index = None

    def _deleted_share(self) -> float:
        segments = json.loads((self._path / "meta.json").read_bytes())["segments"]
        total = sum(segment["max_doc"] for segment in segments)
        return 1 - sum(self._living()) / total if total else 0.0

    def _seal(self, known: dict[str, NamedFile]) -> list[NamedFile]:
        """Flush what is new, drop what tantivy no longer names, and return the rest."""
        named = []
        living = _segment_files(self._path)
        for path in sorted(self._path.iterdir()):
            if path.name not in living:
                path.unlink()
                continue
            if path.name in _LISTS or path.name not in known:
                # tantivy makes its lists for their owner alone.
                path.chmod(self._layout.lock.stat().st_mode & 0o777)
                durable.fsync(path)
                named.append(NamedFile(path.name, path.stat().st_size, durable.sha256(path)))
            else:
                named.append(known[path.name])
        durable.fsync(self._path)
        return named


@contextmanager
def lockable(folder: Path) -> Iterator[Path]:
    """Give a generation's terms, for the length of a block, where tantivy can open them.

    It makes a lock file before it opens anything, and leaves it there. A folder where it cannot is
    given as links in one where it can; what is opened stays open after the block.
    """
    if all(os.access(path, os.W_OK) for path in (folder, *folder.glob(f"*{_LOCK}"))):
        yield folder
        return
    links = Path(tempfile.mkdtemp(prefix="excerpt-terms-"))
    try:
        for path in folder.iterdir():
            # Through a link, tantivy would open a lock that it made in better times for writing.
            if path.suffix != _LOCK:
                (links / path.name).symlink_to(path)
        yield links
    finally:
        delete(links)


def _segment_files(folder: Path) -> set[str]:
    """Return the names of the files that tantivy's `meta.json` needs."""
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    stems = {segment["segment_id"].replace("-", ""): segment["deletes"] for segment in segments}
    names = set(_LISTS)
    for path in folder.iterdir():
        stem, _, rest = path.name.partition(".")
        deletes = stems.get(stem)
        if stem in stems and (
            not rest.endswith("del") or (deletes and rest == f"{deletes['opstamp']}.del")
        ):
            names.add(path.name)
    return names


def _link(source: Path, target: Path) -> None:
    for path in source.iterdir():
        if path.name in _LISTS:
            shutil.copyfile(path, target / path.name)
        elif path.suffix != _LOCK:
            _link_or_copy(path, target / path.name)


def _link_or_copy(source: Path, target: Path) -> None:
    """Hard-link, or copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
