import asyncio
import hashlib
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest

from api import models
from api.http.server import listen
from api.http.settings import ServerSettings
from retrieval.answering.limits import MAX_K

QUESTION = "who leads Operation Southern Spear?"


def test_an_answer_over_http_is_the_command_lines(server, excerpt, seed_index):
    over_http = server.post("/v1/ask", json={"question": QUESTION, "k": 2}).json()
    done = excerpt("ask", QUESTION, "-k", "2", "--json", "--index", str(seed_index))
    printed = json.loads(done.stdout)
    for answer in (over_http, printed):
        answer.pop("took_ms")
    assert over_http == printed


def test_every_span_of_an_answer_is_the_sources(server):
    answer = server.post("/v1/ask", json={"question": QUESTION})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    found = models.AskResponse.model_validate(answer.json())
    assert found.answers
    for each in found.answers:
        citation = each.citation
        document = server.get(f"/v1/documents/{citation.document_id}").json()
        text = document["text"]
        assert hashlib.sha256(text.encode()).hexdigest() == document["sha256"]
        assert text == next(files("seeds").glob("*.txt")).read_text(encoding="utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert text[citation.sentence.start : citation.sentence.end] == citation.sentence.text
        start, end = citation.utf16
        assert text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == citation.quote
        start, end = citation.utf8
        assert text.encode()[start:end].decode() == citation.quote
        line = text.split("\n")[citation.line - 1]
        assert line[citation.column - 1 :].startswith(citation.quote.split("\n")[0])


def test_a_whole_number_may_be_written_with_a_point(server):
    answer = server.post("/v1/search", json={"query": "strike group", "k": 1.0})
    assert len(answer.json()["passages"]) == 1


@pytest.mark.parametrize(("path", "key"), [("/v1/ask", "question"), ("/v1/search", "query")])
def test_k_has_the_command_lines_bound(server, path, key):
    assert server.post(path, json={key: "strike group", "k": MAX_K}).status_code == 200
    assert server.post(path, json={key: "strike group", "k": MAX_K + 1}).status_code == 422


def test_search(server):
    found = server.post("/v1/search", json={"query": "carrier strike group", "k": 3}).json()
    models.SearchResponse.model_validate(found)
    assert found["query"] == "carrier strike group"
    assert "Carrier Strike Group" in found["passages"][0]["text"]
    assert len(found["passages"]) <= 3


def test_health_readiness_and_metrics(server):
    assert server.get("/healthz").json() == {"status": "ok", "generation": None}
    assert server.get("/readyz").json() == {"status": "ready", "generation": 1}
    for path in ("/healthz", "/readyz"):
        asked = server.head(path)
        assert (asked.status_code, asked.content) == (200, b"")
    server.post("/v1/ask", json={"question": QUESTION})
    server.get("/nowhere/secret")
    metrics = server.get("/metrics").text
    assert 'excerpt_requests_total{endpoint="/v1/ask",method="POST",status="200"}' in metrics
    assert "excerpt_index_generation 1.0" in metrics
    assert "secret" not in metrics


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/v1/ask", {"question": ""}, 422, "question"),
        ("POST", "/v1/ask", {"question": " \n\t "}, 422, "question"),
        ("POST", "/v1/ask", {}, 422, "question"),
        ("POST", "/v1/ask", {"question": 5}, 422, "question"),
        ("POST", "/v1/ask", {"question": "x", "k": 0}, 422, "k"),
        ("POST", "/v1/ask", {"question": "x", "k": "3"}, 422, "k"),
        ("POST", "/v1/ask", {"question": "x", "k": 2.5}, 422, "k"),
        ("POST", "/v1/ask", {"question": "x", "k": True}, 422, "k"),
        ("POST", "/v1/ask", {"question": "x", "filters": "a = 1"}, 422, "filters"),
        ("POST", "/v1/ask", {"question": "x", "filter": "title ="}, 422, "filter"),
        ("POST", "/v1/ask", {"question": "x", "filter": "nosuch = 1"}, 422, "nosuch"),
        ("POST", "/v1/ask", {"question": "x", "filter": "(" * 100_000 + "a=1"}, 422, "filter"),
        ("POST", "/v1/search", {"query": ""}, 422, "empty"),
        ("GET", "/v1/documents/nosuch", None, 404, "nosuch"),
        ("GET", "/v1/nothing", None, 404, "/v1/nothing"),
        ("GET", "/v1/ask", None, 405, "GET"),
        ("DELETE", "/v1/ask", None, 405, "DELETE"),
        ("POST", "/v1/ask", {"question": "x" * (3 << 20)}, 413, "larger"),
    ],
)
def test_every_error_is_a_problem(server, method, path, body, status, words):
    answer = server.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    models.ProblemDetails.model_validate(problem)
    assert problem["status"] == status
    assert words.casefold() in problem["detail"].casefold()
    assert len(problem["detail"]) < 1_000


