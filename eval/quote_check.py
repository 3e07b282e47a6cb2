"""`python -m eval.quote_check --data IR_DIR`: every quote beside its source, set by set.

Every BEIR folder under IR_DIR is indexed, every passage and every hit of every query cited, and
each citation looked up in the corpus file itself, read with nothing of ours: by its code points,
its UTF-16 units, its UTF-8 bytes, and its line and column. The passages of a document must hold
all its words, too. The exit code is 1 where a single one fails.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from eval.bench.table import Table
from eval.cross_check import set_folders
from eval.harness.corpora import indexed
from eval.peers.excerpts import any_split
from index.errors import ExcerptError
from index.protocols import Snapshot
from index.types import Passage
from retrieval.answering.citation import Citer
from retrieval.engine import Engine
from retrieval.types import Citation

UNITS = ("code points", "UTF-16", "UTF-8", "line:column")
_SHOWN = 10


class Source:
    """One document's text as it stands in the corpus file."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _utf16(self) -> bytes:
        return self.text.encode("utf-16-le", "surrogatepass")

    @cached_property
    def _utf8(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def _lines(self) -> list[str]:
        return re.split("\r\n|\n|\r", self.text)

    def missed(self, cited: Citation, words: str) -> list[str]:
        """Return the units in which a citation does not land on `words`."""
        utf16, utf8 = cited.utf16, cited.utf8
        line = self._lines[cited.line - 1] if cited.line <= len(self._lines) else ""
        first = re.split("[\r\n]", words, maxsplit=1)[0]
        landed = (
            self.text[cited.span.start : cited.span.end] == words == cited.quote,
            self._utf16[2 * utf16.start : 2 * utf16.end] == words.encode("utf-16-le"),
            self._utf8[utf8.start : utf8.end] == words.encode(),
            line[cited.column - 1 :].startswith(first),
        )
        return [unit for unit, right in zip(UNITS, landed, strict=True) if not right]

    def left_out(self, passages: Sequence[Passage]) -> str:
        """Return what is in no passage, but for white space."""
        held = bytearray(len(self.text))
        for passage in passages:
            held[passage.span.start : passage.span.end] = b"\1" * len(passage.span)
        rest = "".join(c for c, inside in zip(self.text, held, strict=True) if not inside)
        return rest.strip()


class Check:
    """The quotes of one set: how many were looked up, and how many were missed in each unit."""

    def __init__(self, corpus: Path) -> None:
        """Read the corpus, a document a line; one without text is its title."""
        rows = [json.loads(line) for line in corpus.read_bytes().splitlines() if line.strip()]
        self.sources = {
            row["_id"]: Source(row["text"] if row["text"].strip() else row["title"]) for row in rows
        }
        self.count: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self, engine: Engine, snapshot: Snapshot, queries: Sequence[str]) -> None:
        """Look up every passage, and the first ten hits of every query."""
        for identity, source in self.sources.items():
            passages = snapshot.document_passages(identity)
            self._look_up("passages", snapshot, passages)
            if rest := source.left_out(passages):
                self._fail("words left out", f"{identity}: {rest[:60]!r} is in no passage")
        for query in queries:
            hits = engine.search(query).hits
            self._look_up("hits", snapshot, [hit.passage for hit in hits])

    def _look_up(self, kind: str, snapshot: Snapshot, passages: Sequence[Passage]) -> None:
        citer: Citer | None = None
        for passage in passages:
            if citer is None or citer.document.id != passage.document_id:
                citer = Citer(snapshot.document(passage.document_id))
            self.count[kind] += 1
            cited = citer.cite(passage.span, passage.text)
            for unit in self.sources[passage.document_id].missed(cited, passage.text):
                self._fail(unit, f"{passage.document_id} {cited.span}: {passage.text[:60]!r}")

    def _fail(self, what: str, where: str) -> None:
        self.count[what] += 1
        self.failures.append(f"{what}: {where}")

    def row(self, name: str) -> tuple[str, ...]:
        """Return a row of the table: in each unit, whether all landed or how many did not."""
        counts = (len(self.sources), self.count["passages"], self.count["hits"])
        missed = (self.count[unit] for unit in UNITS)
        return (
            name,
            *map(str, counts),
            *(f"{each} missed" if each else "100 %" for each in missed),
        )


def check(folder: Path) -> Check:
    """Index a BEIR folder, unless its index is kept already, and look up its quotes.

    Raises:
        CitationError: when the engine itself finds a quote that is not in its stored text.
    """
    data = any_split(folder)
    found = Check(data.corpus)
    store, embedder = indexed(data.corpus_sha256, data.documents, total=len(found.sources))
    with store, Engine(store, embedder) as engine, store.snapshot() as snapshot:
        found.run(engine, snapshot, list(data.queries.values()))
    return found


def _checked(folder: Path) -> Iterator[tuple[str, Check]]:
    for each in set_folders(folder):
        print(f"  {each.name} …", file=sys.stderr, flush=True)
        yield each.name, check(each)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.quote_check", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of BEIR folders, or one")
    options = parser.parse_args(arguments)
    try:
        checks = dict(_checked(options.data))
    except ExcerptError as error:
        print(f"eval.quote_check: {error}", file=sys.stderr)
        return 1
    rows = tuple(found.row(name) for name, found in checks.items())
    failures = [f"{name}: {each}" for name, found in checks.items() for each in found.failures]
    below = (f"{len(failures)} failures", *failures[:_SHOWN])
    columns = ("", "documents", "passages", "hits", *UNITS)
    print(Table("quotes found in their sources", columns, rows, below))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
