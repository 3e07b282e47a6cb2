"""`excerpt serve`: the HTTP endpoints."""

from typing import Annotated

import typer

from api.cli.options import IndexOption, JsonOption, ReaderOption
from retrieval.reader.registry import DEFAULT_READER


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
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,
) -> None:
    """Serve the HTTP endpoints until stopped.

    Also told by EXCERPT_HOST, EXCERPT_PORT, EXCERPT_MAX_BODY_BYTES and EXCERPT_GRACE_SECONDS. A
    new generation of the index is picked up without a restart. With --json, one object with the
    server's URL is printed once it listens.
    """
    from api.cli.opening import open_live_engine
    from api.http.server import run_server
    from api.http.settings import read_settings

    settings = read_settings(host, port)
    with open_live_engine(index, reader) as engine:
        run_server(engine, settings, as_json)
