"""`excerpt status`: what an index holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import IndexOption, JsonOption
from api.output import print_json, visible

if TYPE_CHECKING:
    from index.types import LoadProblem

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def status(
    index: IndexOption = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="List what could not be read, and why.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what the index holds.

    Its generation, documents and passages, and what shaped it.
    """
    from api.cli.open_index import open_store

    store = open_store(index)
    if skipped:
        print_skipped(store.skipped(), as_json)
        return
    facts = store.status()
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


def print_skipped(problems: Sequence["LoadProblem"], as_json: bool) -> None:
    """Print what could not be read, one a line or as one object."""
    if as_json:
        print_json({"skipped": [asdict(problem) for problem in problems]})
        return
    for problem in problems:
        line = "" if problem.line is None else f":{problem.line}"
        print(visible(f"{problem.uri}{line}: {problem.reason}"))


def print_facts(facts: Mapping[str, object]) -> None:
    """Print one fact a line; of several values, each on its own."""
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        several = value if name == "roots" and isinstance(value, list) else [value]
        label = "size" if name == "bytes" else name.replace("_bytes", "").replace("_", " ")
        for each in several:
            print(f"{label:<{width}}  {visible(in_words(name, each))}")
            label = ""


def in_words(name: str, value: object) -> str:
    """Return a fact as people read it.

    >>> in_words("documents", 12345), in_words("bytes", 155_273)
    ('12,345', '151.6 KiB')
    """
    if name == "committed" and isinstance(value, float):
        return datetime.fromtimestamp(value).astimezone().isoformat(" ", "seconds")
    if name.endswith("bytes") and isinstance(value, int):
        return size(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def size(count: float) -> str:
    """Return a number of bytes in the unit that makes it short."""
    unit = 0
    while count >= 1024 and unit < len(_UNITS) - 1:
        count, unit = count / 1024, unit + 1
    return f"{count:,.1f} {_UNITS[unit]}" if unit else f"{count:,} {_UNITS[0]}"
