"""Retrieval sets in BEIR's layout (Thakur et al. 2021)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from eval.data.text import parse_line
from eval.errors import DataError, refuse
from index.text.digest import text_digest
from index.types import Document

_GRADE = re.compile(r"-?[0-9]{1,9}")

LAYOUT = "corpus.jsonl {_id, title?, text}, queries.jsonl {_id, text} and qrels/SPLIT.tsv"


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Queries by id, what is relevant to each (`{query: {document: grade}}`), and the corpus."""

    name: str
    split: str
    sha256: str
    corpus_sha256: str
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    corpus: Path

    def documents(self) -> Iterator[Document]:
        """Yield the corpus, one document a line, without holding it in memory.

        A document without text is its title, as it is when the file itself is indexed.
        """
        for _, row in _objects(self.corpus):
            title, key = str(row.get("title") or ""), str(row["_id"])
            text = str(row["text"]) if str(row["text"]).strip() else title
            yield Document(
                id=key,
                uri=f"{self.corpus.name}#{key}",
                title=title,
                text=text,
                sha256=text_digest(text),
                media_type="text/plain",
            )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise DataError(f"{path}: line {number} is not UTF-8; convert the file") from error
            if text.strip():
                yield number, text.rstrip("\r\n")


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in _lines(path):
        try:
            row = parse_line(line)
        except ValueError as error:
            raise DataError(f"{path}: line {number} {error}") from error
        if not isinstance(row, dict):
            raise DataError(f"{path}: line {number} is not an object {{_id, text}}")
        yield number, row


def _by_id(path: Path, *, blank: bool) -> dict[str, int]:
    """Return the line of each `_id`, having checked that every row has one, and a text.

    `blank` lets a text be empty.
    """
    lines: dict[str, int] = {}
    problems = []
    for number, row in _objects(path):
        if "_id" not in row or not isinstance(row.get("text"), str):
            problems.append(f"line {number}: expected {{_id, text}}, found keys {sorted(row)}")
            continue
        key = str(row["_id"])
        if not (blank or str(row["text"]).strip()):
            problems.append(f"line {number}: the text of {key!r} is empty")
        if key in lines:
            problems.append(f"line {number}: the _id {key!r} was used before, on line {lines[key]}")
        lines.setdefault(key, number)
    refuse(path, problems, "Every row needs an _id of its own and a text.")
    if not lines:
        raise DataError(f"{path}: is empty; expected one JSON object {{_id, text}} a line")
    return lines


def _judgements(path: Path, queries: dict[str, int]) -> Iterator[tuple[int, str, str, int]]:
    for number, line in _lines(path):
        fields = line.split("\t") if "\t" in line else line.split()
        if number == 1 and not _GRADE.fullmatch(fields[-1]) and fields[0] not in queries:
            continue  # the names of the columns
        if len(fields) == 4:
            del fields[1]
        if len(fields) != 3 or not _GRADE.fullmatch(fields[2]):
            raise DataError(
                f"{path}: line {number} should be query, document and grade, found {line!r}"
            )
        yield number, fields[0], fields[1], int(fields[2])


def _qrels(
    path: Path, documents: dict[str, int], queries: dict[str, int]
) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    problems = []
    for number, query, document, grade in _judgements(path, queries):
        if document not in documents:
            problems.append(f"line {number}: no document in the corpus has the _id {document!r}")
        elif query not in queries:
            problems.append(f"line {number}: no query has the _id {query!r}")
        elif document in qrels.get(query, {}):
            problems.append(f"line {number}: {query!r} and {document!r} were judged before")
        else:
            qrels.setdefault(query, {})[document] = grade
    refuse(path, problems, "Every line must name a document of corpus.jsonl and a query, once.")
    if not qrels:
        raise DataError(f"{path}: judges nothing; expected query, document and grade a line")
    if not any(grade > 0 for judged in qrels.values() for grade in judged.values()):
        raise DataError(f"{path}: judges no document relevant; a grade above 0 says that one is")
    return qrels


def _check_layout(folder: Path, split: str) -> Path:
    if not folder.is_dir():
        what = "a file" if folder.exists() else "nothing"
        raise DataError(f"{folder}: expected a BEIR folder with {LAYOUT}, found {what}")
    missing = [name for name in ("corpus.jsonl", "queries.jsonl", "qrels")
               if not (folder / name).exists()]  # fmt: skip
    if missing:
        found = ", ".join(sorted(each.name for each in folder.iterdir())[:10]) or "an empty folder"
        raise DataError(
            f"{folder}: expected {LAYOUT}; {', '.join(missing)} is missing, found {found}"
        )
    judged = folder / "qrels" / f"{split}.tsv"
    if not judged.exists():
        splits = ", ".join(sorted(each.stem for each in judged.parent.glob("*.tsv"))) or "none"
        raise DataError(f"{judged}: there is no such split; give --split one of: {splits}")
    return judged


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def read_beir(folder: str | Path, split: str = "test") -> RetrievalSet:
    """Read and check a BEIR folder; only judged queries are kept, in the order of their file.

    Raises:
        DataError: when the layout is another, an id repeats, or a judgement names no document.
    """
    place = Path(folder)
    judged = _check_layout(place, split)
    corpus, queries = place / "corpus.jsonl", place / "queries.jsonl"
    qrels = _qrels(judged, _by_id(corpus, blank=True), _by_id(queries, blank=False))
    texts = {str(row["_id"]): str(row["text"]) for _, row in _objects(queries)}
    kept = {key: text for key, text in texts.items() if key in qrels}
    corpus_digest = _digest(corpus)
    whole = text_digest(corpus_digest + _digest(queries) + _digest(judged))
    return RetrievalSet(
        place.resolve().name, split, whole, corpus_digest, kept,
        {key: qrels[key] for key in kept}, corpus,
    )  # fmt: skip
