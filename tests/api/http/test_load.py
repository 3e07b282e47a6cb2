"""More is asked than can be answered: what waits, what is refused, and what is not begun."""

import gzip
import json
import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import psutil
import pytest

from api.http.rate_limits import Rate

QUESTION = "who leads Operation Southern Spear?"
BODY = {"question": QUESTION}


def ask(client, question=QUESTION):
    return httpx.post(f"{client.base_url}/v1/ask", json={"question": question}, timeout=60)


def counted(client, name):
    """Return the sum of a metric's samples."""
    text = httpx.get(f"{client.base_url}/metrics").text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (.+)$", text, re.M))


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def narrow(serve, seed_index):
    """Return a client of a server that works on one request and lets one wait."""
    with serve(seed_index, EXCERPT_CONCURRENCY="1", EXCERPT_QUEUE="1") as client:
        yield client


def test_what_cannot_wait_is_refused_at_once_and_health_is_not_behind_it(narrow):
    health = []
    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(ask, narrow) for _ in range(48)]
        while not all(each.done() for each in asked):
            started = time.perf_counter()
            assert narrow.get("/healthz").status_code == 200
            health.append(time.perf_counter() - started)
    answers = [each.result() for each in asked]
    assert {each.status_code for each in answers} == {200, 503}
    for each in answers:
        if each.status_code == 503:
            assert each.json()["type"] == "urn:excerpt:problem:overloaded"
            assert int(each.headers["retry-after"]) >= 1
    assert sorted(health)[len(health) // 2] < 0.5
    assert counted(narrow, "excerpt_shed_total") > 0
    assert counted(narrow, "excerpt_requests_working") == 0
    assert counted(narrow, "excerpt_requests_waiting") == 0
    assert ask(narrow).status_code == 200


def test_what_went_away_is_not_begun(serve, seed_index):
    head = b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    body = json.dumps(BODY).encode()
    request = head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    with serve(seed_index, EXCERPT_CONCURRENCY="1", EXCERPT_QUEUE="100") as client:
        address = (client.base_url.host, client.base_url.port)
        ask(client)
        before = counted(client, "excerpt_verdicts_total")
        for _ in range(60):
            with socket.create_connection(address) as connection:
                connection.sendall(request)
        assert ask(client).status_code == 200
        wait_for(lambda: counted(client, "excerpt_requests_working") == 0)
        done = counted(client, "excerpt_verdicts_total") - before
        assert 1 <= done < 30
        assert counted(client, "excerpt_requests_waiting") == 0


def test_what_takes_longer_than_it_may_is_stopped(serve, seed_index):
    with serve(seed_index, EXCERPT_TIMEOUT_SECONDS="0.002") as client:
        stopped = ask(client)
        assert stopped.status_code == 503
        assert stopped.json()["type"] == "urn:excerpt:problem:stopped"
        assert counted(client, "excerpt_verdicts_total") == 0


def test_the_length_of_a_question_and_k_are_bounded(serve, seed_index):
    with serve(seed_index, EXCERPT_MAX_QUESTION="60", EXCERPT_MAX_K="3") as client:
        for path, key in (("/v1/ask", "question"), ("/v1/search", "query")):
            assert client.post(path, json={key: "x" * 60, "k": 3}).status_code == 200
            for body in ({key: "x" * 61, "k": 3}, {key: "x", "k": 4}):
                refused = client.post(path, json=body)
                assert refused.status_code == 422
                assert re.search("60|3", refused.json()["detail"])


def test_a_rate_is_each_askers_own():
    rate = Rate(60)
    assert [rate.take("a", 0.0) for _ in range(7)] == [None] * 6 + [1]
    assert rate.take("b", 0.0) is None
    assert rate.take("a", 0.5) == 1
    assert rate.take("a", 1.1) is None
    assert [rate.take("a", 1000.0) for _ in range(7)] == [None] * 6 + [1]


def test_too_many_a_minute(serve, seed_index):
    with serve(seed_index, EXCERPT_RATE="20") as client:
        statuses = [client.post("/v1/search", json={"query": "x"}) for _ in range(3)]
        assert [each.status_code for each in statuses] == [200, 200, 429]
        assert 1 <= int(statuses[2].headers["retry-after"]) <= 3
        assert statuses[2].json()["type"] == "urn:excerpt:problem:too-many-requests"
        assert {client.get("/healthz").status_code for _ in range(9)} == {200}


def test_a_request_is_logged_without_its_words(serve, seed_index):
    with serve(seed_index, EXCERPT_LOG_LEVEL="info") as client:
        asked = client.post("/v1/ask", json=BODY, headers={"X-Request-ID": "mine-1"})
        assert asked.headers["x-request-id"] == "mine-1"
        forged = client.get("/v1/documents/hegseth", headers={"X-Request-ID": 'a"b {}'})
        assert re.fullmatch("[0-9a-f]{32}", forged.headers["x-request-id"])
        client.process.terminate()
        _, said = client.process.communicate(timeout=30)
    lines = [json.loads(line) for line in said.splitlines()]
    requests = {each["request_id"]: each for each in lines if each["event"] == "request"}
    mine = requests["mine-1"]
    assert (mine["method"], mine["endpoint"], mine["status"]) == ("POST", "/v1/ask", 200)
    assert mine["ms"] > 0
    for word in ("Southern", "Spear", "Hegseth", "hegseth", "leads"):
        assert word not in said


def test_time_is_counted_by_stage(server):
    assert ask(server).status_code == 200
    text = server.get("/metrics").text
    for stage in ("embed", "lexical", "dense", "fuse", "read", "cite", "total"):
        assert f'excerpt_stage_seconds_count{{stage="{stage}"}}' in text


class Collector(BaseHTTPRequestHandler):
    """Keeps what is sent to it by OTLP."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_traces_hold_the_time_of_each_stage(serve, seed_index):
    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        collector.received = []
        Thread(target=collector.serve_forever, daemon=True).start()
        where = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with serve(seed_index, EXCERPT_TELEMETRY="true", **where) as client:
            assert ask(client).status_code == 200
            wait_for(lambda: any(b"/v1/ask" in body for _, body in collector.received))
        collector.shutdown()
    traces = b"".join(body for path, body in collector.received if path == "/v1/traces")
    assert b"excerpt.read_ms" in traces
    assert b"Southern" not in traces


def test_what_was_accepted_is_answered_after_a_sigterm(serve, seed_index):
    with serve(seed_index, EXCERPT_CONCURRENCY="1", EXCERPT_QUEUE="100") as client:
        with ThreadPoolExecutor(20) as pool:
            asked = [pool.submit(ask, client) for _ in range(20)]
            wait_for(lambda: counted(client, "excerpt_requests_waiting") >= 5)
            # The last of them may just be connecting.
            time.sleep(0.1)
            client.process.send_signal(signal.SIGTERM)
            answers = [each.result() for each in asked]
        assert [each.status_code for each in answers] == [200] * 20
        assert client.process.wait(timeout=30) == 0


def workers_of(client):
    children = psutil.Process(client.process.pid).children()
    return [each for each in children if each.status() != psutil.STATUS_ZOMBIE]


def test_several_workers_answer_and_one_that_died_is_replaced(serve, seed_index):
    with serve(seed_index, "--workers", "2") as client:
        assert len(workers_of(client)) == 2
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: ask(client), range(12)))
        assert {each.status_code for each in answers} == {200}
        assert counted(client, "excerpt_verdicts_total") == 12
        killed = workers_of(client)[0]
        os.kill(killed.pid, signal.SIGKILL)
        wait_for(lambda: len(workers_of(client)) == 2 and killed not in workers_of(client))
        for _ in range(8):
            assert ask(client).status_code == 200
        left = workers_of(client)
        client.process.send_signal(signal.SIGTERM)
        assert client.process.wait(timeout=30) == 0
        assert not [each for each in left if each.is_running()]


def test_workers_do_not_share_a_port_with_another_server(server, excerpt, seed_index):
    at = ("--port", str(server.base_url.port), "--index", str(seed_index))
    done = excerpt("serve", *at, "--workers", "2")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


def test_what_is_wrong_with_the_index_is_said_before_workers_start(excerpt, tmp_path):
    done = excerpt("serve", "--port", "0", "--index", str(tmp_path), "--workers", "2")
    assert done.returncode == 1
    assert "excerpt index" in done.stderr
