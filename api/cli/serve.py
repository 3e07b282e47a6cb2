"""`excerpt serve`: the HTTP endpoints."""

from typing import Annotated

import typer

from api.cli.options import IndexOption, JsonOption


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
    as_json: JsonOption = False,
) -> None:
    """Serve the HTTP endpoints until stopped.

    Also told by EXCERPT_HOST, EXCERPT_PORT, EXCERPT_MAX_BODY_BYTES and EXCERPT_GRACE_SECONDS. A
    new generation of the index is picked up without a restart. With --json, one object with the
    server's URL is printed once it listens.
    """
    from api.cli.opening import choose
    from api.http.server import run_server
    from api.http.settings import ServerSettings

    settings = ServerSettings()
    told = {"host": host, "port": port}
    settings = settings.model_copy(
        update={name: value for name, value in told.items() if value is not None}
    )
    run_server(choose(index).path, settings, as_json)
