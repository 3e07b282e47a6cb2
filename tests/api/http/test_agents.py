"""Documents as resources, replies that are bounded, over stdio and over HTTP."""

import json
import subprocess
import sys
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from api.keys import KeyFile
from api.mcp.replies import MOST
from api.mcp.tools import MOST_TEXT

ROOT = Path(__file__).parents[3]
LONG = "The tide table of the harbour is read aloud at dawn by the pilot. " * 1_500


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    from index.store import FileStore

    folder = tmp_path_factory.mktemp("harbour")
    (folder / "docs").mkdir()
    (folder / "docs" / "tides.txt").write_text(LONG)
    (folder / "docs" / "half.jsonl").write_text(
        '{"_id": "a1", "text": "The pilot of boat one is Ada.", "team": "a"}\n'
        '{"_id": "b1", "text": "The pilot of boat two is Bo.", "team": "b"}\n'
    )
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "docs"])
    return folder / "index"


def over_http(url, work, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def within():
        async with (
            httpx2_client(headers) as http,
            streamable_http_client(f"{url}/mcp", http_client=http) as streams,
            ClientSession(*streams[:2]) as client,
        ):
            await client.initialize()
            await client.list_tools()
            return await work(client)

    return anyio.run(within)


def httpx2_client(headers):
    return httpx2.AsyncClient(headers=headers, timeout=60)


async def looked_at(client):
    """Return what one client sees of the documents, in every way that there is."""
    page = (await client.call_tool("list_documents", {"facets": ["team"]})).structured_content
    found = (await client.call_tool("search", {"query": "pilot", "k": 1})).structured_content
    passage = found["passages"][0]
    where = {key: passage[key] for key in ("document_id", "start", "end")}
    return {
        "page": page,
        "resources": (await client.list_resources()).resources,
        "templates": (await client.list_resource_templates()).resource_templates,
        "span": (await client.call_tool("get_span", where)).structured_content,
        "passage": passage,
        "explained": (
            await client.call_tool(
                "explain", {"question": "Who is the pilot of boat one?", "expected": "Ada"}
            )
        ).structured_content,
        "read": [
            (await client.read_resource(each.uri)).contents[0]
            for each in (await client.list_resources()).resources
        ],
    }


def check_seen(seen):
    ids = [each["id"] for each in seen["page"]["documents"]]
    assert len(ids) == 3
    assert [each.name for each in seen["resources"]] == ids
    assert seen["page"]["facets"]["team"][0]["documents"] == 1
    assert seen["templates"][0].uri_template.startswith("excerpt://documents/")
    assert seen["span"]["quote"] == seen["passage"]["text"]
    assert seen["explained"]["expected"][0]["document_id"] == "a1"
    texts = {str(each.uri): each.text for each in seen["read"]}
    assert texts["excerpt://documents/a1"] == "The pilot of boat one is Ada."


def test_documents_over_stdio(harbour, over_stdio):
    check_seen(over_stdio(harbour, looked_at))


def test_documents_over_http(harbour, serve):
    with serve(harbour) as client:
        check_seen(over_http(str(client.base_url).rstrip("/"), looked_at))


def test_a_long_text_comes_in_parts(harbour, over_stdio):
    async def work(client):
        listed = (await client.list_resources()).resources
        uri = next(each.uri for each in listed if "tides" in each.name)
        document = uri.rpartition("/")[2]
        parts = []
        while uri:
            content = (await client.read_resource(uri)).contents[0]
            parts.append(content.text)
            uri = (content.meta or {}).get("next")
        shown = await client.call_tool("show_document", {"document_id": document})
        whole = {"document_id": document, "start": 0, "end": len(LONG)}
        return parts, shown, await client.call_tool("get_span", whole)

    parts, shown, refused = over_stdio(harbour, work)
    assert "".join(parts) == LONG
    assert len(parts) > 1
    assert all(len(part) <= MOST_TEXT for part in parts)
    assert shown.structured_content["text"] is None
    assert shown.structured_content["span"]["text"] == LONG[:MOST_TEXT]
    assert shown.structured_content["characters"] == len(LONG)
    assert refused.is_error
    assert "parts" in refused.structured_content["detail"]


def test_no_reply_is_longer_than_it_may_be(harbour, over_stdio):
    async def work(client):
        return await client.call_tool("search", {"query": "tide table pilot dawn", "k": 1000})

    found = over_stdio(harbour, work)
    assert not found.is_error
    assert len(found.content[0].text) <= MOST


NOT_THERE = (
    "excerpt://documents/nosuch",
    "excerpt://documents/",
    "excerpt://others/a1",
    "file:///etc/passwd",
    "excerpt://documents/a1?start=-1",
    "excerpt://documents/a1?start=9&end=5",
    "excerpt://documents/..%2F..%2Fetc%2Fpasswd",
    "not a uri",
)


def test_a_resource_that_is_not_there_is_an_error(harbour, over_stdio):
    async def work(client):
        errors = {}
        for uri in NOT_THERE:
            with pytest.raises(MCPError) as raised:
                await client.read_resource(uri)
            errors[uri] = raised.value.error.data["status"]
        return errors

    errors = over_stdio(harbour, work)
    assert errors.keys() == set(NOT_THERE)
    assert set(errors.values()) <= {404, 422}, errors


def test_over_http_a_key_is_needed_and_its_filter_holds(harbour, serve, tmp_path):
    keys = KeyFile(tmp_path / "keys.json")
    _, team = keys.create("team", ["read"], "team = a")
    _, writer = keys.create("writer", ["write"])

    async def work(client):
        listed = (await client.list_resources()).resources
        with pytest.raises(MCPError):
            await client.read_resource("excerpt://documents/b1")
        asked = {"question": "Who is the pilot of boat two?"}
        explained = {**asked, "expected": "Bo"}
        return (
            [each.name for each in listed],
            (await client.call_tool("ask", asked)).content[0].text,
            (await client.call_tool("explain", explained)).content[0].text,
            (await client.call_tool("status", {})).content[0].text,
        )

    with serve(harbour, "--keys", str(keys.path)) as client:
        url = str(client.base_url).rstrip("/")
        names, *texts = over_http(url, work, team)
        message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for key, status in ((None, 401), (writer, 403)):
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            assert client.post("/mcp", json=message, headers=headers).status_code == status
        site = {"Authorization": f"Bearer {team}", "Origin": "http://elsewhere.example"}
        assert client.post("/mcp", json=message, headers=site).status_code == 403
    assert names == ["a1"]
    for hidden in ("boat two is", "b1", '"documents": 3'):
        assert hidden not in "".join(texts)


MALFORMED = [
    ("nonsense", -32700, None),
    ("{", -32700, None),
    ("[" * 3_000, -32700, None),
    ("[" * 3_000 + "]" * 3_000, -32700, None),
    ('{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": "\\ud800"}}', -32700, 7),
    ('{"jsonrpc": "2.0", "id": 8, "method": 5}', -32600, 8),
    ('{"id": 9, "method": "ping"}', -32600, 9),
    ("[]", -32600, None),
    ("17", -32600, None),
    ('"text"', -32600, None),
    ("null", -32600, None),
    (b"\xff\xfe{}", -32700, None),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "\xed\xa0\x80"}', -32700, None),
    ("x" * ((8 << 20) + 5), -32600, None),
]


