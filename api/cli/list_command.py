"""`excerpt list`: the documents of an index."""

from typing import Annotated

import typer

from api.cli.options import FilterOption, IndexOption, JsonOption
from api.output import place, print_json, visible


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

    from api.cli.open_index import open_store
    from index.listing import all_heads

    tree = None
    if filter is not None:
        from index.filters import parse

        tree = parse(filter)
    with open_store(index).snapshot() as snapshot:
        found = list(islice(all_heads(snapshot, tree), limit))
    if as_json:
        keys = ("id", "uri", "title", "media_type")
        print_json({"documents": [{key: getattr(each, key) for key in keys} for each in found]})
        return
    for each in found:
        print(f"{each.id}\t{visible(each.title)}\t{visible(place(each.uri))}")
