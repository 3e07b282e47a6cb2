"""`excerpt verify`: checks everything in an index against everything else."""

from collections.abc import Sequence

import typer

from api.cli.options import IndexOption, JsonOption
from api.output import print_json, visible
from api.problem_details import FAILED


def verify(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Check the whole index.

    Exits with 0 only when everything holds.
    """
    from api.cli.open_index import open_store

    store = open_store(index)
    problems = store.verify()
    generation = store.newest()
    if as_json:
        print_json({"ok": not problems, "generation": generation, "problems": problems})
    else:
        for problem in problems:
            print(visible(problem))
        print(f"generation {generation}: {verdict(store.location, problems)}")
    if problems:
        raise typer.Exit(FAILED)


def verdict(location: str, problems: Sequence[str]) -> str:
    """Say whether an index holds, and what to run where it does not."""
    if not problems:
        return "everything holds"
    return (
        f"damaged; `excerpt index --index {location}` makes files anew; should that not help, "
        "index into another folder"
    )
