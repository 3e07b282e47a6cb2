"""Questions asked of an index, as users ask them: of a large one and of small ones.

How sure one may be must not hang on how much was indexed, so that questions are asked of all
contexts at once and of documents of a few paragraphs alone. Some are asked where the paragraph that
they were written for is missing: its neighbours are about the same thing and do not say.

Municipal pages are left out: their answers are long, so that next to none is matched exactly, and
fitted to them as well the confidence is too low for all others.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from eval.calibration.closed_samples import Sample, Set, closed_sets, document, samples
from eval.data.splits import part_of, thinned
from eval.training.labelled_rows import Row, read_rows
from index.protocols import Embedder
from index.store import FileStore
from index.types import Document
from retrieval.reader.extractive import ExtractiveReader
from retrieval.search.hybrid import HybridRetriever

QUESTION_SETS = ("squad2", "squad1", "fairytaleqa")
PASSAGES = 8
"""How many passages are read for a question."""
ABSENT_EVERY = 3
"""One question in so many is also asked without the paragraph that it was written for."""
PARAGRAPHS = 6
"""How many paragraphs a short document has."""


def open_samples(
    reader: ExtractiveReader, embedder: Embedder, data: Path, most: int
) -> Iterator[Sample]:
    """Yield the readings of at most `most` questions of each set and part, and of each kind."""
    retriever = HybridRetriever(embedder)
    sets = _questions(data, most)
    articles = _articles(data)
    contexts = [document(text, title) for title, texts in articles.items() for text in texts]
    yield from _ask(reader, retriever, contexts, sets, "")
    for title, texts in articles.items():
        for begin in range(0, len(texts), PARAGRAPHS):
            kept, lost = _parted(texts[begin : begin + PARAGRAPHS])
            short = document("\n\n".join(kept), title)
            asked = [(name, [r for r in rows if r.context in kept]) for name, rows in sets]
            asked += [
                (f"{name}_absent", [_unanswered(r) for r in rows if r.context in lost])
                for name, rows in sets
            ]
            yield from _ask(reader, retriever, [short], asked, "short_")


def _questions(data: Path, most: int) -> list[Set]:
    chosen = []
    for name, rows in closed_sets(data, QUESTION_SETS):
        for part in ("calibrate", "report"):
            of_part = [row for row in rows if part_of(name, row.title) == part]
            chosen.append((name, thinned(of_part, most)))
    return chosen


def _articles(data: Path) -> dict[str, list[str]]:
    """Return the paragraphs of every article and story, in order."""
    articles: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in QUESTION_SETS:
        for row in read_rows(data / "tune" / f"{name}.jsonl"):
            articles[row.title][row.context] = None
    return {title: list(texts) for title, texts in articles.items()}


def _parted(paragraphs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what a short document has of some paragraphs, and what is left out of it."""
    lost = list(paragraphs[ABSENT_EVERY - 1 :: ABSENT_EVERY])
    return [text for text in paragraphs if text not in lost], lost


def _unanswered(row: Row) -> Row:
    return replace(row, golds=())


def _ask(
    reader: ExtractiveReader,
    retriever: HybridRetriever,
    documents: Sequence[Document],
    sets: Sequence[Set],
    kind: str,
) -> Iterator[Sample]:
    """Ask questions of an index of `documents`; of a large one also without their own."""
    if not any(rows for _, rows in sets):
        return
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore.create(folder)
        store.add(documents)
        with store.snapshot() as snapshot:
            for source, rows in sets:
                for number, row in enumerate(rows):
                    hits = retriever.retrieve(snapshot, row.question, 2 * PASSAGES).hits
                    yield from samples(reader, f"{kind}{source}", row, hits[:PASSAGES])
                    if not kind and number % ABSENT_EVERY == 0:
                        own = document(row.context, row.title).id
                        others = [hit for hit in hits if hit.passage.document_id != own]
                        yield from samples(
                            reader, f"{source}_absent", _unanswered(row), others[:PASSAGES]
                        )
