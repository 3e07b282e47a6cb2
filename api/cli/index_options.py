"""The options of `excerpt index`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import path_named

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=path_named,
        help="Files and folders; without any, those of earlier runs are brought up to date.",
    ),
]
AllowEmptyOption = Annotated[
    bool,
    typer.Option(
        "--allow-empty", help="Remove documents even if a folder has lost most of its files."
    ),
]
RootsOption = Annotated[bool, typer.Option("--roots", help="List the indexed files and folders.")]
ForgetOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--forget",
        parser=path_named,
        metavar="PATH",
        help="Stop indexing this path, and remove its documents.",
    ),
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--include",
        metavar="GLOB",
        help="Index only files that match, such as `*.pdf`; remembered for these paths.",
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="GLOB",
        help="Leave out what matches, such as `drafts/`; remembered for these paths.",
    ),
]
NoIgnoreOption = Annotated[
    bool,
    typer.Option(
        "--no-ignore",
        help="Disregard .gitignore and .excerptignore; remembered for these paths.",
    ),
]
TextFieldOption = Annotated[
    list[str] | None,
    typer.Option(
        "--text-field",
        metavar="FIELD",
        help="A field of JSON, JSONL, YAML, TOML and XML records that is text, by its name, "
        "dotted name or JSON pointer; the others are metadata. Remembered for these paths.",
    ),
]
MetaOption = Annotated[
    list[str] | None,
    typer.Option(
        "--meta",
        metavar="KEY=VALUE",
        help="Metadata of all documents, to filter by, such as `department=sales`. "
        "Remembered for these paths.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Take the paths from a file, one a line, or documents as JSONL; `-` is stdin.",
    ),
]
WatchOption = Annotated[
    bool,
    typer.Option("--watch", help="Keep running, and update the index whenever a file changes."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="The embedding model of a new index: the name or path of a "
        "sentence-transformers model (needs excerpt[models] at its first use).",
    ),
]
RayOption = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Have the machines of a Ray cluster load, cut and embed the files, which each "
        "sees under the same paths; `HOST:PORT` of its head, or `auto` (needs excerpt[ray]).",
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", min=1, help="Use N cores; by default all there are."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
