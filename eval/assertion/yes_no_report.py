"""What the sentences of a passage decide of questions for yes or no, beside what people say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.data.text import read_text
from index.text.sentences import sentences
from retrieval.answering.yes_no import decides
from retrieval.types import Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """A question with what its passage decides, as read here and by people; None for neither."""

    question: str
    here: Decision | None
    people: Decision | None


def decided(path: Path) -> Iterator[Decided]:
    """Yield the questions of a file of `{question, context, answer}`, a line each.

    A passage whose sentences decide different things decides nothing.
    """
    text, _ = read_text(path)
    for line in text.splitlines():
        row = json.loads(line)
        found = set(_decisions(row["question"], row["context"]))
        people: Decision | None = {True: "yes", False: "no"}.get(row["answer"])  # type: ignore[assignment]  # both are decisions
        yield Decided(row["question"], found.pop() if len(found) == 1 else None, people)


def _decisions(question: str, text: str) -> Iterator[Decision]:
    for sentence in sentences(text):
        found = decides(question, sentence.of(text), text[: sentence.start][-300:])
        if found is not None:
            yield found
