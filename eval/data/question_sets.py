"""Question sets: SQuAD 1.1/2.0 JSON, QA JSONL, and a user's own CSV or JSONL."""

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from eval.data.question_rows import EXPECTED, RowError, RowReader
from eval.data.spreadsheets import CSV, csv_rows
from eval.data.text import parse_line, read_text
from eval.errors import DataError, refuse
from eval.types import Question, QuestionSet
from index.text.digest import text_digest
from index.types import Document

Placed = Iterator[tuple[str, object]]
"""Rows with their place in the file, as messages name it."""

SEEDS = "seeds"
"""The name of the gold set that comes with the package."""


def packaged(name: str) -> Path | str:
    """Return the set or file of this name that comes with the package, or the name if none does.

    What lies at `name` on the user's disk goes before it.
    """
    place = Path(str(files("eval"))) / "gold" / name
    ours = Path(name).name == name and place.exists() and not Path(name).exists()
    return place if ours else name


def gold_path() -> Path:
    """Return where the gold questions on the shipped article are."""
    return Path(str(files("eval"))) / "gold" / "seeds.jsonl"


def seed_documents() -> dict[str, Document]:
    """Return the shipped articles by file name."""
    found = {}
    for source in sorted(files("seeds").iterdir(), key=lambda each: each.name):
        if source.name.endswith(".txt"):
            text = source.read_bytes().decode("utf-8-sig")
            found[source.name] = Document(
                source.name,
                f"seeds/{source.name}",
                source.name,
                text,
                text_digest(text),
                "text/plain",
            )
    return found


def _jsonl(text: str) -> Placed:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", parse_line(line)
        except ValueError as error:
            yield f"line {number}", RowError(str(error))


def _squad(data: list[object]) -> Placed:
    for a, article in enumerate(data):
        match article:
            case {"paragraphs": list(paragraphs), **rest}:
                title = rest.get("title", "")
            case _:
                yield f"data[{a}]", RowError("has no paragraphs, as SQuAD's articles have")
                continue
        for p, paragraph in enumerate(paragraphs):
            match paragraph:
                case {"context": str(context), "qas": list(rows)}:
                    for q, row in enumerate(rows):
                        place = f"data[{a}].paragraphs[{p}].qas[{q}]"
                        placed = {"title": title, "context": context}
                        yield place, {**row, **placed} if isinstance(row, dict) else row
                case _:
                    place = f"data[{a}].paragraphs[{p}]"
                    yield place, RowError("is not {context, qas}, as SQuAD's paragraphs are")


def _rows(path: Path, text: str) -> Placed:
    if path.suffix.lower() in CSV:
        return csv_rows(text)
    if path.suffix.lower() == ".json" or text.lstrip()[:1] == "[":
        try:
            whole = json.loads(text)
        except json.JSONDecodeError as error:
            if error.msg == "Extra data":  # one object a line, whatever the file is called
                return _jsonl(text)
            raise DataError(
                f"{path}: is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
            ) from error
        except (ValueError, RecursionError) as error:  # a number too long, or nested too deep
            raise DataError(f"{path}: is not JSON that can be read: {error}") from error
        match whole:
            case {"data": list(data)}:
                return _squad(data)
            case list(rows):
                return iter((f"item {number}", row) for number, row in enumerate(rows, 1))
            case dict(row) if "question" not in row:
                raise DataError(
                    f"{path}: expected SQuAD's {{data: [{{paragraphs}}]}}, a list of rows, or one "
                    f"row a line, found an object with keys {sorted(row)[:10]}"
                )
    return _jsonl(text)


def _wrong_layout(path: Path) -> str | None:
    if not path.is_dir():
        return None
    if (path / "corpus.jsonl").exists():
        return f"a BEIR folder; measure it with: excerpt-eval retrieval --data {path}"
    return "a folder"


def _questions(
    rows: Iterable[tuple[str, object]], reader: RowReader
) -> tuple[list[Question], list[str]]:
    questions: list[Question] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for place, row in rows:
        try:
            if isinstance(row, RowError):
                raise row
            question = reader.question(row, place.replace(" ", "-"))
        except (RowError, ValueError) as error:
            problems.append(f"{place}: {error}")
            continue
        if question.id in places:
            problems.append(
                f"{place}: the id {question.id!r} was used before, {places[question.id]}"
            )
            continue
        places[question.id] = place
        questions.append(question)
    return questions, problems


def read_questions(path: str | Path) -> QuestionSet:
    """Read a question set; `seeds` names the gold set that comes with the package.

    Raises:
        DataError: when the file is in the wrong layout, has no questions, repeats an id, or has
            gold spans that do not match their context (all listed, with their lines).
    """
    place = gold_path() if str(path) == SEEDS else Path(path)
    if found := _wrong_layout(place):
        raise DataError(f"{place}: expected a file of questions, found {found}")
    text, checksum = read_text(place)
    reader = RowReader(known=seed_documents() if place == gold_path() else {})
    questions, problems = _questions(_rows(place, text), reader)
    refuse(place, problems, f"Each row should be {EXPECTED}. Mend the file and run again.")
    if not questions:
        raise DataError(f"{place}: has no questions. Each row should be {EXPECTED}.")
    name = SEEDS if str(path) == SEEDS else place.name
    return QuestionSet(name, checksum, tuple(questions), reader.contexts)
