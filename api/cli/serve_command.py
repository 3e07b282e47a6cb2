"""`excerpt serve`: the HTTP endpoints."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import IndexOption, JsonOption, ReaderOption, path_named
from retrieval.reader.readers import DEFAULT_READER


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="The address to listen on [default: 127.0.0.1].")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=0, max=65535, help="The port [default: 8000]; 0 takes a free one."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            metavar="N",
            help="Processes that answer, over one index [default: 1].",
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            parser=path_named,
            metavar="FILE",
            help="The file of API keys, which `excerpt keys` makes; by default your own, if any.",
        ),
    ] = None,
    without_keys: Annotated[
        bool | None,
        typer.Option(
            "--without-keys",
            help="Let everybody who reaches the server read and write; without keys it is "
            "otherwise only open on loopback.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            parser=path_named,
            metavar="FILE",
            help="Settings in TOML; by default the file that EXCERPT_CONFIG names, or your own.",
        ),
    ] = None,
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,
) -> None:
    """Serve the HTTP endpoints until stopped.

    A setting is taken from its option, else from the environment (EXCERPT_HOST and so on), else
    from the file of settings; docs/http.md lists them. What happens to the index is picked up
    without a restart. With --json, one object with the server's URL is printed once it listens.
    """
    from api.cli.open_index import open_live_engine
    from api.http.server import run_server
    from api.http.settings import read_settings
    from retrieval.engine import EngineConfig

    settings = read_settings(
        config, host=host, port=port, workers=workers, keys=keys, without_keys=without_keys
    )
    bounds = EngineConfig(max_question=settings.max_question, max_k=settings.max_k)
    run_server(partial(open_live_engine, index, reader, bounds), settings, as_json)
