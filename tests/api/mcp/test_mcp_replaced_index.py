"""The index is replaced under a running MCP server."""

import json
import shutil
import sys
from pathlib import Path

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

ROOT = Path(__file__).parents[3]
QUERY = "Who keeps the lighthouse?"
OLD, NEW = "Ada Moreau", "Ilya Brandt"


def in_session(env, index, work):
    """Run `await work(client)` in a session with a server over an index."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "api.cli.main", "mcp", "--index", str(index)],
        env={**env, "PYTHONPATH": str(ROOT)},
    )

    async def within():
        async with stdio_client(server) as streams, ClientSession(*streams) as client:
            await client.initialize()
            await client.list_tools()
            return await work(client)

    return anyio.run(within)


async def answered(client):
    result = await client.call_tool("ask", {"question": QUERY})
    assert not result.is_error, result.content[0].text
    return result.structured_content["answers"][0]["text"]


def test_what_took_its_place_answers_the_next_call(clean_home, replacing, changed):
    async def work(client):
        before = await answered(client)
        changed(replacing)
        return before, await answered(client)

    assert in_session(clean_home, replacing.served, work) == (OLD, NEW)


def test_no_index_is_a_clear_error_until_there_is_one_again(clean_home, replacing, gone):
    async def work(client):
        await answered(client)
        gone(replacing)
        refused = await client.call_tool("ask", {"question": QUERY})
        shutil.rmtree(replacing.served, ignore_errors=True)
        shutil.copytree(replacing.other, replacing.served)
        return refused, await answered(client)

    refused, then = in_session(clean_home, replacing.served, work)
    assert refused.is_error
    problem = json.loads(refused.content[0].text)
    assert problem["type"] == "urn:excerpt:problem:index-unavailable"
    assert str(replacing.served) in problem["detail"]
    assert then == NEW