def test_methods_that_are_allowed_are_named(server):
    assert server.get("/v1/ask").headers["allow"] == "POST"


def test_a_body_that_is_not_json_is_told_where_it_breaks(server):
    answer = server.post(
        "/v1/ask", content=b'{"question" "x"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("body: is not JSON: ")
    assert "at character 12" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b"[" * 100_000, b"\xff\xfe{}", b'{"question": NaN}']
)
def test_a_body_that_is_not_the_json_wanted(server, body):
    answer = server.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_lone_surrogate_is_no_defect(server):
    answer = server.post(
        "/v1/ask", content=b'{"question": "\\ud800"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code in {200, 422}
    assert answer.json()


def test_a_body_that_does_not_say_its_length_is_bounded_too(server):
    def chunks():
        yield b'{"question": "'
        for _ in range(48):
            yield b"x" * 65536
        yield b'"}'

    answer = server.post("/v1/ask", content=chunks(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "question",
    [
        "a" * 1_000_000,
        "who? " * 200_000,
        'title:"x" AND (NOT y) OR *:* ~2 ^3 [a TO b] "unclosed',
        "'; DROP TABLE documents; --",
        "?!…—",
        "谁领导这次行动?",
        "\x00\x01 who \u202e leads",
    ],
)
def test_odd_questions_are_answered_or_refused(server, question):
    answer = server.post("/v1/ask", json={"question": question})
    assert answer.status_code in {200, 422}, answer.text
    if answer.status_code == 200:
        models.AskResponse.model_validate(answer.json())


def test_many_ask_at_once_and_all_get_the_same(server):
    def ask(_):
        found = server.post("/v1/ask", json={"question": QUESTION}).json()
        found.pop("took_ms")
        return json.dumps(found)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1


def test_the_description_is_complete(server):
    description = server.get("/openapi.json").json()
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            for status, response in operation["responses"].items():
                assert response["description"], (method, path, status)
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]
    assert set(description["paths"]) >= {
        "/v1/ask",
        "/v1/search",
        "/v1/documents/{document_id}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    for path, name in (
        *(("/v1/ask", "AskResponse"), ("/v1/search", "SearchResponse")),
        ("/v1/documents/{document_id}", "Document"),
        *(("/healthz", "Health"), ("/readyz", "Health")),
    ):
        operations = description["paths"][path]
        operation = operations.get("get") or operations["post"]
        content = operation["responses"]["200"]["content"]
        assert content == {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    assert list(description["paths"]["/metrics"]["get"]["responses"]["200"]["content"]) == [
        "text/plain"
    ]
    ask = description["paths"]["/v1/ask"]["post"]["responses"]
    problems = {"400", "401", "403", "404", "409", "413", "422", "429", "500", "503"}
    assert set(ask) == {"200", *problems}
    assert description["components"]["schemas"]["AskRequest"]["examples"]


def test_a_new_generation_is_answered_from_without_a_restart(serve, excerpt, tmp_path):
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    (folder / "one.txt").write_text("The lighthouse keeper is called Ada Moreau.")
    assert excerpt("index", str(folder), "--index", str(index)).returncode == 0
    with serve(index) as client:
        first = client.post("/v1/search", json={"query": "submarine captain"}).json()
        assert first["index"] == {"generation": 1, "documents": 1, "passages": 1}
        (folder / "two.txt").write_text("The submarine captain is called Ilya Brandt.")
        assert excerpt("index", "--index", str(index)).returncode == 0
        second = client.post("/v1/search", json={"query": "submarine captain"}).json()
        assert second["index"] == {"generation": 2, "documents": 2, "passages": 2}
        assert "Ilya Brandt" in second["passages"][0]["text"]
        assert client.get("/readyz").json()["generation"] == 2


def test_every_answer_is_from_one_generation_while_the_index_moves_on(serve, excerpt, tmp_path):
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()

    def add(number):
        (folder / f"{number}.txt").write_text(f"The keeper of lighthouse {number} is Ada Moreau.")
        assert excerpt("index", str(folder), "--index", str(index)).returncode == 0

    add(1)
    done = threading.Event()
    with serve(index) as client:

        def ask(_):
            seen = []
            while not done.is_set() or not seen:
                answer = client.post("/v1/ask", json={"question": "Who keeps lighthouse 1?"})
                assert answer.status_code == 200, answer.text
                found = answer.json()
                seen.append((found["index"], len(found["passages"])))
            return seen

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask, number) for number in range(4)]
            try:
                for number in (2, 3, 4):
                    add(number)
            finally:
                done.set()
            seen = [result.result() for result in asking]
    for answers in seen:
        generations = [counts["generation"] for counts, _ in answers]
        assert generations == sorted(generations)
        for counts, passages in answers:
            # Each generation added one document of one passage.
            assert counts["documents"] == counts["passages"] == passages == counts["generation"]


