"""`excerpt mcp`: the answers as tools for assistants."""

import sys

from api.cli.options import IndexOption, JsonOption, ReaderOption
from api.output import say
from retrieval.reader.registry import DEFAULT_READER


def mcp(
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,  # noqa: ARG001  # `running` reads it
) -> None:
    """Offer the answers as tools to an assistant.

    Speaks the Model Context Protocol over stdin and stdout until the client goes away; assistants
    start it themselves. The tools ask, search, show_document and status give the JSON objects of
    the commands. A new generation of the index is picked up without a restart. With --json, an
    error at the start is a problem object.
    """
    from api.cli.opening import open_live_engine
    from api.mcp.server import run_server

    if sys.stdin.isatty():
        say(
            "Waiting for an assistant's messages on stdin, which usually starts this; Ctrl-C stops."
        )
    with open_live_engine(index, reader) as engine:
        run_server(engine)
