"""Who may do what: keys, scopes, filters, hosts, other sites' pages."""

import json
import socket
import time
from base64 import b64encode, urlsafe_b64encode

import pytest

from api.keys import KeyFile
from index.errors import NotFoundError
from index.filters import parse
from index.store import FileStore
from retrieval.engine import Engine

ASK = ("POST", "/v1/ask", {"question": "When does the harbour open?"})
CALLS = [
    ASK,
    ("POST", "/v1/search", {"query": "harbour"}),
    ("GET", "/v1/documents/nosuch", None),
]
RECORDS = [
    {"_id": "a-one", "title": "Hours", "text": "The harbour opens at six.", "team": "a"},
    {"_id": "a-two", "title": "Ferry", "text": "The ferry leaves at noon.", "team": "a"},
    {
        "_id": "b-one",
        "title": "Zanzibar plan",
        "text": "The harbour opens at midnight, says Quillfeather.",
        "team": "b",
        "codeword": "xylophone",
    },
]
SECRETS = ("b-one", "Zanzibar", "Quillfeather", "midnight", "xylophone")


@pytest.fixture(scope="module")
def teams(tmp_path_factory):
    """Return an index of two teams' documents, made once."""
    folder = tmp_path_factory.mktemp("teams")
    (folder / "teams.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "teams.jsonl"])
    return folder / "index"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyFile(tmp_path_factory.mktemp("keys") / "keys.json")


@pytest.fixture(scope="module")
def given(keys):
    """Return a key of each kind."""
    return {
        "reader": keys.create("reader", ["read"])[1],
        "writer": keys.create("writer", ["write"])[1],
        "admin": keys.create("admin", ["admin"])[1],
        "team a": keys.create("team a", ["read"], "team = a")[1],
    }


@pytest.fixture(scope="module")
def guarded(serve, teams, keys, given):
    with serve(teams, "--keys", str(keys.path)) as client:
        yield client


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nobody_is_let_in_without_a_key(guarded, given, method, path, body):
    wrong = (
        {},
        bearer("x"),
        bearer(given["reader"][:-2]),
        {"Authorization": given["reader"]},
        {"Authorization": f"Basic {given['reader']}"},
        {"X-API-Key": given["reader"]},
    )
    for headers in wrong:
        refused = guarded.request(method, path, json=body, headers=headers)
        assert refused.status_code == 401, headers
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:excerpt:problem:unauthorized"


def test_a_key_is_asked_for_before_the_body_is_looked_at(guarded):
    assert guarded.post("/v1/ask", content=b"nonsense").status_code == 401
    assert guarded.post("/v1/nosuch", content=b"x").status_code == 401


def test_scopes(guarded, given):
    def statuses(path, method="GET", body=None):
        return {
            name: guarded.request(method, path, json=body, headers=bearer(key)).status_code
            for name, key in given.items()
        }

    method, path, body = ASK
    assert statuses(path, method, body) == {
        "reader": 200,
        "writer": 403,
        "admin": 200,
        "team a": 200,
    }
    assert statuses("/metrics") == {"reader": 403, "writer": 403, "admin": 200, "team a": 403}
    assert guarded.get("/metrics").status_code == 401
    assert {guarded.get(path).status_code for path in ("/healthz", "/readyz")} == {200}


def test_a_browser_sends_a_key_as_a_password(guarded, given):
    def asked(password):
        value = b64encode(f"anybody:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {value}"}
        return guarded.post("/v1/search", json={"query": "harbour"}, headers=headers).status_code

    assert (asked(given["reader"]), asked("x")) == (200, 401)
    assert guarded.get("/metrics").headers["www-authenticate"].startswith("Basic ")


def test_what_a_filtered_key_sees(guarded, given):
    headers = bearer(given["team a"])
    asked = guarded.post("/v1/ask", json=ASK[2], headers=headers).json()
    assert asked["answers"][0]["text"] == "six"
    assert asked["index"]["documents"] == asked["index"]["passages"] == 2
    ids = {each["document_id"] for each in asked["passages"]}
    hidden = guarded.post("/v1/search", json={"query": "Zanzibar"}, headers=bearer(given["reader"]))
    (secret,) = {each["document_id"] for each in hidden.json()["passages"]} - ids
    assert guarded.get(f"/v1/documents/{secret}", headers=bearer(given["reader"])).is_success
    assert guarded.get(f"/v1/documents/{next(iter(ids))}", headers=headers).is_success
    refused, missing = (
        guarded.get(f"/v1/documents/{name}", headers=headers) for name in (secret, f"{secret}x")
    )
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert refused.text.replace(secret, "ID") == missing.text.replace(f"{secret}x", "ID")


def test_what_is_explained_is_what_is_seen(guarded, given):
    def explained(expected, key="team a"):
        body = {"question": ASK[2]["question"], "expected": expected}
        return guarded.post("/v1/explain", json=body, headers=bearer(given[key]))

    assert explained("midnight", "reader").status_code == 200
    hidden, missing = explained("midnight"), explained("noontime")
    assert hidden.status_code == missing.status_code == 422
    assert hidden.text.replace("midnight", "W") == missing.text.replace("noontime", "W")
    assert explained("six").json()["lost"] is None


def test_a_hidden_document_takes_as_long_as_one_that_is_not_there(teams):
    with Engine.open(teams) as engine:
        with engine.snapshot() as snapshot:
            hidden = next(each.id for each in snapshot.documents() if "Zanzibar" in each.title)
        seen = engine.restricted(parse("team = a"))

        def took(name):
            started = time.thread_time()
            for _ in range(20):
                with pytest.raises(NotFoundError):
                    seen.document(name)
            return time.thread_time() - started

        took(hidden)
        pairs = [(took(hidden), took(f"{hidden[:-1]}~")) for _ in range(15)]
        there, not_there = (min(each) for each in zip(*pairs, strict=True))
    assert 0.7 < there / not_there < 1.4


def test_no_cursor_leads_to_what_is_hidden(guarded, given):
    def listed(key, **parameters):
        return guarded.get("/v1/documents", params=parameters, headers=bearer(given[key]))

    whole = listed("reader").json()
    hidden = next(each["id"] for each in whole["documents"] if "Zanzibar" in each["title"])
    cursors = [listed("reader", limit=n).json()["next"] for n in (1, 2)]
    cursors += [urlsafe_b64encode(name.encode()).decode().rstrip("=") for name in (hidden, "a", "")]
    for cursor in cursors:
        for limit in (1, 50):
            page = listed("team a", cursor=cursor, limit=limit)
            assert page.status_code in {200, 422}
            assert not [secret for secret in SECRETS if secret in page.text]
            if page.is_success:
                assert page.json()["total"] == 2


def test_no_way_of_asking_shows_what_is_hidden(guarded, given):
    question = "Who says when the harbour opens?"
    chat = {"model": "excerpt", "messages": [{"role": "user", "content": question}]}
    bodies = {
        "/v1/ask/batch": {"requests": [{"question": question}]},
        "/v1/ask/stream": {"question": question},
        "/v1/search/batch": {"requests": [{"query": question}]},
        "/v1/chat/completions": chat,
    }
    for path, body in bodies.items():
        assert "harbour" in guarded.post(path, json=body, headers=bearer(given["reader"])).text
        answer = guarded.post(path, json=body, headers=bearer(given["team a"]))
        assert answer.status_code == 200, path
        assert not [secret for secret in SECRETS if secret in answer.text], path


ESCAPES = [
    None,
    "team = b",
    "not team = nobody",
    "team = a or team = b",
    "team = a) or (team = b",
    "team = b or (team = a",
    "team != a",
    "codeword = xylophone",
    "codeword != a",
    "nosuch = 1",
    "id = b-one",
    'title = "Zanzibar plan"',
    "`team` in (a, b)",
]


@pytest.mark.parametrize("filter", ESCAPES)
def test_no_filter_leads_out_of_a_keys_own(guarded, given, filter):
    for path, key in (("/v1/ask", "question"), ("/v1/search", "query")):
        body = {key: "Who says the harbour opens?", "k": 10, "filter": filter}
        answer = guarded.post(path, json=body, headers=bearer(given["team a"]))
        assert answer.status_code in {200, 422}
        said = answer.json()
        # What was asked with is told again in an error.
        told = json.dumps({**said, "question": "", "query": "", "detail": ""})
        assert not [secret for secret in SECRETS if secret in told]
        if answer.status_code == 422:
            detail = said["detail"].replace("codeword", "NAME").replace("nosuch", "NAME")
            assert "no document has" in detail or "filter" in detail
            assert "there are" not in detail
            assert "did you mean" not in detail


def test_a_field_of_hidden_documents_is_as_one_that_is_not_there(guarded, given):
    def refused(name):
        body = {"query": "harbour", "filter": f"{name} = 1"}
        answer = guarded.post("/v1/search", json=body, headers=bearer(given["team a"]))
        return answer.status_code, answer.json()["detail"].replace(name, "NAME")

    assert refused("codeword") == refused("nosuchnm")


def test_a_key_made_or_revoked_counts_from_the_next_request(guarded, keys):
    method, path, body = CALLS[1]
    key, fresh = keys.create("short", ["read"])
    assert guarded.request(method, path, json=body, headers=bearer(fresh)).status_code == 200
    keys.revoke(key.id)
    assert guarded.request(method, path, json=body, headers=bearer(fresh)).status_code == 401


def test_a_wrong_key_takes_as_long_whether_its_id_is_there_or_not(keys, given):
    known = given["reader"][:-4] + "xxxx"
    unknown = "exk_ffffffff_" + known.rpartition("_")[2]

    def took(key):
        started = time.thread_time()  # What others do meanwhile does not count.
        for _ in range(200):
            assert keys.find(key) is None
        return time.thread_time() - started

    pairs = [(took(known), took(unknown)) for _ in range(9)]
    known_time, unknown_time = (min(each) for each in zip(*pairs, strict=True))
    assert 0.5 < known_time / unknown_time < 2


def test_a_server_that_others_reach_needs_keys(excerpt, serve, teams, tmp_path):
    missing = str(tmp_path / "keys.json")
    for options in (("--host", "0.0.0.0"), ("--keys", missing)):
        done = excerpt("serve", "--port", "0", "--index", str(teams), *options, timeout=60)
        assert done.returncode == 2
        assert "excerpt keys create" in done.stderr
    with serve(teams, "--host", "0.0.0.0", "--without-keys") as client:
        port = client.base_url.port
        asked = client.post(f"http://127.0.0.1:{port}/v1/ask", json=ASK[2])
        assert asked.status_code == 200


def test_a_key_closes_a_server_that_was_open(serve, teams, tmp_path):
    with serve(teams, XDG_CONFIG_HOME=str(tmp_path)) as client:
        assert client.post("/v1/ask", json=ASK[2]).status_code == 200
        _, key = KeyFile(tmp_path / "excerpt" / "keys.json").create("first", ["read"])
        assert client.post("/v1/ask", json=ASK[2]).status_code == 401
        assert client.post("/v1/ask", json=ASK[2], headers=bearer(key)).status_code == 200
        (tmp_path / "excerpt" / "keys.json").write_text("{")
        assert client.post("/v1/ask", json=ASK[2], headers=bearer(key)).status_code == 503


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1.attacker.example", "", "[::1"])
def test_another_name_for_loopback_is_refused(server, host):
    for path in ("/v1/documents/x", "/healthz", "/openapi.json"):
        refused = server.get(path, headers={"Host": host})
        assert refused.status_code == 421, path
        assert refused.headers["content-type"] == "application/problem+json"


def test_the_names_of_loopback_and_those_that_were_given(server, serve, teams):
    port = server.base_url.port
    for host in ("localhost", f"LOCALHOST:{port}", "127.0.0.1", f"[::1]:{port}"):
        assert server.get("/healthz", headers={"Host": host}).status_code == 200, host
    with serve(teams, EXCERPT_HOSTS="docs.example, other.example") as client:
        assert client.get("/healthz", headers={"Host": "docs.example:80"}).status_code == 200
        assert client.get("/healthz", headers={"Host": "attacker.example"}).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"}, 403),
        ({"Origin": "http://localhost.attacker.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "same-origin, cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
    ],
)
def test_a_page_of_another_site_writes_nothing(server, headers, status):
    asked = server.post("/v1/search", json={"query": "strike group"}, headers=headers)
    assert asked.status_code == status


def test_the_servers_own_page_may_post(server):
    origin = str(server.base_url).rstrip("/")
    asked = server.post("/v1/search", json={"query": "group"}, headers={"Origin": origin})
    assert asked.status_code == 200


def test_no_other_sites_page_reads_unless_it_was_named(server, serve, teams):
    def allowed(client, origin):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return client.options("/v1/search", headers=headers).headers.get(
            "access-control-allow-origin"
        )

    assert allowed(server, "https://app.example") is None
    plain = server.get("/healthz", headers={"Origin": "https://app.example"})
    assert "access-control-allow-origin" not in plain.headers
    with serve(teams, EXCERPT_ORIGINS="https://app.example") as client:
        assert allowed(client, "https://app.example") == "https://app.example"
        assert allowed(client, "https://attacker.example") is None
        asked = client.post(
            "/v1/search", json={"query": "x"}, headers={"Origin": "https://app.example"}
        )
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize(
    "request_",
    [
        # Two lengths, a length beside chunks, and an obsolete fold: what parts servers.
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: attacker.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
        # Codings and lengths that one server reads and another does not.
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n"
        b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n"
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x2\r\n\r\n{}",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2;\nX\r\n{}\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX: a\n\r\nHost: localhost\r\n\r\n",
    ],
)
def test_ambiguous_requests_are_answered_once_at_most(server, request_):
    address = (server.base_url.host, server.base_url.port)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b"excerpt_requests_total" not in answer
    assert b" 200 " not in answer.split(b"\r\n")[0]


def test_no_header_is_split(server):
    for value in ("x%0d%0aSet-Cookie:%20a=b", "x\u010d\u010aSet-Cookie: a=b"):
        answer = server.get(f"/v1/documents/{value}")
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers
