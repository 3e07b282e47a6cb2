"""Readings of labelled questions: what each showed, and whether it was right."""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from eval.data.splits import Part, part_of
from eval.harness.document_passages import DocumentPassages
from eval.measures.squad import f1, normalise
from eval.training.labelled_rows import Row, read_rows
from index.cores import usable_cores
from index.protocols import Embedder
from index.text.digest import text_digest
from index.types import Document, Hit, Span
from retrieval.answering.doubts import passage_doubt
from retrieval.reader.confidence import features
from retrieval.reader.extractive import ExtractiveReader

Set = tuple[str, list[Row]]

SETS = ("squad2", "squad1", "fairytaleqa", "omosqa")
_CACHED_CONTEXTS = 64
ENOUGH = 0.5
"""The overlap with a gold answer from which a reading is right."""
SPANS = 5
"""How many answers to one question are samples; the first is what is measured."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of one question.

    Attributes:
        row: the question; without its context and golds where it was kept in a file.
        source: the set that it is of.
        part: whether it may be fitted on.
        features: what the reading showed.
        answerable: whether what was read answers the question.
        exact: SQuAD's EM of the reading, false for an unanswerable question.
        overlap: SQuAD's F1 of it, 0 for an unanswerable question.
        right: whether people would call it right: half of its words are a gold answer's.
        place: how many readings were better.
        doubt: the code of what speaks against it beside its confidence; "" where nothing does.
    """

    row: Row
    source: str
    part: Part
    features: dict[str, float]
    answerable: bool
    exact: bool
    overlap: float
    right: bool
    place: int
    doubt: str = ""


def closed_sets(data: Path, names: Sequence[str] = SETS) -> list[Set]:
    """Return the held-out sets by name, without the articles that were trained on."""
    return [(name, _untrained(name, read_rows(data / "tune" / f"{name}.jsonl"))) for name in names]


def document(text: str, title: str) -> Document:
    """Return a text as a document that is named by its content."""
    digest = text_digest(text)
    return Document(digest[:16], f"context:{digest[:16]}", title, text, digest, "text/plain")


def _untrained(name: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if part_of(name, row.title) != "train"]


def closed(
    reader: ExtractiveReader, embedder: Embedder, source: str, rows: Sequence[Row]
) -> Iterator[Sample]:
    """Read each question against its own context, as many at once as there are cores."""

    @lru_cache(_CACHED_CONTEXTS)
    def single_document(context: str, title: str) -> DocumentPassages:
        return DocumentPassages(document(context, title), embedder)

    def read(row: Row) -> list[Sample]:
        hits = single_document(row.context, row.title).hits(row.question)
        return list(samples(reader, source, row, hits))

    with ThreadPoolExecutor(usable_cores()) as pool:
        for found in pool.map(read, rows):
            yield from found


def samples(
    reader: ExtractiveReader, source: str, row: Row, hits: Sequence[Hit]
) -> Iterator[Sample]:
    """Read one question over `hits`; yields nothing where there was nothing to read.

    The reader's own calibration plays no part.
    """
    groups = reader.groups(row.question, hits)
    for place, group in enumerate(groups[:SPANS]):
        text = group.best.text
        overlap = max((f1(text, gold) for gold in row.answers), default=0.0)
        hit = hits[group.best.rank]
        yield Sample(
            row,
            source,
            part_of(source, row.title),
            features(row.question, groups, hits, place),
            bool(row.golds),
            any(normalise(text) == normalise(gold) for gold in row.answers),
            overlap,
            overlap >= ENOUGH,
            place,
            doubted(row.question, hit, group.best.span) if place == 0 else "",
        )


def doubted(question: str, hit: Hit, span: Span) -> str:
    """Return the code of what speaks against a reading in a passage; "" where nothing does."""
    why = passage_doubt(question, hit.passage, span)
    return "" if why is None else why.code


def write_samples(path: Path, every: Iterable[Sample]) -> None:
    """Write samples to a JSONL file, without the contexts of their questions."""
    with path.open("w", encoding="utf-8") as lines:
        for each in every:
            row = {"title": each.row.title, "question": each.row.question}
            lines.write(json.dumps({**asdict(each), "row": row}, ensure_ascii=False) + "\n")


def read_samples(path: Path) -> list[Sample]:
    """Read the samples that `write_samples` wrote."""
    made = []
    for line in path.read_text("utf-8").splitlines():
        held = json.loads(line)
        row = Row(held["row"]["title"], "", held["row"]["question"], ())
        made.append(Sample(**{**held, "row": row}))
    return made
