"""Who said it, measured on sentences whose speakers people marked."""

from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.data import read_attribution
from eval.harness.sample import every_nth
from eval.measures import speakers
from eval.runs.code import code_version
from eval.runs.driver import Outcome, execute
from eval.runs.record import Plan, Row, Run, packed
from eval.types import ReportedSentence
from retrieval.attribution import attribute
from retrieval.types import Words


@dataclass(frozen=True, slots=True)
class AttributionConfig:
    """Which sentences are looked at: at most `limit`, evenly spaced; None means all."""

    limit: int | None = None


def _place(words: Words | None) -> dict[str, Any] | None:
    if words is None or words.span is None:
        return None
    return {"text": words.text, "start": words.span.start, "end": words.span.end}


def _one(sentence: ReportedSentence) -> Outcome:
    began = perf_counter()
    found = attribute(sentence.text, sentence.span)
    took = (perf_counter() - began) * 1000
    golds = [words.span for words in sentence.speakers if words.span is not None]
    given = None if found.speaker is None else found.speaker.span
    row: Row = {
        "id": sentence.id,
        "question": sentence.span.of(sentence.text),
        "expected": [_place(words) for words in sentence.speakers],
        "given": {"speaker": _place(found.speaker), "stance": found.stance},
        "columns": packed(speakers.score(golds, given)),
    }
    return row, {"total": took}


def run_attribution(data: Path, runs: Path, config: AttributionConfig) -> Run:
    """Measure attribution on `data` (JSONL `{sentence, speakers}`) and save the run.

    Raises:
        DataError: when the data cannot be used.
    """
    sentences, checksum = read_attribution(data)
    chosen = every_nth(sentences, config.limit)
    plan = Plan("attribution", data.name, checksum, len(chosen), asdict(config), {}, {},
                code_version())  # fmt: skip
    return execute(plan, chosen, _one, runs, threads=1)


def prediction(row: Row) -> dict[str, Any]:
    """Return the line of `--predictions` for one result: speaker or None, and stance."""
    given: dict[str, Any] = row["given"]
    return given
