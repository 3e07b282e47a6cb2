"""TREC runs: `query Q0 document rank score tag`, one line a document found."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eval.runs.record import Run
from index.errors import InputError

TAG = "excerpt"


def check_ids(path: Path, ids: Iterable[str]) -> None:
    """Refuse ids that a run cannot hold.

    Raises:
        InputError: naming the first that has white space, or is empty.
    """
    for name in ids:
        if len(name.split()) != 1:
            raise InputError(
                f"{path}: a TREC run cannot hold the id {name!r}: it has white space or is empty; "
                "leave --run out, or change the data's ids"
            )


def write_trec(path: Path, rankings: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    """Write the rankings, best first, scores in full so that any tool computes the same figures.

    Raises:
        InputError: when an id has white space, which the format takes for the end of a field
            (see `check_ids`).
    """
    check_ids(path, (name for query, found in rankings.items() for name in (query, *dict(found))))
    with path.open("w", encoding="utf-8") as opened:
        for query, ranking in rankings.items():
            for rank, (document, score) in enumerate(ranking, 1):
                opened.write(f"{query} Q0 {document} {rank} {score!r} {TAG}\n")


def write_run(path: Path, run: Run) -> None:
    """Write the rankings of a saved retrieval run."""
    write_trec(path, {row["id"]: row["given"]["ranking"] for row in run.rows})
