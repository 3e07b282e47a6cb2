"""JSONL: one document a line. A BEIR `corpus.jsonl` goes in as it is."""

import codecs
import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, encoding_metadata
from index.loaders.fields import RecordLoader
from index.loaders.records import document, parse
from index.text.encoding import decode, looks_like_text
from index.types import Document, LoadProblem

_SAMPLE = 4096


class JsonlLoader(RecordLoader):
    """Loads one record a line; a line that is broken is reported, the rest goes in."""

    name = "jsonl"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `data`, a line at a time.

        Blank lines are passed over, and a file of nothing else is reported. A record without an
        id of its own has `key` and its line number. A second record with an id seen before is
        reported, not loaded.

        Raises:
            LoadError: when it is not text.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        yield from self.load_stream(io.BytesIO(data), uri=uri, key=key, sha256=sha256)

    def load_stream(
        self, file: BinaryIO, *, uri: str, key: str, sha256: str
    ) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `file`, of which only a line is held at a time.

        Raises:
            LoadError: when it is not text.
        """
        source = Source(uri, sha256, "application/jsonl")
        number = 0
        with closing(_Ids()) as ids:
            for number, line in _lines(file):
                yield _load_line(source, line, number, f"{key}.{number}", ids, self.text_fields)
        if not number:
            yield LoadProblem(uri, EMPTY)


class _Ids:
    """The ids met in one file, in a database that SQLite keeps on disk once it is large."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def is_new(self, identity: str) -> bool:
        return self._db.execute("INSERT OR IGNORE INTO ids VALUES (?)", (identity,)).rowcount == 1

    def close(self) -> None:
        self._db.close()


def _load_line(
    source: Source,
    line: bytes,
    number: int,
    fallback_id: str,
    ids: _Ids,
    text_fields: Sequence[str],
) -> Document | LoadProblem:
    try:
        decoded = decode(line)
        item = document(
            source,
            parse(decoded.text),
            fallback_id,
            encoding_metadata(decoded),
            text_fields=text_fields,
        )
    except LoadError as error:
        return LoadProblem(source.uri, str(error), number)
    if isinstance(item, LoadProblem):
        return LoadProblem(source.uri, item.reason, number)
    if not ids.is_new(item.id):
        return LoadProblem(source.uri, f"an earlier line has the same id, {item.id!r}", number)
    return item


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that aren't blank, as UTF-8, with their numbers."""
    sample = file.read(_SAMPLE)
    if b"\0" in sample or not looks_like_text(sample):
        file = io.BytesIO(decode(sample + file.read()).text.encode("utf-8"))
    else:
        file.seek(len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0)
    for number, line in enumerate(file, 1):
        if stripped := line.strip():
            yield number, stripped
