"""Questions over sets of real documents: `SET.toml` beside `SET.jsonl`, the texts fetched apart.

The repository holds what was asked and the words that answer it. The documents come from Debian's
packages (`python -m eval.documents fetch --into DIR`). An answer is given by its words and by a
longer piece of the text that they stand in, white space aside; its span is found in the text that
was extracted.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.errors import DataError
from index.types import Span

SETS = Path(str(files("eval"))) / "gold" / "documents"
"""The folder of the sets that are in the repository."""


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """Some documents that questions were written over.

    `packages` are Debian's, as `name=version`; `files` are paths inside them. `split` is the use
    that the set is kept for: train, calibrate or report.
    """

    name: str
    kind: str
    packages: tuple[str, ...]
    files: tuple[str, ...]
    licence: str
    split: str


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """Words that answer, verbatim, and a piece of the text that holds them."""

    text: str
    within: str


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """A question about one file of a set.

    `twist` is the detail by which an unanswerable question is off; None where it has an answer.
    `yes_no` is what the answer decides, where that is asked.
    """

    id: str
    file: str
    text: str
    kind: str
    style: str
    twist: str | None
    answers: tuple[ExpectedAnswer, ...]
    yes_no: str | None

    @property
    def answerable(self) -> bool:
        """Return whether the set's documents answer it."""
        return bool(self.answers)


def read_set(path: Path) -> DocumentSet:
    """Read the description of a set.

    Raises:
        DataError: it is not readable, or an entry is missing.
    """
    try:
        held = tomllib.loads(path.read_text("utf-8"))
        return DocumentSet(
            held["name"],
            held["kind"],
            tuple(held["packages"]),
            tuple(held["files"]),
            held["licence"],
            held.get("split", "train"),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: is no description of a document set ({error!r})") from error


def read_document_questions(path: Path) -> list[DocumentQuestion]:
    """Read the questions of a set, one JSON object a line.

    Raises:
        DataError: a line is not a question; the message names it.
    """
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{path}, line {number}: is no question ({error!r})") from error
    return questions


def _question(row: dict[str, Any]) -> DocumentQuestion:
    answers = tuple(ExpectedAnswer(each["text"], each["within"]) for each in row["answers"])
    if bool(answers) != row["answerable"]:
        raise ValueError("answerable questions have answers, and no others")
    return DocumentQuestion(
        row["id"], row["file"], row["question"], row["kind"], row["style"], row["twist"], answers,
        row["yes_no"],
    )  # fmt: skip


def resolve(answer: ExpectedAnswer, text: str) -> list[Span]:
    r"""Return where an answer stands in a text, white space aside; [] where it does not.

    >>> resolve(ExpectedAnswer("8", "tab size is 8"), "The tab\n  size is 8 columns, not 8 rows.")
    [Span(start=18, end=19)]
    """
    found = {
        Span(*words.span())
        for piece in _pattern(answer.within).finditer(text)
        for words in _pattern(answer.text).finditer(text, *piece.span())
    }
    return sorted(found)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words.split())) or r"(?!)")
