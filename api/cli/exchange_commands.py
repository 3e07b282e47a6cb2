"""`excerpt export` and `excerpt import`: an index moved between stores, nothing embedded again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import IndexOption, JsonOption, OwnIndexOption, path_named
from api.output import print_json, visible

if TYPE_CHECKING:
    from index.exchange import Manifest
    from index.protocols import Store

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")]


def export_folder(
    folder: Annotated[
        Path, typer.Argument(parser=path_named, help="Where to; nothing may be there yet.")
    ],
    index: IndexOption = None,
    quiet: Quiet = False,
    as_json: JsonOption = False,
) -> None:
    """Write an index into a folder of Parquet files, which `excerpt import` reads.

    The folder is there once all of it is written. docs/exchange.md describes it. Needs
    excerpt[exchange].
    """
    from api.cli.open_index import open_store
    from api.cli.progress_bar import progress
    from index.exchange import export_index

    store = open_store(index)
    with progress(enabled=not (quiet or as_json)) as advance:
        manifest = export_index(store, folder, progress=advance)
    if as_json:
        print_json({"folder": str(folder), **_summary(manifest)})
    else:
        print(visible(f"{folder}: {_in_words(manifest)}"))


def import_folder(
    folder: Annotated[
        Path, typer.Argument(parser=path_named, help="A folder that `excerpt export` wrote.")
    ],
    index: OwnIndexOption = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME", help="The embedder, where it has another name or path here."
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: JsonOption = False,
) -> None:
    """Make an index of a folder of Parquet files, which `excerpt export` wrote.

    The index must be new or empty. All of the folder goes in, checked by counts and digests, or
    nothing does. Nothing is embedded. Needs excerpt[exchange].
    """
    from api.cli.progress_bar import progress
    from api.locations import user_index
    from api.schemas import report_json
    from index.exchange import check_export, import_index

    manifest = check_export(folder)
    store = _target(index or str(user_index()), folder, manifest, model)
    with progress(enabled=not (quiet or as_json)) as advance:
        report = import_index(folder, store, progress=advance)
    if as_json:
        print_json({**_summary(manifest), **report_json(report)})
    else:
        print(visible(f"generation {report.generation}: {_in_words(manifest)}"))


def _target(location: str, folder: Path, manifest: "Manifest", model: str | None) -> "Store":
    """Return the index to import into; it is made only when its embedder is the export's."""
    from index.embedding import DEFAULT_MODEL, open_embedder
    from index.exchange.importing import check_embedder, cutting_of
    from index.store.schemes import create_store, store_exists

    name = model or manifest.model or DEFAULT_MODEL
    if store_exists(location):
        return create_store(location, model=model)
    check_embedder(folder, manifest, open_embedder(name))
    return create_store(location, model=name, passages=cutting_of(manifest))


def _summary(manifest: "Manifest") -> dict[str, object]:
    return {
        "documents": manifest.documents,
        "passages": manifest.passages,
        "bytes": sum(each.bytes for each in manifest.files),
        "content_sha256": manifest.content_sha256,
    }


def _in_words(manifest: "Manifest") -> str:
    return (
        f"{manifest.documents:,} documents, {manifest.passages:,} passages, "
        f"sha256 {manifest.content_sha256[:16]}"
    )
