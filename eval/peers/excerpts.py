"""A part of a retrieval set, in BEIR's layout, small enough for every peer."""

import json
from dataclasses import replace
from pathlib import Path

from eval.data.beir import RetrievalSet, read_beir
from eval.errors import DataError
from eval.harness.sample import every_nth
from index.types import Document


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
    """Write some of a set's documents and queries, both evenly spaced over it.

    Args:
        data: the whole set.
        folder: where to write; it is made.
        docs: how many documents at most, up to half of them chosen because they answer a query;
            all by default.
        queries: how many queries at most, each answered by a document left; all such by default.

    Raises:
        DataError: when none of the documents left answers a query.
    """
    documents = _some(data, docs)
    kept = {document.id for document in documents}
    qrels = {query: _relevant(judged) & kept for query, judged in data.qrels.items()}
    chosen = every_nth([query for query, left in qrels.items() if left], queries)
    if not chosen:
        raise DataError(f"{data.corpus}: {docs} documents answer no query; ask for more of them")
    folder.mkdir(parents=True)
    corpus = folder / "corpus.jsonl"
    _write(corpus, [{"_id": each.id, "title": each.title, "text": each.text} for each in documents])
    _write(folder / "queries.jsonl", [{"_id": key, "text": data.queries[key]} for key in chosen])
    return replace(
        data,
        queries={key: data.queries[key] for key in chosen},
        qrels={key: {d: g for d, g in data.qrels[key].items() if d in kept} for key in chosen},
        corpus=corpus,
    )


def _some(data: RetrievalSet, docs: int | None) -> list[Document]:
    """Return some documents in their order, half of them the first that answers some query."""
    documents = list(data.documents())
    if docs is None or docs >= len(documents):
        return documents
    answering = dict.fromkeys(
        next(document for document in judged if document in relevant)
        for judged in data.qrels.values()
        if (relevant := _relevant(judged))
    )
    kept = set(every_nth(list(answering), docs // 2))
    others = [document.id for document in documents if document.id not in kept]
    kept |= set(every_nth(others, docs - len(kept)))
    return [document for document in documents if document.id in kept]


def _relevant(judged: dict[str, int]) -> set[str]:
    return {document for document, grade in judged.items() if grade > 0}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
