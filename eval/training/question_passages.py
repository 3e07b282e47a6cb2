"""The passages that new questions are asked about, and what people asked of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import sentencex

from eval.training.articles import in_articles
from eval.training.labelled_rows import Row, rows_if_any
from eval.training.mix import training_part
from index.errors import LoadError
from index.ingest.walk import open_file, walk
from index.loaders import get_loader
from index.types import LoadProblem

_LEARNT_SHARES = {
    "squad": 1.0,
    "squadshifts_new_wiki": 1.0,
    "squadshifts_reddit": 0.35,
    "squadshifts_amazon_reviews": 0.35,
}
_SHARES = _LEARNT_SHARES | {"fairytaleqa": 0.7, "covidqa": 0.5, "policyqa": 0.5}
_LONGEST = 1200
"""Code points of a passage; a longer one is asked about in parts."""


def questions_to_learn(data: Path, seed: int) -> list[Row]:
    """Return the questions to learn from, by a share of each set's passages."""
    return [*_some(data, _LEARNT_SHARES, Random(seed)), *_squad(data)]


def to_ask_about(data: Path, seed: int) -> tuple[set[tuple[str, str]], list[Row]]:
    """Return the questions that are known, and passages in random order.

    A question is known by its passage and its words in lower case.
    """
    rng = Random(seed)
    articles = in_articles(_rows(data, "qamr"), _rows(data, "qasrl"))
    rows = [*_some(data, _SHARES, rng), *_squad(data), *articles]
    passages = {row.context: replace(row, question="", golds=()) for row in rows}
    known = {(row.context, row.question.casefold()) for row in rows}
    return known, _in_parts(passages.values(), rng)


def in_folder(folder: Path, seed: int) -> list[Row]:
    """Return the passages of a folder's documents, in random order.

    Raises:
        LoadError: a file or the folder cannot be read, or there is no document in it.
    """
    texts = []
    for found in walk(folder):
        if isinstance(found, LoadProblem):
            raise LoadError(f"{found.uri}: {found.reason}")
        with open_file(found.path) as file:
            loader = get_loader(found.format.name)
            for each in loader.load(file.read(), uri=found.uri, key=found.key):
                if isinstance(each, LoadProblem):
                    raise LoadError(f"{each.uri}: {each.reason}")
                texts.append(Row(each.title, each.text, "", ()))
    if not texts:
        raise LoadError(f"{folder}: no document in it")
    return _in_parts(texts, Random(seed))


def _in_parts(rows: Iterable[Row], rng: Random) -> list[Row]:
    parts = {part.context: part for row in rows for part in _parts(row)}
    return rng.sample(list(parts.values()), len(parts))


def _some(data: Path, shares: dict[str, float], rng: Random) -> Iterator[Row]:
    """Yield the rows of a share of each set's passages."""
    for name, share in shares.items():
        rows = _rows(data, name)
        contexts = sorted({row.context for row in rows})
        taken = set(rng.sample(contexts, round(share * len(contexts))))
        yield from (row for row in rows if row.context in taken)


def _rows(data: Path, name: str) -> list[Row]:
    return rows_if_any(data / "train" / f"{name}.jsonl")


def _squad(data: Path) -> Iterator[Row]:
    """Yield the held-out SQuAD files' rows that may be trained on."""
    for name in ("squad1", "squad2"):
        yield from training_part(data / "tune" / f"{name}.jsonl")


def _parts(row: Row) -> Iterator[Row]:
    """Cut a passage between sentences where it is long."""
    bounds: Sequence[int] = [
        sentence["start_index"] for sentence in sentencex.get_sentence_boundaries("en", row.context)
    ]
    begin = 0
    for at, end in zip(bounds, [*bounds[1:], len(row.context)], strict=True):
        if end - begin > _LONGEST and at > begin:
            yield replace(row, context=row.context[begin:at].strip())
            begin = at
    yield replace(row, context=row.context[begin:].strip())
