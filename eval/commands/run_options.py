"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from index.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Runs = Annotated[
    Path | None,
    typer.Option("--runs", help="Folder that keeps runs (default: the user's data folder).",
                 envvar="EXCERPT_RUNS"),
]  # fmt: skip

Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="Ask at most this many, evenly spaced over the set."),
]

Save = Annotated[
    Path | None, typer.Option("--save", help="Keep this run as a baseline for `check`.")
]


def runs_folder(named: Path | None) -> Path:
    """Return where runs are kept."""
    return named if named is not None else user_data_path("excerpt") / "runs"


def can_write(path: Path | None) -> None:
    """Refuse, before any work, an output file whose folder is not there.

    Raises:
        InputError: naming the folder.
    """
    if path is not None and not path.absolute().parent.is_dir():
        raise InputError(f"{path}: its folder is not there; make it first")
    if path is not None and path.exists() and not os.access(path, os.W_OK):
        raise InputError(f"{path}: cannot be written")
