"""`excerpt rm`: removes documents."""

from typing import Annotated

import typer

from api.cli.options import JsonOption, OwnIndexOption
from api.output import print_json


def rm(
    documents: Annotated[list[str], typer.Argument(help="Ids of documents, or paths.")],
    index: OwnIndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove documents by id or path, in one generation.

    A file that still lies under an indexed path comes back with the next sync.
    """
    from api.cli.naming import named_ids
    from api.cli.open_index import open_own_store

    store = open_own_store(index)
    snapshot = store.snapshot()
    try:
        ids = [each for name in documents for each in named_ids(snapshot, name) or [name]]
    finally:
        snapshot.close()
    report = store.remove(ids)
    if as_json:
        from api.schemas import report_json

        print_json(report_json(report))
    else:
        print(f"generation {report.generation}: {report.removed} removed")
