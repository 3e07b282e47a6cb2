"""JSONL: one document a line. A BEIR `corpus.jsonl` goes in as it is."""

import codecs
import io
from collections.abc import Iterator

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, encoding_metadata
from index.loaders.records import document, parse
from index.text.encoding import decode, looks_like_text
from index.types import Document, LoadProblem

_SAMPLE = 4096


class JsonlLoader:
    """Loads one record a line; a line that is broken is reported, the rest goes in."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson")

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `data`, a line at a time.

        Blank lines are passed over, and a file of nothing else is reported. A record without an
        id of its own has `key` and its line number. A second record with an id seen before is
        reported, not loaded.

        Raises:
            LoadError: when it is not text.
        """
        source = Source.of(data, uri, "application/jsonl")
        seen: set[str] = set()
        number = 0
        for number, line in _lines(data):
            yield _load_line(source, line, number, f"{key}.{number}", seen)
        if not number:
            yield LoadProblem(uri, EMPTY)


def _load_line(
    source: Source, line: bytes, number: int, fallback_id: str, seen: set[str]
) -> Document | LoadProblem:
    try:
        decoded = decode(line)
        found = document(source, parse(decoded.text), fallback_id, encoding_metadata(decoded))
    except LoadError as error:
        return LoadProblem(source.uri, str(error), number)
    if isinstance(found, LoadProblem):
        return LoadProblem(source.uri, found.reason, number)
    if found.id in seen:
        return LoadProblem(source.uri, f"an earlier line has the same id, {found.id!r}", number)
    seen.add(found.id)
    return found


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that aren't blank, as UTF-8, with their numbers.

    A file in UTF-8 is not copied.
    """
    sample = data[:_SAMPLE]
    if b"\0" in sample or not looks_like_text(sample):
        data = decode(data).text.encode("utf-8")
    for number, line in enumerate(io.BytesIO(data.removeprefix(codecs.BOM_UTF8)), 1):
        if stripped := line.strip():
            yield number, stripped
