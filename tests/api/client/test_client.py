"""The client asks a real server process, and real small servers that misbehave."""

import asyncio
import dataclasses
import inspect
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from api import document_models, job_models, models
from api.client import (
    ApiError,
    AsyncExcerpt,
    Excerpt,
    JobFailedError,
    NewDocument,
    Retrying,
    types,
)

ROOT = Path(__file__).parents[3]
FERRY = ROOT / "tests" / "index" / "loaders" / "files" / "ferry.pdf"


@pytest.fixture(scope="module")
def url(tmp_path_factory, clean_home):
    from index.store import FileStore

    folder = tmp_path_factory.mktemp("client")
    (folder / "docs").mkdir()
    (folder / "docs" / "one.txt").write_text("The lighthouse keeper is Ada Moreau. She is 40.")
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "docs"])
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--index", str(folder / "index")],
        stdout=subprocess.PIPE,
        text=True,
        env={**clean_home, "PYTHONPATH": str(ROOT)},
    ) as process:
        lines = [process.stdout.readline()]
        while lines[-1].rstrip() != "}":
            lines.append(process.stdout.readline())
        yield json.loads("".join(lines))["url"]
        process.terminate()


def test_everything_is_done_through_the_sync_client(url):
    with Excerpt(url) as excerpt:
        response = excerpt.ask("Who is the lighthouse keeper?", passages=1)
        citation = response.answers[0].citation
        assert (response.verdict, response.answers[0].text) == ("answered", "Ada Moreau")
        assert len(response.passages) == 1
        document = excerpt.document(citation.document_id, generation=response.index.generation)
        assert document.sha256 == citation.sha256
        assert document.text[citation.start : citation.end] == citation.quote
        quoted = excerpt.span(document.id, citation.start, citation.end, context=4)
        assert (quoted.quote, quoted.before) == ("Ada Moreau", " is ")
        assert excerpt.search("lighthouse", k=1).passages[0].document_id == document.id
        assert excerpt.explain("Who is the lighthouse keeper?", "Ada Moreau").steps[0].passed
        both = excerpt.ask_all(["Who is the lighthouse keeper?", "How old is she?"])
        assert both[0].answers[0].text == "Ada Moreau"
        (refused,) = excerpt.ask_all(["Who is the lighthouse keeper?"], filter="nosuch = 1")
        assert isinstance(refused, ApiError)
        assert refused.status == 422
        names = [event.name for event in excerpt.stream("Who is the lighthouse keeper?")]
        assert (names[0], names[-1]) == ("passages", "done")

        job = excerpt.wait(excerpt.upload(FERRY, ("crew.txt", b"The cook is Bo Lind.")))
        ids = {each.name: each.id for each in job.documents}
        assert excerpt.page(ids["ferry.pdf"], 1, [(0, 10)]).startswith(b"\x89PNG")
        assert excerpt.original(ids["crew.txt"]) == b"The cook is Bo Lind."
        page = excerpt.document_page('media_type = "application/pdf"', facets=["media_type"])
        assert [each.id for each in page.documents] == [ids["ferry.pdf"]]
        assert page.facets["media_type"][0].documents == 1
        added = excerpt.wait(excerpt.add(NewDocument("The mate is Cy.", id="mate")))
        assert added.documents[0].id == "mate"
        states = [each.state for each in excerpt.follow(excerpt.put("mate", NewDocument("Di.")))]
        assert states[-1] == "done"
        assert {each.id for each in excerpt.documents()} == {document.id, "mate", *ids.values()}
        excerpt.wait(excerpt.delete("mate"))
        excerpt.wait(excerpt.delete_upload("crew.txt"))
        excerpt.wait(excerpt.sync())
        with pytest.raises(JobFailedError) as failed:
            excerpt.wait(excerpt.upload(("broken.pdf", b"no pdf")))
        assert failed.value.job.problems[0].name == "broken.pdf"
        with pytest.raises(ApiError) as refused:
            excerpt.document("mate")
        assert (refused.value.status, refused.value.slug) == (404, "not-found")
        assert excerpt.cancel(job.id).state == "done"


