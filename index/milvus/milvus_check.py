"""Checking an index in Milvus against itself: texts, passages, vectors and counts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ExcerptError
from index.milvus.client import Client
from index.milvus.collections import VECTOR, Collections, alive
from index.milvus.commit_record import Commit
from index.vectors import NORM_TOLERANCE

if TYPE_CHECKING:
    from index.milvus.milvus_snapshot import MilvusSnapshot

_STEP = 2_000


def problems(
    client: Client, names: Collections, commit: Commit, snapshot: "MilvusSnapshot"
) -> Iterator[str]:
    """Yield what does not hold in a generation, worded."""
    documents = passages = 0
    try:
        for document in snapshot.documents():
            documents += 1
            for passage in snapshot.document_passages(document.id):
                passages += 1
                if passage.span.of(document.text) != passage.text:
                    span = f"{passage.span.start}:{passage.span.end}"
                    yield (
                        f"passage {passage.id} of document {document.id} is not its text at {span}"
                    )
    except ExcerptError as error:
        yield str(error)
        return
    if (documents, passages) != (commit.documents, commit.passages):
        yield (
            f"generation {commit.generation} should hold {commit.documents} documents and "
            f"{commit.passages} passages, and holds {documents} and {passages}"
        )
    yield from _vectors(client, names, commit)


def _vectors(client: Client, names: Collections, commit: Commit) -> Iterator[str]:
    rows = client.scan(
        names.passages,
        "id",
        commit.next_passage,
        ["id", VECTOR],
        where=alive(commit.generation),
        at=commit.seen,
        step=_STEP,
    )
    held = wrong = 0
    for row in rows:
        held += 1
        wrong += not abs(float(np.linalg.norm(row[VECTOR])) - 1.0) <= NORM_TOLERANCE
    if wrong:
        yield f"{wrong} vectors are not of unit length"
    if held != commit.passages:
        yield f"there are {held} vectors for {commit.passages} passages"