def test_every_malformed_line_is_answered_and_the_next_one_too(harbour, clean_home):
    command = [sys.executable, "-m", "api.cli.main", "mcp", "--index", str(harbour)]
    environment = {**clean_home, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        for number, (line, code, identity) in enumerate(MALFORMED):
            data = line if isinstance(line, bytes) else line.encode()
            process.stdin.write(data + b"\n\n")
            ping = {"jsonrpc": "2.0", "id": f"ping {number}", "method": "ping"}
            process.stdin.write(json.dumps(ping).encode() + b"\n")
            process.stdin.flush()
            answers = [json.loads(process.stdout.readline()) for _ in range(2)]
            by_id = {answer["id"]: answer for answer in answers}
            assert by_id[identity]["error"]["code"] == code, line[:80]
            assert by_id[identity]["error"]["message"]
            assert "result" in by_id[f"ping {number}"]
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("line", ["nonsense", "[" * 3_000, "[]", '{"id": 9, "method": "ping"}'])
def test_over_http_a_malformed_message_is_an_error(harbour, serve, line):
    with serve(harbour) as client:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
        }
        answer = client.post("/mcp", content=line, headers=headers)
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]["message"]


def test_the_command_serves_over_http_too(harbour, clean_home):
    command = [sys.executable, "-m", "api.cli.main", "mcp", "--http", "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--index", str(harbour)],
        stdout=subprocess.PIPE,
        text=True,
        env={**clean_home, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            lines = [process.stdout.readline()]
            while lines[-1].rstrip() != "}":
                lines.append(process.stdout.readline())
            check_seen(over_http(json.loads("".join(lines))["url"], looked_at))
        finally:
            process.terminate()
