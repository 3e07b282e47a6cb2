"""`excerpt index`: builds an index, or brings it up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import JsonOption, OwnIndexOption, path_named
from api.output import print_json, say, visible
from api.problems import FAILED
from index.errors import InputError, LoadError

if TYPE_CHECKING:
    from index.protocols import Store
    from index.types import SyncReport


def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=path_named,
            help="Files and folders; without any, the recorded paths are synced again.",
        ),
    ] = None,
    folder: OwnIndexOption = None,
    allow_empty: Annotated[
        bool,
        typer.Option(
            "--allow-empty", help="Remove what is gone even where a folder lost most of its files."
        ),
    ] = False,
    roots: Annotated[
        bool, typer.Option("--roots", help="List what is synced when no path is given.")
    ] = False,
    forget: Annotated[
        list[Path] | None,
        typer.Option(
            "--forget", parser=path_named, metavar="PATH", help="Forget a root and its documents."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="What makes the vectors of a new index: the name or path of a "
            "sentence-transformers model (needs excerpt[models] at its first use).",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what failed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Build an index, or bring it up to date.

    The index mirrors the paths: what is new or changed is read, what is gone is removed, what
    has not changed is left alone. A file that cannot be read is reported and skipped.
    """
    from api.cli.opening import create_store, open_own_store
    from api.cli.progress import progress
    from api.schemas import report_json

    if roots:
        print_roots(open_own_store(folder).roots(), as_json)
        return
    if forget:
        report = forget_roots(open_own_store(folder), forget)
        print_json(report_json(report)) if as_json else print_report(report, quiet)
        return
    with progress(enabled=not (quiet or as_json)) as advance:
        report = create_store(folder, paths or [], model).sync(
            paths or None, progress=advance, allow_empty=allow_empty
        )
    found = report.added or report.changed or report.removed or report.unchanged
    as_object = report_json(report)
    if not as_json:
        print_report(report, quiet)
    elif found or report.held:
        print_json(as_object)
    if report.held:
        raise typer.Exit(FAILED)
    if not found:
        raise LoadError(nothing_found(paths or []), members={"report": as_object})


def forget_roots(store: "Store", paths: list[Path]) -> "SyncReport":
    """Forget roots, where the store keeps a record of them.

    Raises:
        InputError: when it keeps none, or one of them is no root.
    """
    forget = getattr(store, "forget", None)
    if forget is None:
        raise InputError(f"{store.location} keeps no record of paths")
    report: SyncReport = forget(paths)
    return report


def print_roots(roots: list[Path], as_json: bool) -> None:
    """Print the recorded roots, one a line or as one object."""
    if as_json:
        print_json({"roots": [str(root) for root in roots]})
    else:
        print("\n".join(visible(str(root)) for root in roots))


def print_report(report: "SyncReport", quiet: bool) -> None:
    """Print what was skipped to stderr, and what was done to stdout."""
    for problem in report.problems:
        line = "" if problem.line is None else f":{problem.line}"
        say(visible(f"skipped {problem.uri}{line}: {problem.reason}"))
    if quiet:
        return
    counts = ("added", "changed", "removed", "unchanged")
    words = ", ".join(f"{getattr(report, count)} {count}" for count in counts)
    print(
        f"generation {report.generation}: {words}; "
        f"{report.passages_embedded} passages embedded in {report.seconds:.1f} s"
    )


def nothing_found(paths: list[Path]) -> str:
    """Return what to say when there was nothing to index."""
    from index.loaders import FORMATS

    where = ", ".join(str(path) for path in paths) or "the recorded paths"
    return f"no documents under {where}; Excerpt reads {' '.join(FORMATS.suffixes())}"
