"""`excerpt index`: builds an index, or brings it up to date."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from api.cli.index_options import (
    AllowEmptyOption,
    ExcludeOption,
    ForgetOption,
    FromOption,
    IncludeOption,
    JobsOption,
    MetaOption,
    ModelOption,
    NoIgnoreOption,
    PathsArgument,
    QuietOption,
    RayOption,
    RootsOption,
    TextFieldOption,
    WatchOption,
)
from api.cli.options import JsonOption, OwnIndexOption
from api.output import print_json, say, visible
from api.problem_details import FAILED
from index.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.ingest.file_sources import Rules
    from index.protocols import Store
    from index.types import LoadProblem, SyncReport


def index(
    paths: PathsArgument = None,
    folder: OwnIndexOption = None,
    allow_empty: AllowEmptyOption = False,
    roots: RootsOption = False,
    forget: ForgetOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    no_ignore: NoIgnoreOption = False,
    text_field: TextFieldOption = None,
    meta: MetaOption = None,
    listed: FromOption = None,
    watch: WatchOption = False,
    model: ModelOption = None,
    ray: RayOption = None,
    jobs: JobsOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Build an index, or bring it up to date.

    The index mirrors the paths: what is new or changed is read, what is gone is removed, what
    has not changed is left alone. A file that cannot be read is reported and skipped. Hidden files
    are left out unless they are named, and so is what .gitignore and .excerptignore name.
    """
    from api.cli.listed import read_list
    from api.cli.open_index import create_store, open_own_store

    if jobs is not None:
        from index.cores import limit_cores

        limit_cores(jobs)
    if roots:
        print_roots(open_own_store(folder), as_json)
        return
    if forget:
        show_report(open_own_store(folder).forget(forget), quiet, as_json)
        return
    more, documents = read_list(listed) if listed is not None else ([], None)
    named = [*(paths or []), *more]
    rules = rules_of(include, exclude, no_ignore, text_field, meta)
    if documents is not None:
        if rules is not None and rules.metadata:
            from index.ingest.given_metadata import with_given

            documents = map(partial(with_given, pairs=rules.metadata), documents)
        store = create_store(folder, named, model, given=True)
        finish(store.add(documents), named, quiet, as_json)
        if not named:
            return
    store = create_store(folder, named, model)
    report = synced(store, named, rules, allow_empty, quiet or as_json, ray)
    if watch:
        from api.cli.watching import follow

        follow(store, report, lambda each: show_report(each, quiet, as_json))
        return
    finish(report, named, quiet, as_json)


def synced(
    store: "Store",
    paths: list[Path],
    rules: "Rules | None",
    allow_empty: bool,
    silent: bool,
    ray: str | None = None,
) -> "SyncReport":
    """Mirror the paths, or the recorded ones, with progress unless it is to be silent."""
    from api.cli.progress_bar import progress

    where: dict[str, Any] = {}
    if ray is not None:
        from index.ingest.cluster import ClusterReader, recipe_of

        where["reader"] = ClusterReader(ray, recipe_of(store))
    with progress(enabled=not silent) as advance:
        return store.sync(
            paths or None, progress=advance, allow_empty=allow_empty, rules=rules, **where
        )


def rules_of(
    include: list[str] | None,
    exclude: list[str] | None,
    no_ignore: bool,
    text_fields: list[str] | None = None,
    metadata: list[str] | None = None,
) -> "Rules | None":
    """Return the rules that were given, None where none were; an empty pattern is none.

    Raises:
        InputError: when metadata is not of the form `key=value`.
    """
    from index.ingest.file_sources import Rules
    from index.ingest.given_metadata import checked_pairs

    given = (include, exclude, text_fields, metadata)
    if all(each is None for each in given) and not no_ignore:
        return None
    chosen, left, fields, pairs = (tuple(filter(None, each or ())) for each in given)
    return Rules(chosen, left, not no_ignore, fields, checked_pairs(pairs))


