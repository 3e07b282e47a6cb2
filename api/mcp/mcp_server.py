"""The server of tools and resources, whatever carries its messages."""

import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from importlib.metadata import version
from typing import TypeVar

import anyio
import anyio.to_thread
import mcp_types as protocol
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from api.live_engine import LiveEngine
from api.mcp import resources
from api.mcp.lines import lines_transport
from api.mcp.replies import MOST, bounded
from api.mcp.tools import TOOLS, Tool
from api.problem_details import Problem, field_errors, invalid_request, problem_of, system_failure
from api.schemas import JsonObject, to_json
from index.errors import ExcerptError, InputError
from retrieval.engine import Engine

_INSTRUCTIONS = (
    "Excerpt quotes a fixed set of documents word for word. Ask a question with `ask`; quote the "
    "words of its answers as they stand and say whose they are. When the verdict is `not_found`, "
    "these documents do not say. `get_span` reads around a citation; the documents are resources."
)

T = TypeVar("T")

Lend = Callable[[ServerRequestContext], AbstractAsyncContextManager[Engine]]
"""Lends the engine for one request, over what whoever sent it may see."""


def run_server(engine: LiveEngine) -> None:
    """Serve from an engine over stdin and stdout; returns when the client closes its end."""
    # A thread waits for the next line, and Python would wait for the thread: an interrupt, which
    # finds nothing to save here, ends the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    @asynccontextmanager
    async def lend(_context: ServerRequestContext) -> AsyncIterator[Engine]:
        with ExitStack() as stack:
            yield await anyio.to_thread.run_sync(stack.enter_context, engine.use())

    anyio.run(_serve, create_server(lend))


async def _serve(server: Server) -> None:
    async with lines_transport() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def create_server(lend: Lend, tools: Sequence[Tool] = TOOLS) -> Server:
    """Return the server over what `lend` lends."""
    by_name = {tool.name: tool for tool in tools}

    async def list_tools(
        _context: ServerRequestContext, _params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListToolsResult:
        return protocol.ListToolsResult(tools=[_described(tool) for tool in tools])

    async def call_tool(
        context: ServerRequestContext, params: protocol.CallToolRequestParams
    ) -> protocol.CallToolResult:
        tool = by_name.get(params.name)
        if tool is None:
            known = ", ".join(by_name)
            raise MCPError(
                protocol.INVALID_PARAMS, f"There is no tool {params.name!r}; there are: {known}."
            )
        return await _call(lend(context), tool, params.arguments or {})

    async def list_resources(
        context: ServerRequestContext, params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListResourcesResult:
        cursor = params.cursor if params else None
        return await _with_engine(lend(context), lambda engine: resources.listed(engine, cursor))

    async def list_templates(
        _context: ServerRequestContext, _params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListResourceTemplatesResult:
        return protocol.ListResourceTemplatesResult(resource_templates=[resources.TEMPLATE])

    async def read_resource(
        context: ServerRequestContext, params: protocol.ReadResourceRequestParams
    ) -> protocol.ReadResourceResult:
        return await _with_engine(
            lend(context), lambda engine: resources.read(engine, str(params.uri))
        )

    return Server(
        "excerpt",
        version=version("excerpt"),
        title="Excerpt",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


def _described(tool: Tool) -> protocol.Tool:
    return protocol.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(mode="serialization"),
        annotations=protocol.ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


async def _with_engine(lent: AbstractAsyncContextManager[Engine], work: Callable[[Engine], T]) -> T:
    """Return what some work gives; what it refuses is an error of the protocol.

    Raises:
        MCPError: with the problem as its data.
    """
    try:
        async with lent as engine:
            # The engine is synchronous and thread-safe: long work must not hold up others.
            return await anyio.to_thread.run_sync(work, engine)
    except ExcerptError as error:
        problem = problem_of(error)
        raise MCPError(protocol.INVALID_PARAMS, problem.detail, problem.json()) from error


async def _call(
    lent: AbstractAsyncContextManager[Engine], tool: Tool, arguments: JsonObject
) -> protocol.CallToolResult:
    """Return what a tool gives over the newest generation, or the problem as an error result."""
    try:
        asked = tool.takes.model_validate(arguments)
        async with lent as engine:
            return await anyio.to_thread.run_sync(lambda: _result(_short(tool.run(engine, asked))))
    except ValidationError as error:
        return _error(invalid_request(field_errors(error.errors())))
    except ExcerptError as error:
        return _error(problem_of(error))
    except OSError as error:
        return _error(system_failure(error))


def _short(value: JsonObject) -> JsonObject:
    """Return a reply that is short enough.

    Raises:
        InputError: when it cannot be made so.
    """
    short = bounded(value)
    if short is None:
        raise InputError(f"the reply is longer than {MOST:,} characters; ask for less")
    return short


def _result(value: JsonObject, *, is_error: bool = False) -> protocol.CallToolResult:
    """Return a value for programs, and as JSON for clients that only read text."""
    return protocol.CallToolResult(
        content=[protocol.TextContent(type="text", text=to_json(value))],
        structured_content=value,
        is_error=is_error,
    )


def _error(problem: Problem) -> protocol.CallToolResult:
    return _result(problem.json(), is_error=True)
