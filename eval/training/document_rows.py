"""`python -m eval.training.document_rows`: what the reader reads of document sets, to train on.

    python -m eval.training.document_rows --documents DIR --out documents.jsonl

The questions of the sets of the split `train` are asked of indexes of their documents, as users
ask them, and the texts that the network is given are kept, renderings of table rows and list items
included: those that hold the answer, and of the others those in which the reader was surest of a
wrong one. `DIR` is what `python -m eval.documents fetch` wrote.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.data.document_sets import SETS, DocumentQuestion, read_document_questions, read_set
from eval.documents.outcomes import places_in
from eval.training.labelled_rows import Gold, Row, record
from index.store import FileStore
from index.types import Passage, Span
from retrieval.answering.wording import fold
from retrieval.engine import Engine, EngineConfig
from retrieval.reader.extractive import ExtractiveReader, ExtractiveSettings
from retrieval.reader.rendering import Rendering
from retrieval.reader.span_finder import SpanFinder
from retrieval.reader.spans import Candidate
from retrieval.reader.windows import Question

WRONG = 5
"""How many texts without the answer are kept for a question."""
PASSAGES = 12
"""How many passages are read for a question."""
_LEAST_SHARE = 0.8
"""Share of an answer from which a text holds it; texts with less of it are left out."""


@dataclass(frozen=True, slots=True)
class TextRead:
    """A text that the network was given, of which passage, and the best margin in it."""

    passage: Passage
    rendering: Rendering
    margin: float


class RecordingFinder(SpanFinder):
    """Keeps what its network is given of passages that are read one after another."""

    def __init__(self, finder: SpanFinder) -> None:
        super().__init__(finder.windower, finder.network)
        self.texts: list[TextRead] = []
        self._passage: Passage | None = None

    def in_units(
        self, question: Question, words: str, passage: Passage, text: str, barred: Sequence[Span]
    ) -> Iterator[Candidate]:
        """Yield what may answer in a passage, and keep what is read of it."""
        self._passage = passage
        yield from super().in_units(question, words, passage, text, barred)
        self._passage = None

    def in_rendering(
        self, question: Question, read: Rendering, barred: Sequence[Span]
    ) -> Iterator[Candidate]:
        """Yield what may answer in a text, and keep it."""
        candidates = list(super().in_rendering(question, read, barred))
        if self._passage is not None and candidates:
            best = max(each.margin for each in candidates)
            self.texts.append(TextRead(self._passage, read, best))
        yield from candidates


class RecordingReader(ExtractiveReader):
    """Reads one passage at a time, and keeps what its network is given in `texts`."""

    def __init__(self) -> None:
        super().__init__(settings=ExtractiveSettings(threads=1))
        self._finder = recording = RecordingFinder(self._finder)
        self.texts = recording.texts


def document_rows(data: Path, sets: Path = SETS) -> Iterator[Row]:
    """Yield the texts read for every question of the sets of the split `train`."""
    for path in sorted(sets.glob("*.toml")):
        each = read_set(path)
        if each.split != "train":
            continue
        reader = RecordingReader()
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            with FileStore.create(index) as store:
                store.sync([data / each.name])
            config = EngineConfig(read=PASSAGES)
            with Engine.open(index, config=config, reader=reader) as engine:
                for question in read_document_questions(path.with_suffix(".jsonl")):
                    reader.texts.clear()
                    engine.trace(question.text, PASSAGES)
                    yield from _rows(each.name, question, engine, data / each.name, reader.texts)


def _rows(
    name: str, question: DocumentQuestion, engine: Engine, folder: Path, texts: Sequence[TextRead]
) -> Iterator[Row]:
    wrong: dict[str, float] = {}
    words = [fold(answer.text) for answer in question.answers]
    places = {
        document_id: places_in(engine.document(document_id), question, folder)
        for document_id in {read.passage.document_id for read in texts}
    }
    for read in texts:
        text, passage = read.rendering.text, read.passage
        golds, parts = _golds(read.rendering, places[passage.document_id], passage.span.start)
        if golds:
            yield Row(name, text, question.text, tuple(golds))
        elif not parts and not any(each in fold(text) for each in words):
            wrong[text] = max(read.margin, wrong.get(text, -np.inf))
    for text in sorted(wrong, key=wrong.__getitem__, reverse=True)[:WRONG]:
        yield Row(name, text, question.text, ())


def _golds(read: Rendering, places: Sequence[Span], offset: int) -> tuple[list[Gold], bool]:
    """Return where a text holds answers of a document, and whether it holds a part of any.

    `offset` is where the passage that is read begins in the document.
    """
    origin = np.arange(len(read.text)) if read.origin is None else read.origin
    golds, parts = [], False
    for span in places:
        first, last = span.start - offset, span.end - offset
        held = np.flatnonzero((origin >= max(first, 0)) & (origin < last))
        parts |= len(held) > 0
        if len(held) >= _LEAST_SHARE * len(span) > 0:
            golds.append(Gold(int(held[0]), int(held[-1]) + 1))
    return golds, parts


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the rows as JSON lines, by the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.document_rows", description=__doc__
    )
    parser.add_argument("--documents", type=Path, required=True, help="the fetched documents")
    parser.add_argument("--out", type=Path, required=True, help="the .jsonl to write")
    options = parser.parse_args(arguments)
    with options.out.open("w", encoding="utf-8") as out:
        for row in document_rows(options.documents):
            out.write(json.dumps(record(row), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