def finish(report: "SyncReport", paths: list[Path], quiet: bool, as_json: bool) -> None:
    """Show what was done, and fail where it was nothing, or where something was held back."""
    from api.schemas import report_json

    found = report.added or report.changed or report.removed or report.unchanged
    if found or report.held or not as_json:
        show_report(report, quiet, as_json)
    if report.held:
        raise typer.Exit(FAILED)
    if not found:
        raise LoadError(nothing_found(paths), members={"report": report_json(report)})


def show_report(report: "SyncReport", quiet: bool, as_json: bool) -> None:
    """Print what was done, as one object or for people."""
    from api.schemas import report_json

    print_json(report_json(report)) if as_json else print_report(report, quiet)


def print_roots(store: "Store", as_json: bool) -> None:
    """Print the recorded roots, one a line or as one object, with what of them is left out."""
    rules = store.rules()
    if as_json:
        from dataclasses import asdict

        each = {str(root): asdict(rules[root]) for root in rules}
        print_json({"roots": [str(root) for root in store.roots()], "rules": each})
        return
    for root in store.roots():
        words = rules_in_words(rules[root]) if root in rules else ""
        print(visible(f"{root}{words and f'  ({words})'}"))


def rules_in_words(rules: "Rules") -> str:
    """Return what of a root is left out, "" where nothing is."""
    parts = [f"only {' '.join(rules.include)}"] if rules.include else []
    parts += [f"without {' '.join(rules.exclude)}"] if rules.exclude else []
    parts += [] if rules.ignore_files else ["ignore files disregarded"]
    parts += [f"text is {' '.join(rules.text_fields)}"] if rules.text_fields else []
    parts += [f"metadata {' '.join(rules.metadata)}"] if rules.metadata else []
    return "; ".join(parts)


def print_report(report: "SyncReport", quiet: bool) -> None:
    """Print what was skipped to stderr, and what was done to stdout."""
    for line in skipped_lines(report.problems):
        say(visible(line))
    if quiet:
        return
    counts = ("added", "changed", "removed", "unchanged")
    words = ", ".join(f"{getattr(report, count)} {count}" for count in counts)
    print(
        f"generation {report.generation}: {words}; "
        f"{report.passages_embedded} passages embedded in {report.seconds:.1f} s"
    )
    if report.left_out:
        print(left_out_line(report))


def skipped_lines(problems: "Sequence[LoadProblem]") -> "Iterator[str]":
    """Yield what was skipped: each problem, or of many one a reason with how often it came."""
    if len(problems) <= _SHOWN:
        for problem in problems:
            line = "" if problem.line is None else f":{problem.line}"
            yield f"skipped {problem.uri}{line}: {problem.reason}"
        return
    by_reason: dict[str, list[LoadProblem]] = {}
    for problem in problems:
        by_reason.setdefault(problem.reason, []).append(problem)
    ranked = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    for reason, several in ranked[:_SHOWN]:
        times = "" if len(several) == 1 else f" and {len(several) - 1:,} more"
        yield f"skipped {several[0].uri}{times}: {reason}"
    if len(ranked) > _SHOWN:
        yield f"skipped for {len(ranked) - _SHOWN:,} other reasons as well"
    yield f"{len(problems):,} were skipped; all of them: excerpt status --skipped"


def left_out_line(report: "SyncReport") -> str:
    """Return what was passed over, by what left it out, and how to have it in."""
    counted = ", ".join(f"{count:,} {_SKIPPED_BY.get(why, why)}" for why, count in report.left_out)
    ways = [_TO_HAVE_IN.get(why, "--no-ignore") for why, _ in report.left_out]
    return f"left out: {counted} (to have them in: {', '.join(dict.fromkeys(ways))})"


_SHOWN = 10
"""Problems, or reasons of problems, that are shown one a line."""

_SKIPPED_BY = {".gitignore": "by .gitignore", ".excerptignore": "by .excerptignore"}
_TO_HAVE_IN = {
    "hidden": "name them as paths",
    "excluded": '--exclude ""',
    "not included": '--include ""',
}


def nothing_found(paths: list[Path]) -> str:
    """Return what to say when there was nothing to index."""
    from index.loaders import FORMATS

    where = ", ".join(str(path) for path in paths) or "the recorded paths"
    return f"no documents under {where}; Excerpt reads {' '.join(FORMATS.suffixes())}"