def test_everything_is_done_through_the_async_client(url):
    async def work():
        async with AsyncExcerpt(url) as excerpt:
            questions = ["Who is the lighthouse keeper?"] * 4
            found = await asyncio.gather(*map(excerpt.ask, questions))
            assert {each.answers[0].text for each in found} == {"Ada Moreau"}
            job = await excerpt.wait(await excerpt.add(NewDocument("The mate is Eve.", id="eve")))
            assert job.documents[0].id == "eve"
            assert "eve" in [each.id async for each in excerpt.documents()]
            job = await excerpt.delete("eve")
            assert [each.state async for each in excerpt.follow(job)][-1] == "done"
            events = [event async for event in excerpt.stream("Who is the lighthouse keeper?")]
            assert events[-1].data["answers"][0]["text"] == "Ada Moreau"
            with pytest.raises(ApiError):
                [each async for each in excerpt.stream(" ")]

    asyncio.run(work())


def test_the_two_clients_offer_the_same():
    def offered(cls):
        public = {name: each for name, each in vars(cls).items() if not name.startswith("_")}
        return {name: list(inspect.signature(each).parameters) for name, each in public.items()}

    sync, awaited = offered(Excerpt), offered(AsyncExcerpt)
    assert sync.pop("close") == awaited.pop("aclose")
    assert sync == awaited


NAMED_OTHERWISE = {
    "Response": "AskResponse",
    "Step": "ExplainedStep",
    "Explanation": "ExplainResponse",
    "DocumentPage": "DocumentList",
}


@pytest.mark.parametrize(
    "mine",
    [each for each in vars(types).values() if getattr(each, "__module__", "") == types.__name__],
    ids=lambda each: each.__name__,
)
def test_it_has_all_that_the_server_says(mine):
    name = NAMED_OTHERWISE.get(mine.__name__, mine.__name__)
    theirs = next(
        each
        for module in (models, document_models, job_models)
        if (each := getattr(module, name, None)) is not None
    )
    fields = {each.name for each in dataclasses.fields(mine)}
    assert fields == set(theirs.model_fields)


class Unsteady(BaseHTTPRequestHandler):
    """Answers with what `script` says next: a status, or None for a connection that breaks."""

    script: list[int | None]
    seen: list[tuple[str, str | None]]

    def answer(self):
        length = int(self.headers.get("content-length", 0))
        self.rfile.read(length)
        self.seen.append((self.command, self.headers.get("idempotency-key")))
        status = self.script.pop(0)
        if status is None:
            self.connection.close()
            return
        body = json.dumps(JOB if status < 400 else {"detail": "not now"}).encode()
        self.send_response(status)
        if status in {429, 503}:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def log_message(self, *_):
        pass


JOB = {"id": "j", "kind": "add", "state": "done", "created": "now", "progress": {"files": 1}}
QUICK = Retrying(attempts=4, base=0.01)


@pytest.fixture
def unsteady():
    handler = type("Handler", (Unsteady,), {"script": [], "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("failing", [429, 503, 502, None])
def test_a_read_is_sent_again_until_it_is_answered(unsteady, failing):
    unsteady.script = [failing, failing, 200]
    with Excerpt(unsteady.url, retrying=QUICK) as excerpt:
        assert excerpt.job("j").id == "j"
    assert len(unsteady.seen) == 3


def test_a_write_is_sent_again_under_the_same_key(unsteady):
    unsteady.script = [503, None, 202, 202]
    with Excerpt(unsteady.url, retrying=QUICK) as excerpt:
        excerpt.add(NewDocument("The mate is Cy."))
        excerpt.delete("mate")
    keys = [key for _, key in unsteady.seen]
    assert keys[0]
    assert keys[0] == keys[1] == keys[2] != keys[3]


@pytest.mark.parametrize(("script", "sent"), [([404], 1), ([422], 1), ([500], 1), ([503] * 4, 4)])
def test_what_would_fail_again_is_not_sent_again(unsteady, script, sent):
    unsteady.script = list(script)
    with Excerpt(unsteady.url, retrying=QUICK) as excerpt, pytest.raises(ApiError) as refused:
        excerpt.job("j")
    assert refused.value.status == script[0]
    assert len(unsteady.seen) == sent


def test_no_connection_is_httpxs_own_error(unsteady):
    unsteady.script = [None] * 4
    with Excerpt(unsteady.url, retrying=QUICK) as excerpt, pytest.raises(httpx.TransportError):
        excerpt.job("j")


def test_the_server_says_when_to_come_again():
    response = httpx.Response(429, headers={"Retry-After": "7"})
    assert Retrying().delay(1, response) == 7
    assert Retrying(longest=3).delay(1, response) == 3
    assert Retrying().delay(1, httpx.Response(200)) is None


def test_it_loads_nothing_of_the_engine():
    code = (
        "import sys, api.client; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('index', 'retrieval', 'numpy', 'pydantic', 'fastapi', 'onnxruntime')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
