"""A part of a retrieval set, in BEIR's layout, small enough for every peer."""

import json
from dataclasses import replace
from pathlib import Path

from eval.data.beir import RetrievalSet, read_beir
from eval.harness.sample import every_nth


def any_split(folder: Path) -> RetrievalSet:
    """Read a set by its test split or, where it has none, the first of those it has.

    Raises:
        DataError: when the folder cannot be used.
    """
    splits = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    return read_beir(folder, splits[0] if splits and "test" not in splits else "test")


def excerpt(
    data: RetrievalSet, folder: Path, docs: int | None, queries: int | None
) -> RetrievalSet:
    """Write `docs` documents evenly spaced over the set, and `queries` that they answer.

    Args:
        data: the whole set.
        folder: where to write; it is made.
        docs: how many documents at most; all by default.
        queries: how many queries at most; all that have a relevant document left by default.
    """
    documents = every_nth(list(data.documents()), docs)
    kept = {document.id for document in documents}
    qrels = {
        query: left
        for query, judged in data.qrels.items()
        if max((left := {k: v for k, v in judged.items() if k in kept}).values(), default=0) > 0
    }
    chosen = every_nth(list(qrels), queries)
    folder.mkdir(parents=True)
    corpus = folder / "corpus.jsonl"
    _write(corpus, [{"_id": each.id, "title": each.title, "text": each.text} for each in documents])
    _write(folder / "queries.jsonl", [{"_id": key, "text": data.queries[key]} for key in chosen])
    return replace(
        data,
        queries={key: data.queries[key] for key in chosen},
        qrels={key: qrels[key] for key in chosen},
        corpus=corpus,
    )


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
