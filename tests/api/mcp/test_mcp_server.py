"""A real client speaks to the command in a process of its own, over its stdin and stdout."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp.shared.exceptions import MCPError

from api import models

ROOT = Path(__file__).parents[3]
QUESTION = "who leads Operation Southern Spear?"
SERVE = ("-m", "api.cli.main", "mcp", "--index")


@pytest.fixture
def asking(over_stdio, seed_index):
    """Return a function that runs `await work(client)` in a session over the seeds."""
    return lambda work, index=seed_index: over_stdio(index, work)


def printed(excerpt, *arguments):
    return json.loads(excerpt(*arguments, "--json").stdout)


def test_the_tools_describe_what_they_take_and_give(asking):
    async def work(client):
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asking(work)}
    assert list(tools) == [
        *("ask", "search", "show_document", "get_span", "list_documents", "explain", "status"),
    ]
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in each for each in tool.input_schema["properties"].values())
        assert tool.output_schema["type"] == "object"
    assert tools["ask"].input_schema["required"] == ["question"]
    start = tools["show_document"].input_schema["properties"]["start"]
    assert start["anyOf"] == [{"type": "integer", "minimum": 0}, {"type": "null"}]


def test_tools_give_the_objects_of_the_command_line(asking, excerpt, seed_index):
    async def work(client):
        found = await client.call_tool("ask", {"question": QUESTION, "k": 2})
        document = found.structured_content["answers"][0]["citation"]["document_id"]
        return [
            found,
            await client.call_tool("search", {"query": "strike group", "k": 1}),
            await client.call_tool("show_document", {"document_id": document}),
            await client.call_tool("status", {}),
        ]

    results = asking(work)
    document = results[0].structured_content["answers"][0]["citation"]["document_id"]
    at = ("--index", str(seed_index))
    commands = [
        ("ask", QUESTION, "-k", "2", *at),
        ("search", "strike group", "-k", "1", *at),
        ("show", document, *at),
        ("status", *at),
    ]
    for result, command in zip(results, commands, strict=True):
        given, expected = result.structured_content, printed(excerpt, *command)
        assert not result.is_error
        assert json.loads(result.content[0].text) == given
        for each in (given, expected):
            # What changes from one moment to the next: timings, and the size of SQLite's journal.
            each.pop("took_ms", None)
            each.pop("bytes", None)
        if command[0] == "show":
            expected |= {"span": None, "characters": len(expected["text"])}
        assert given == expected
    models.AskResponse.model_validate({**results[0].structured_content, "took_ms": {}})


def test_a_span_of_a_document_comes_without_the_rest(asking):
    async def work(client):
        found = await client.call_tool("search", {"query": "strike group", "k": 1})
        passage = found.structured_content["passages"][0]
        where = {"document_id": passage["document_id"], "start": passage["start"]}
        whole = await client.call_tool("show_document", {"document_id": where["document_id"]})
        part = await client.call_tool("show_document", {**where, "end": passage["end"]})
        rest = await client.call_tool("show_document", where)
        return passage, *(each.structured_content for each in (whole, part, rest))

    passage, whole, part, rest = asking(work)
    assert part["text"] is None
    assert part["span"]["text"] == passage["text"]
    assert rest["span"]["text"] == whole["text"][passage["start"] :]


CANNOT = [
    ("ask", {"question": " "}, 422, "empty"),
    ("ask", {}, 422, "question"),
    ("ask", {"question": 5}, 422, "question"),
    ("ask", {"question": "x", "k": 0}, 422, "k: "),
    ("ask", {"question": "x", "filters": "a = 1"}, 422, "filters"),
    ("ask", {"question": "x", "filter": "title ="}, 422, "filter"),
    ("search", {"query": "x", "filter": "nosuch = 1"}, 422, "nosuch"),
    ("show_document", {"document_id": "nosuch"}, 404, "nosuch"),
    ("status", {"verbose": True}, 422, "verbose"),
    ("get_span", {"document_id": "nosuch", "start": 0, "end": 1}, 404, "nosuch"),
    ("list_documents", {"cursor": "%%"}, 422, "cursor"),
    ("list_documents", {"limit": 101}, 422, "limit"),
    ("explain", {"question": "x", "expected": "Quillfeather"}, 422, "Quillfeather"),
]


def test_what_cannot_be_done_is_an_error_result_with_the_problem(asking):
    async def work(client):
        return [await client.call_tool(tool, arguments) for tool, arguments, _, _ in CANNOT]

    for result, (tool, arguments, status, words) in zip(asking(work), CANNOT, strict=True):
        assert result.is_error, (tool, arguments)
        problem = json.loads(result.content[0].text)
        models.ProblemDetails.model_validate(problem)
        assert problem["status"] == status
        assert words in problem["detail"]
        assert result.structured_content == problem


def test_a_span_outside_the_text_and_a_tool_that_is_not_there(asking):
    async def work(client):
        found = await client.call_tool("search", {"query": "strike group", "k": 1})
        document = found.structured_content["passages"][0]["document_id"]
        outside = {"document_id": document, "start": 5, "end": 10**9}
        with pytest.raises(MCPError, match="ask, search, show_document, get_span"):
            await client.call_tool("delete_everything", {})
        return await client.call_tool("show_document", outside)

    result = asking(work)
    assert result.is_error
    assert "5:1000000000" in result.content[0].text


def test_many_calls_at_once_and_a_new_generation_without_a_restart(asking, excerpt, tmp_path):
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    (folder / "one.txt").write_text("The lighthouse keeper is called Ada Moreau.")
    assert excerpt("index", str(folder), "--index", str(index)).returncode == 0

    async def work(client):
        seen = []

        async def ask():
            seen.append(await client.call_tool("search", {"query": "submarine captain"}))

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(ask)
        (folder / "two.txt").write_text("The submarine captain is called Ilya Brandt.")
        await anyio.to_thread.run_sync(lambda: excerpt("index", "--index", str(index)))
        await ask()
        return [each.structured_content for each in seen]

    *first, second = asking(work, index)
    assert {each["index"]["generation"] for each in first} == {1}
    assert second["index"]["generation"] == 2
    assert "Ilya Brandt" in second["passages"][0]["text"]


def start(index, env):
    return subprocess.Popen(
        [sys.executable, *SERVE, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**env, "PYTHONPATH": str(ROOT)},
    )


def test_it_leaves_when_the_client_does(clean_home, seed_index):
    out, said = (process := start(seed_index, clean_home)).communicate("", timeout=60)
    assert (process.returncode, out, said) == (0, "", "")


def test_it_can_be_interrupted_while_it_waits(clean_home, seed_index):
    with start(seed_index, clean_home) as process:
        request = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT


def test_an_index_that_is_not_there_is_said_before_anything_is_served(excerpt, tmp_path):
    done = excerpt("mcp", "--index", str(tmp_path / "no"), "--json", input="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "excerpt index" in json.loads(done.stderr)["detail"]
