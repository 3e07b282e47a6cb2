"""Labelled questions: one JSON object a line, as ``{title, context, question, answers}``."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Gold:
    """One accepted answer: ``context[start:end]``, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A question about a context; with no golds, the context does not answer it."""

    title: str
    context: str
    question: str
    golds: tuple[Gold, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """The accepted answers' words."""
        return tuple(self.context[gold.start : gold.end] for gold in self.golds)


def read_rows(path: Path) -> list[Row]:
    """Read every row of a JSONL file that says where its answers stand.

    Raises:
        ValueError: an answer's span does not hold the answer's words.
    """
    return list(_rows(path))


def rows_if_any(path: Path) -> list[Row]:
    """Read every row of a JSONL file; none of one that is missing, so that less data will do."""
    return read_rows(path) if path.exists() else []


def record(row: Row) -> dict[str, object]:
    """Return a row as ``read_rows`` reads it."""
    golds = zip(row.answers, row.golds, strict=True)
    answers = [{"text": text, "start": gold.start} for text, gold in golds]
    return {
        "title": row.title,
        "context": row.context,
        "question": row.question,
        "answers": answers,
        "answerable": bool(answers),
    }


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            record = json.loads(line)
            if "answers" not in record:
                continue  # A question of yes or no, with no words marked.
            golds = []
            for answer in record["answers"]:
                start, end = answer["start"], answer["start"] + len(answer["text"])
                if record["context"][start:end] != answer["text"]:
                    raise ValueError(
                        f"{path}:{number}: answer {answer['text']!r} is not at {start}"
                    )
                golds.append(Gold(start, end))
            yield Row(record["title"], record["context"], record["question"], tuple(golds))
