"""`excerpt search`: the passages that are nearest to a query."""

from typing import Annotated

import typer

from api.cli.options import FilterOption, IndexOption, JsonOption
from api.output import print_json, question_of
from retrieval.answering.limits import MAX_K


def search(
    query: Annotated[str, typer.Argument(help="What to look for; `-` reads it from stdin.")],
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=MAX_K, help="At most this many passages.")
    ] = 10,
    expression: FilterOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages nearest to a query.

    Both arms look, one by meaning and one by words, and their rankings are fused. A passage's
    score, 0 to 1, ranks it among those found for the same query; it cannot be compared with the
    score of another query.
    """
    from api.cli.open_index import open_engine

    with open_engine(index) as engine:
        response = engine.search(question_of(query), k=k, filter=expression)
    if as_json:
        from api.schemas import search_json

        print_json(search_json(response))
    else:
        from api.cli.terminal import print_search

        print_search(response)