def test_a_request_in_flight_is_finished_before_the_server_leaves(serve, seed_index):
    body = json.dumps({"question": QUESTION}).encode()
    head = (
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with serve(seed_index) as client:
        address = (client.base_url.host, client.base_url.port)
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(head)
            # It says so once it waits for the body: the request is in flight.
            assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
            client.process.terminate()
            connection.sendall(body)
            answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"verdict"' in answer
        assert client.process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_said(server, excerpt, seed_index):
    port = str(server.base_url.port)
    done = excerpt("serve", "--port", port, "--index", str(seed_index), "--json")
    assert done.returncode == 1
    detail = json.loads(done.stderr)["detail"]
    assert detail.startswith(f"cannot listen on 127.0.0.1:{port} (Address already in use); ")


@pytest.mark.parametrize("host", ["nosuch.invalid", "203.0.113.7", "::zz"])
def test_an_address_that_is_not_this_machines_is_said(excerpt, seed_index, host):
    at = ("--host", host, "--port", "0", "--index", str(seed_index), "--without-keys")
    done = excerpt("serve", *at)
    assert done.returncode == 1
    assert done.stderr.startswith(f"excerpt: cannot listen on {host}:0 (")


def test_a_body_that_does_not_say_it_is_json_is_told_to(server):
    answer = server.post("/v1/ask", content=b'{"question": "who?"}')
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["[1]", '"who?"', "5", "null"])
def test_json_that_is_no_object_is_told_so_and_not_to_say_that_it_is_json(server, body):
    answer = server.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "send a JSON object" in answer.json()["detail"]
    assert "Content-Type" not in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
def test_null_is_the_default(server, path):
    asked = {"question" if path == "/v1/ask" else "query": "strike group"}
    plain = server.post(path, json=asked).json()
    null = server.post(path, json={**asked, "k": None, "filter": None})
    assert null.status_code == 200, null.text
    assert null.json()["passages"] == plain["passages"]


def chunked(body):
    return (body[at : at + 65536] for at in range(0, len(body), 65536))


@pytest.mark.parametrize("sent", [bytes, chunked])
def test_a_client_that_reads_only_once_it_has_sent_all_sees_the_refusal(server, sent):
    body = json.dumps({"question": "who? " * 4_000_000}).encode()
    request = urllib.request.Request(f"{server.base_url}/v1/ask", sent(body), method="POST")
    request.add_header("Content-Type", "application/json")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 413
    assert json.load(refused.value)["status"] == 413


def test_a_client_that_asks_first_is_not_told_to_send_a_body_that_is_refused(server):
    head = (
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"
    )
    address = (server.base_url.host, server.base_url.port)
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(head)
        assert connection.recv(1024).startswith(b"HTTP/1.1 413 ")


def test_what_is_sent_to_an_accepted_connection_waits_for_no_acknowledgement():
    with listen(ServerSettings(port=0)) as listener:

        async def accepted():
            asked = asyncio.get_running_loop().create_future()

            def look(_reader, writer):
                asked.set_result(
                    writer.get_extra_info("socket").getsockopt(
                        socket.IPPROTO_TCP, socket.TCP_NODELAY
                    )
                )
                writer.close()

            async with await asyncio.start_server(look, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                writer.close()
                return await asyncio.wait_for(asked, timeout=30)

        assert asyncio.run(accepted()) != 0


def test_a_kept_alive_connection_is_answered_without_the_wait_for_acknowledgements(server):
    def took():
        started = time.perf_counter()
        assert server.get("/v1/documents/nosuch").status_code == 404
        return time.perf_counter() - started

    assert sorted(took() for _ in range(20))[10] < 0.03
