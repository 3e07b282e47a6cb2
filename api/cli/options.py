"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer


def path_named(text: str) -> Path:
    """Return the path that an argument names.

    Raises:
        BadParameter: when it is empty, as a shell variable that is not set leaves it; Python
            would take that for the current folder.
    """
    if not text:
        raise typer.BadParameter("it is empty; name a file or folder (`.` is this one)")
    return Path(text)


def location_named(text: str) -> str:
    """Return the index that an argument names: a folder, or the URL of a store.

    Raises:
        BadParameter: when it is empty.
    """
    path_named(text)
    return text


def _index_option(unnamed: str) -> Any:
    return typer.Option(
        "--index",
        parser=location_named,
        envvar="EXCERPT_INDEX",
        metavar="DIR",
        help=f"The index folder, or the URL of a store. By default {unnamed}.",
    )


IndexOption = Annotated[
    str | None,
    _index_option("your own index, or until you have one an index of the bundled sample articles"),
]

OwnIndexOption = Annotated[str | None, _index_option("your own index")]

ReaderOption = Annotated[
    str,
    typer.Option(
        "--reader",
        envvar="EXCERPT_READER",
        metavar="NAME",
        help="What reads the passages found: `fast`; `best`, which reads better and takes several "
        "times as long (`excerpt readers install best`); `auto`, best where it is installed.",
    ),
]

RiskOption = Annotated[
    float,
    typer.Option(
        "--risk",
        envvar="EXCERPT_RISK",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="How many of the answers called `answered` may be wrong, as a share.",
    ),
]

JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object; an error is a problem object on stderr."),
]

FilterOption = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="EXPR",
        help="Only documents that pass, such as `published >= 2025-01-01 and language = en`.",
    ),
]
