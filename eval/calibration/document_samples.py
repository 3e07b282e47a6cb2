"""Questions asked of an index of the documents they were written over, as users ask them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from eval.calibration.closed_samples import SPANS, Sample, doubted
from eval.data.document_sets import SETS, DocumentQuestion, read_document_questions, read_set
from eval.data.splits import thinned
from eval.documents.outcomes import is_right, places_in
from eval.measures.squad import f1, normalise
from eval.training.labelled_rows import Row
from index.store import FileStore
from retrieval.engine import Engine
from retrieval.reader.extractive import ExtractiveReader

SOURCE = "documents"


def document_samples(
    reader: ExtractiveReader, data: Path, limit: int | None = None, sets: Path = SETS
) -> Iterator[Sample]:
    """Yield the readings of the questions of the sets that confidence is fitted on.

    Args:
        reader: its own calibration plays no part.
        data: the folder that the sets' documents were fetched into.
        limit: at most so many questions of a set, evenly spread.
        sets: the folder of their descriptions and questions.
    """
    for path in sorted(sets.glob("*.toml")):
        each = read_set(path)
        if each.split != "calibrate":
            continue
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            with FileStore.create(index) as store:
                store.sync([data / each.name])
            with Engine.open(index, reader=reader) as engine:
                questions = read_document_questions(path.with_suffix(".jsonl"))
                for question in thinned(questions, limit):
                    yield from _samples(engine, each.name, data / each.name, question)


def _samples(
    engine: Engine, name: str, folder: Path, question: DocumentQuestion
) -> Iterator[Sample]:
    trace = engine.trace(question.text, SPANS)
    row = Row(name, "", question.text, ())
    golds = [gold.text for gold in question.answers]
    hits = {hit.passage.id: hit for hit in trace.hits}
    for place, reading in enumerate(trace.result.readings[:SPANS]):
        places = places_in(engine.document(reading.document_id), question, folder)
        yield Sample(
            row,
            f"{SOURCE}_{name}",
            "calibrate",
            dict(reading.features),
            question.answerable,
            any(normalise(reading.text) == normalise(gold) for gold in golds),
            max((f1(reading.text, gold) for gold in golds), default=0.0),
            is_right(question, reading.text, reading.span, places),
            place,
            doubted(question.text, hits[reading.passage_id], reading.span) if place == 0 else "",
        )
