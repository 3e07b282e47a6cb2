"""`excerpt mcp`: the answers as tools for assistants."""

import sys
from functools import partial
from typing import Annotated

import typer

from api.cli.options import IndexOption, JsonOption, ReaderOption
from api.output import say
from index.errors import InputError
from retrieval.reader.registry import DEFAULT_READER


def mcp(
    over_http: Annotated[
        bool,
        typer.Option("--http", help="Serve over streamable HTTP at /mcp, as `excerpt serve` does."),
    ] = False,
    host: Annotated[
        str | None,
        typer.Option("--host", help="With --http: the address to listen on [default: 127.0.0.1]."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            help="With --http: the port [default: 8000]; 0 takes a free one.",
        ),
    ] = None,
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,
) -> None:
    """Offer the answers as tools to an assistant.

    Speaks the Model Context Protocol over stdin and stdout until the client goes away; assistants
    start it themselves. The tools ask, search, show_document and status give the JSON objects of
    the commands; get_span, list_documents and explain those of the HTTP endpoints. Documents are
    resources too. A new generation of the index is picked up without a restart. With --json, an
    error at the start is a problem object.
    """
    from api.cli.open_index import open_live_engine
    from api.mcp.mcp_server import run_server

    if over_http:
        from api.http import server
        from api.http.settings import read_settings

        settings = read_settings(host=host, port=port)
        server.run_server(partial(open_live_engine, index, reader), settings, as_json)
        return
    if host is not None or port is not None:
        raise InputError("--host and --port go with --http")
    if sys.stdin.isatty():
        say(
            "Waiting for an assistant's messages on stdin, which usually starts this; Ctrl-C stops."
        )
    with open_live_engine(index, reader) as engine:
        run_server(engine)
