"""`excerpt list`: the documents of an index."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import FilterOption, IndexOption, JsonOption
from api.output import place, print_json, visible

if TYPE_CHECKING:
    from index.protocols import Snapshot
    from index.types import Document


def list_documents(
    filter: FilterOption = None,
    index: IndexOption = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most this many documents.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents: id, title and where each came from."""
    from itertools import islice

    from api.cli.opening import open_store

    snapshot = open_store(index).snapshot()
    try:
        found = list(islice(_passing(snapshot, filter), limit))
    finally:
        snapshot.close()
    if as_json:
        keys = ("id", "uri", "title", "media_type")
        print_json({"documents": [{key: getattr(each, key) for key in keys} for each in found]})
        return
    for each in found:
        print(f"{each.id}\t{visible(each.title)}\t{visible(place(each.uri))}")


def _passing(snapshot: "Snapshot", expression: str | None) -> "Iterator[Document]":
    """Yield the documents that pass a filter, in id order."""
    if expression is None:
        yield from snapshot.documents()
        return
    from index.filters import parse

    passages = snapshot.passages(snapshot.select(parse(expression)).tolist())
    for document_id in sorted({passage.document_id for passage in passages}):
        yield snapshot.document(document_id)
