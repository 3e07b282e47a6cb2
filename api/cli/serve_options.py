"""The options of `excerpt serve`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import path_named

HostOption = Annotated[
    str | None, typer.Option("--host", help="The address to listen on [default: 127.0.0.1].")
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="The port [default: 8000]; 0 takes a free one."),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=64,
        metavar="N",
        help="Processes that answer, over one index [default: 1].",
    ),
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        parser=path_named,
        metavar="FILE",
        help="The file of API keys, which `excerpt keys` makes; by default your own, if any.",
    ),
]
WithoutKeysOption = Annotated[
    bool | None,
    typer.Option(
        "--without-keys",
        help="Let everybody who reaches the server read and write; without keys it is "
        "otherwise only open on loopback.",
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        parser=path_named,
        metavar="FILE",
        help="Settings in TOML; by default the file that EXCERPT_CONFIG names, or your own.",
    ),
]
