"""The write side of the terms: a generation's folder is staged, then published by one rename.

The stage begins as hard links to the files of the generation before, which tantivy never
changes; only its small lists are copied. So a small change writes small files.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

COMPACT_SHARE_NOW = 0.005
"""The same for terms that a commit makes anew itself, being few: rankings are then those of an
index made afresh, for about two hundred passages indexed again a passage that goes out."""


class TermsFolder:
    """A folder of terms that nothing names yet, with its one writer thread."""

    def __init__(self, path: Path, mode: int) -> None:
        """Name the folder and the rights of its files; `create` or `begin` makes it."""
        self.path = path
        self._mode = mode
        self._deleted: list[int] = []
        self._index: Any = None
        self._writer: Any = None

    def create(self) -> None:
        """Begin with nothing, in place of what is there."""
        from index.lexical import create_index

        self.discard()
        self.path.mkdir()
        self._write(create_index(self.path))

    def begin(self, base: Path) -> None:
        """Begin with the files of another folder, in place of what is there."""
        self.discard()
        self.path.mkdir()
        _link(base, self.path)
        self.resume()

    def resume(self) -> None:
        """Go on with a folder that was finished."""
        from index.lexical import open_index

        self._write(open_index(self.path))

    def _write(self, index: Any) -> None:
        self._index = index
        self._writer = index.writer(heap_size=_HEAP, num_threads=1)

    def add(self, entry: Entry) -> None:
        """Add one passage."""
        from index.lexical import term_document

        self._writer.add_document(term_document(*entry))

    def delete(self, ids: Sequence[int]) -> None:
        """Take passages out that were there when the folder was opened."""
        self._deleted += ids
        if len(self._deleted) >= _DELETES:
            self._flush_deletes()

    def _flush_deletes(self) -> None:
        from index.lexical import passages_query

        if self._deleted:
            query = passages_query(self._index.schema, self._deleted)
            self._writer.delete_documents_by_query(query)
            self._deleted = []

    def replace(self, entries: Sequence[Entry]) -> None:
        """Index some passages again, in a segment of their own."""
        self.delete([entry[0] for entry in entries])
        self._flush_deletes()
        for entry in entries:
            self.add(entry)

    def finish(self) -> None:
        """Commit, and wait for tantivy's own merges."""
        self._flush_deletes()
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = self._index = None

    def discard(self) -> None:
        """Throw everything away."""
        self._writer = self._index = None
        self._deleted = []
        delete(self.path)

    def living(self) -> list[int]:
        """Return how many passages each segment of the last commit holds."""
        return [rows - dead for rows, dead in segment_sizes(self.path)]

    def seal(self, known: Mapping[str, NamedFile]) -> list[NamedFile]:
        """Flush what is new, drop what tantivy no longer names, and return the rest."""
        named = []
        living = _segment_files(self.path)
        for path in sorted(self.path.iterdir()):
            if path.name not in living:
                path.unlink()
                continue
            if path.name in _LISTS or path.name not in known:
                # tantivy makes its lists for their owner alone.
                path.chmod(self._mode)
                durable.fsync(path)
                named.append(NamedFile(path.name, path.stat().st_size, durable.sha256(path)))
            else:
                named.append(known[path.name])
        durable.fsync(self.path)
        return named


class TermsStage:
    """The terms of generation `number`, made from those of `base` (a folder name), if any."""

    def __init__(
        self, layout: Layout, base: str | None, number: int, rebuilt: int | None = None
    ) -> None:
        """Stage the folder; nothing is visible before `publish`.

        Without a base, `publish` takes every passage anew and `add` and `delete` do nothing. With
        one it does so once too many were deleted, of `rebuilt` passages at most (None: of any).
        """
        self.name = str(number)
        self._layout = layout
        self._rebuilt = rebuilt
        self._anew = base is None
        path = layout.terms(self.name + STAGE)
        self._folder = TermsFolder(path, file_mode(layout))
        if base is not None:
            self._folder.begin(layout.terms(base))

    def add(self, entry: Entry) -> None:
        """Add one passage."""
        if not self._anew:
            self._folder.add(entry)

    def delete(self, ids: Sequence[int]) -> None:
        """Take passages of the base out."""
        if not self._anew:
            self._folder.delete(ids)

    def publish(
        self,
        known: Mapping[str, NamedFile],
        everything: Callable[[], Iterator[Entry]],
        last: Callable[[int], Iterable[Entry]] = lambda _: (),
    ) -> list[NamedFile]:
        """Commit, make durable and rename the folder; return its files.

        Args:
            known: the files of the base, whose checksums need no second look.
            everything: yields every passage of the new generation, for a compaction.
            last: gives the last so many passages that the base has, too.
        """
        if not self._anew:
            self._gather(last)
            self._folder.finish()
        if self._anew or self._is_made_anew():
            known = {}
            self._make_anew(everything())
        files = self._folder.seal(known)
        publish_folder(self._folder.path, self._layout.terms(self.name))
        return files

    def _is_made_anew(self) -> bool:
        share = deleted_share(self._folder.path)
        if self._rebuilt is None:
            return share > COMPACT_SHARE
        return share > COMPACT_SHARE_NOW and sum(self._folder.living()) <= self._rebuilt

    def _make_anew(self, entries: Iterator[Entry]) -> None:
        self._folder.create()
        for entry in entries:
            self._folder.add(entry)
        self._folder.finish()

    def discard(self) -> None:
        """Throw the stage away."""
        self._folder.discard()

    def _gather(self, last: Callable[[int], Iterable[Entry]]) -> None:
        """Index the passages of many small segments again, as one; empty segments are dropped."""
        living = self._folder.living()
        small = sum(count for count in living if count <= _SMALL)
        if len(living) >= _CROWD and small <= _SMALL:
            self._folder.replace(list(last(small)))


def file_mode(layout: Layout) -> int:
    """Return the rights of an index's files, which are those of its lock."""
    return layout.lock.stat().st_mode & 0o777


def publish_folder(stage: Path, target: Path) -> None:
    """Give a sealed folder its name."""
    delete(target)
    durable.rename(stage, target)


def segment_sizes(folder: Path) -> list[tuple[int, int]]:
    """Return how many passages each segment of a folder's last commit has, and how many deleted."""
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    return [(one["max_doc"], (one["deletes"] or {}).get("num_deleted_docs", 0)) for one in segments]


def deleted_share(folder: Path) -> float:
    """Return the share of a folder's passages that are deleted and still count in BM25.

    It is 0 where the folder is damaged, which others look for.
    """
    try:
        sizes = segment_sizes(folder)
    except (OSError, ValueError, KeyError):
        return 0.0
    total = sum(rows for rows, _ in sizes)
    return sum(dead for _, dead in sizes) / total if total else 0.0


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
