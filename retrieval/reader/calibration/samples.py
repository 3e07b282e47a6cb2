"""Readings of labelled questions: what each showed, and whether it was right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from index.embedding import open_embedder
from index.store import FileStore
from index.types import Document, Hit, Passage, Span
from retrieval.hybrid import HybridRetriever
from retrieval.reader.confidence import features
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.splits import Part, squad2_part
from retrieval.reader.training.measure import f1, normalise
from retrieval.reader.training.rows import Row, read_rows

Set = tuple[str, list[Row]]

READ = 8
"""How many passages are read for a question over many documents."""
ABSENT_EVERY = 3
"""One question in so many is also asked without the document that it was written for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The best reading of one question.

    `exact` and `overlap` are SQuAD's EM and F1 of it (0 for an unanswerable question). `part`
    says whether it may be fitted on.
    """

    source: str
    part: Part
    features: dict[str, float]
    answerable: bool
    exact: bool
    overlap: float


def closed_sets(data: Path) -> list[Set]:
    """Return the held-out sets by name, without the articles that were trained on."""
    names = ("squad2", "squad1", "fairytaleqa", "omosqa")
    return [(name, _untrained(name, read_rows(data / "tune" / f"{name}.jsonl"))) for name in names]


def open_rows(data: Path, most: int) -> list[Set]:
    """Return the SQuAD questions to be asked of all contexts, at most `most` a set and part."""
    chosen = []
    for name, rows in closed_sets(data)[:2]:
        for part in ("calibrate", "report"):
            of_part = [row for row in rows if part_of(name, row.title) == part]
            chosen.append((name, of_part[:: max(1, len(of_part) // most)]))
    return chosen


def contexts(data: Path) -> list[Document]:
    """Return every context of the held-out SQuAD files as a document of its own."""
    rows = [
        row for name in ("squad1", "squad2") for row in read_rows(data / "tune" / f"{name}.jsonl")
    ]
    titles = {row.context: row.title for row in rows}
    return [_document(context, title) for context, title in titles.items()]


def _document(text: str, title: str) -> Document:
    digest = sha256(text.encode()).hexdigest()
    return Document(digest[:16], f"context:{digest[:16]}", title, text, digest, "text/plain")


def part_of(source: str, title: str) -> Part:
    """Return what a row may be used for; sets that trained nothing have two halves."""
    part = squad2_part(title)
    return "calibrate" if part == "train" and not source.startswith("squad") else part


def _untrained(name: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if part_of(name, row.title) != "train"]


class Collector:
    """Reads questions and keeps what the best reading of each showed."""

    def __init__(self, reader: ExtractiveReader) -> None:
        """Use `reader`, whose own calibration plays no part."""
        self._reader = reader

    def closed(self, source: str, rows: Sequence[Row]) -> Iterator[Sample]:
        """Read each question against its own context."""
        for row in rows:
            passage = Passage(0, "context", Span(0, len(row.context)), row.context, title=row.title)
            yield from self._kept(source, row, [Hit(passage, 1.0)])

    def open(self, source: str, rows: Sequence[Row], store: FileStore) -> Iterator[Sample]:
        """Ask each question of an index; some also without their own document."""
        retriever = HybridRetriever(open_embedder())
        with store.snapshot() as snapshot:
            for number, row in enumerate(rows):
                hits, _ = retriever.retrieve(snapshot, row.question, 2 * READ)
                yield from self._kept(source, row, hits[:READ])
                if number % ABSENT_EVERY == 0:
                    own = _document(row.context, row.title).id
                    others = [hit for hit in hits if hit.passage.document_id != own]
                    unanswerable = Row(row.title, row.context, row.question, ())
                    yield from self._kept(f"{source}_absent", unanswerable, others[:READ])

    def _kept(self, source: str, row: Row, hits: Sequence[Hit]) -> Iterator[Sample]:
        sample = self.sample(source, row, hits)
        if sample is not None:
            yield sample

    def sample(self, source: str, row: Row, hits: Sequence[Hit]) -> Sample | None:
        """Read one question over `hits`; `None` where there was nothing to read."""
        groups = self._reader.groups(row.question, hits)
        if not groups:
            return None
        text = groups[0].best.text
        return Sample(
            source,
            part_of(source, row.title),
            features(row.question, groups, hits),
            bool(row.golds),
            any(normalise(text) == normalise(gold) for gold in row.answers),
            max((f1(text, gold) for gold in row.answers), default=0.0),
        )
