"""The index is replaced under a running MCP server."""

import json
import shutil

QUERY = "Who keeps the lighthouse?"
OLD, NEW = "Ada Moreau", "Ilya Brandt"


async def answered(client):
    result = await client.call_tool("ask", {"question": QUERY})
    assert not result.is_error, result.content[0].text
    return result.structured_content["answers"][0]["text"]


def test_what_took_its_place_answers_the_next_call(over_stdio, replacing, changed):
    async def work(client):
        before = await answered(client)
        changed(replacing)
        return before, await answered(client)

    assert over_stdio(replacing.served, work) == (OLD, NEW)


def test_no_index_is_a_clear_error_until_there_is_one_again(over_stdio, replacing, gone):
    async def work(client):
        await answered(client)
        gone(replacing)
        refused = await client.call_tool("ask", {"question": QUERY})
        shutil.rmtree(replacing.served, ignore_errors=True)
        shutil.copytree(replacing.other, replacing.served)
        return refused, await answered(client)

    refused, then = over_stdio(replacing.served, work)
    assert refused.is_error
    problem = json.loads(refused.content[0].text)
    assert problem["type"] == "urn:excerpt:problem:index-unavailable"
    assert str(replacing.served) in problem["detail"]
    assert then == NEW
