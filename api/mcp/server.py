"""Serves the tools over stdin and stdout until the client goes away."""

import signal
from collections.abc import Sequence
from importlib.metadata import version

import anyio
import anyio.to_thread
import mcp_types as protocol
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from api.live_engine import LiveEngine
from api.mcp.tools import TOOLS, Tool
from api.problems import Problem, field_errors, invalid_request, problem_of, system_failure
from api.schemas import JsonObject, to_json
from index.errors import ExcerptError

_INSTRUCTIONS = (
    "Excerpt quotes a fixed set of documents word for word. Ask a question with `ask`; quote the "
    "words of its answers as they stand and say whose they are. When the verdict is `not_found`, "
    "these documents do not say."
)


def run_server(engine: LiveEngine) -> None:
    """Serve from an engine; returns when the client closes its end."""
    # A thread waits for the next line, and Python would wait for the thread: an interrupt, which
    # finds nothing to save here, ends the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_serve, create_server(engine))


async def _serve(server: Server) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def create_server(engine: LiveEngine, tools: Sequence[Tool] = TOOLS) -> Server:
    """Return the server over a live engine, which stays its caller's to close."""
    by_name = {tool.name: tool for tool in tools}

    async def list_tools(
        _context: ServerRequestContext, _params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListToolsResult:
        return protocol.ListToolsResult(tools=[_described(tool) for tool in tools])

    async def call_tool(
        _context: ServerRequestContext, params: protocol.CallToolRequestParams
    ) -> protocol.CallToolResult:
        tool = by_name.get(params.name)
        if tool is None:
            known = ", ".join(by_name)
            raise MCPError(
                protocol.INVALID_PARAMS, f"There is no tool {params.name!r}; there are: {known}."
            )
        # The engine is synchronous and thread-safe: a long answer must not hold up others.
        return await anyio.to_thread.run_sync(_call, engine, tool, params.arguments or {})

    return Server(
        "excerpt",
        version=version("excerpt"),
        title="Excerpt",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
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


def _call(engine: LiveEngine, tool: Tool, arguments: JsonObject) -> protocol.CallToolResult:
    """Return what a tool gives over the newest generation, or the problem as an error result."""
    try:
        asked = tool.takes.model_validate(arguments)
        with engine.use() as current:
            return _result(tool.run(current, asked))
    except ValidationError as error:
        return _error(invalid_request(field_errors(error.errors())))
    except ExcerptError as error:
        return _error(problem_of(error))
    except OSError as error:
        return _error(system_failure(error))


def _result(value: JsonObject, *, is_error: bool = False) -> protocol.CallToolResult:
    """Return a value for programs, and as JSON for clients that only read text."""
    return protocol.CallToolResult(
        content=[protocol.TextContent(type="text", text=to_json(value))],
        structured_content=value,
        is_error=is_error,
    )


def _error(problem: Problem) -> protocol.CallToolResult:
    return _result(problem.json(), is_error=True)
