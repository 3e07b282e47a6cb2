"""Documents added, replaced and deleted over HTTP, by a real server process."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api import job_models as models
from api.keys import KeyFile

FERRY = Path(__file__).parents[2] / "index" / "loaders" / "files" / "ferry.pdf"


@pytest.fixture
def index(tmp_path):
    from index.store import FileStore

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "one.txt").write_text("The lighthouse keeper is Ada Moreau.")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "docs"])
    return tmp_path / "index"


@pytest.fixture
def writing(index, serve):
    with serve(index) as client:
        yield client


def ended(client, answer, state="done"):
    """Wait until a job has ended, and return it."""
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    until = time.monotonic() + 600
    while job["ended"] is None and time.monotonic() < until:
        time.sleep(0.02)
        job = client.get(f"/v1/jobs/{job['id']}").json()
    models.Job.model_validate(job)
    assert job["state"] == state, job
    return job


def upload(client, *named, **options):
    files = [("files", (name, data)) for name, data in named]
    return client.post("/v1/uploads", files=files, **options)


def answers(client, question):
    found = client.post("/v1/ask", json={"question": question}).json()
    return [each["text"] for each in found["answers"]]


def ids(client):
    return [each["id"] for each in client.get("/v1/documents").json()["documents"]]


def test_a_file_is_answered_from_as_soon_as_its_job_is_done(writing):
    job = ended(writing, upload(writing, ("two.md", b"# Fleet\n\nThe captain is Ilya Brandt.")))
    assert job["generation"] == 2
    (document,) = job["documents"]
    assert document["name"] == "two.md"
    assert answers(writing, "Who is the captain?")[0] == "Ilya Brandt"
    text = writing.get(f"/v1/documents/{document['id']}").json()["text"]
    assert text == "# Fleet\n\nThe captain is Ilya Brandt."
    original = writing.get(f"/v1/documents/{document['id']}/original")
    assert original.content == b"# Fleet\n\nThe captain is Ilya Brandt."


def test_metadata_of_an_upload_is_filtered_by_kept_and_goes_with_it(writing):
    about = {"note.txt": {"title": "A note", "team": "a", "tags": ["x", "y"], "none": None}}
    files = [("note.txt", b"The pilot is Rhea Lund."), ("sub/other.txt", b"The pilot is Tom.")]
    sent = upload(writing, *files, data={"meta": json.dumps(about)})
    job = ended(writing, sent)
    assert [each["name"] for each in job["documents"]] == ["note.txt", "sub/other.txt"]
    asked = {"question": "Who is the pilot?", "filter": 'team = "a" and tags = y'}
    given = writing.post("/v1/ask", json=asked).json()["answers"]
    assert given[0]["text"] == "Rhea Lund"
    assert {each["citation"]["title"] for each in given} == {"A note"}
    # Metadata stays when the file alone is replaced, and is replaced alone.
    once = upload(writing, ("note.txt", b"The pilot is Rhea Brandt."), params={"replace": "true"})
    assert ended(writing, once)["documents"][0]["title"] == "A note"
    changed = {"data": {"meta": '{"note.txt": {"team": "b"}}'}}
    same = ("note.txt", b"The pilot is Rhea Brandt.")
    assert upload(writing, same, **changed).status_code == 409
    ended(writing, upload(writing, same, params={"replace": "true"}, **changed))
    (note, other) = writing.get("/v1/uploads").json()["uploads"]
    assert (note["path"], note["metadata"]) == ("note.txt", {"team": "b"})
    assert (other["path"], other["metadata"]) == ("sub/other.txt", {})
    (gone,) = writing.get("/v1/documents", params={"filter": "team = b"}).json()["documents"]
    assert ended(writing, writing.delete(f"/v1/documents/{gone['id']}"))["removed"] == 1
    assert [each["path"] for each in writing.get("/v1/uploads").json()["uploads"]] == [
        "sub/other.txt"
    ]
    for wrong in (
        "[]",
        '{"n.txt": 1}',
        '{"n.txt": {"a": {}}}',
        '{"m.txt": {}}',
        "{",
        '{"n.txt": {"": 1}}',
    ):
        refused = upload(writing, ("n.txt", b"Words."), data={"meta": wrong})
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
            422,
            "invalid-input",
        ), wrong


def test_texts_go_in_under_the_ids_that_they_are_sent_with(writing):
    sent = {
        "documents": [
            {"id": "a b/1", "text": "The baker is Noor Haddad.", "metadata": {"town": "Lund"}},
            {"text": "The miller is Per Lie.", "title": "Mill"},
        ]
    }
    job = ended(writing, writing.post("/v1/documents", json=sent))
    first, second = job["documents"]
    assert first["id"] == "a~20b~2F1"
    document = writing.get("/v1/documents/a~20b~2F1").json()
    assert (document["text"], document["metadata"]) == (
        "The baker is Noor Haddad.",
        {"town": "Lund"},
    )
    assert writing.get(f"/v1/documents/{second['id']}").json()["title"] == "Mill"


def test_a_document_is_replaced_and_deleted(writing):
    url = "/v1/documents/baker"
    ended(writing, writing.put(url, json={"text": "The baker is Noor Haddad."}))
    tag = writing.get(url).headers["etag"]
    ended(writing, writing.put(url, json={"text": "The baker is Omar."}, headers={"If-Match": tag}))
    assert writing.get(url).json()["text"] == "The baker is Omar."
    stale = writing.put(url, json={"text": "No."}, headers={"If-Match": tag})
    assert (stale.status_code, writing.get(url).json()["text"]) == (412, "The baker is Omar.")
    assert writing.delete(url, headers={"If-Match": tag}).status_code == 412
    assert ended(writing, writing.delete(url))["removed"] == 1
    assert writing.get(url).status_code == 404
    assert writing.delete(url).status_code == 404
    assert writing.get("/v1/uploads").json()["uploads"] == []


def test_what_is_there_is_not_replaced_unless_asked(writing):
    ended(writing, upload(writing, ("rota.txt", b"Ada has the night watch.")))
    again = upload(writing, ("rota.txt", b"Ada has the night watch."))
    assert ended(writing, again)["generation"] == 2
    other = upload(writing, ("rota.txt", b"Ilya has the night watch."))
    assert other.status_code == 409
    assert "replace=true" in other.json()["detail"]
    replaced = upload(
        writing, ("rota.txt", b"Ilya has the night watch."), params={"replace": "true"}
    )
    ended(writing, replaced)
    assert answers(writing, "Who has the night watch?")[0] == "Ilya"
    assert len(ids(writing)) == 2


def test_what_cannot_be_read_is_said_and_the_rest_goes_in(writing):
    sent = upload(
        writing,
        ("good.txt", b"The ferry leaves at noon."),
        ("picture.xyz", b"\x00\x01\x02"),
        ("broken.pdf", b"not a pdf"),
    )
    job = ended(writing, sent)
    assert [each["name"] for each in job["documents"]] == ["good.txt"]
    assert {each["name"] for each in job["problems"]} == {"picture.xyz", "broken.pdf"}
    assert all(each["reason"] for each in job["problems"])
    assert [each["path"] for each in writing.get("/v1/uploads").json()["uploads"]] == ["good.txt"]


def test_an_unreadable_file_leaves_the_one_that_it_was_to_replace(writing):
    ended(writing, upload(writing, ("times.pdf", FERRY.read_bytes())))
    before = writing.get("/v1/documents").json()["documents"]
    broken = upload(writing, ("times.pdf", b"no pdf"), params={"replace": "true"})
    job = ended(writing, broken, "failed")
    assert "times.pdf" in job["error"]["detail"]
    assert writing.get("/v1/documents").json()["documents"] == before
    (document,) = [each["id"] for each in before if each["media_type"] == "application/pdf"]
    assert writing.get(f"/v1/documents/{document}/original").content == FERRY.read_bytes()


def test_the_same_key_is_done_once(writing):
    headers = {"Idempotency-Key": "a-key"}
    text = {"documents": [{"text": "The cook is Bo Lind."}]}
    first = writing.post("/v1/documents", json=text, headers=headers)
    second = writing.post("/v1/documents", json=text, headers=headers)
    assert first.json()["id"] == second.json()["id"]
    job = ended(writing, second)
    other = {"documents": [{"text": "The cook is another."}]}
    refused = writing.post("/v1/documents", json=other, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["type"].endswith("idempotency-key-reused")
    gone = {"Idempotency-Key": "another-key"}
    url = f"/v1/documents/{job['documents'][0]['id']}"
    deleted = writing.delete(url, headers=gone)
    ended(writing, deleted)
    assert writing.delete(url, headers=gone).json()["id"] == deleted.json()["id"]


@pytest.mark.parametrize(
    "name", ["../../escape.txt", "..\\..\\escape.txt", "a/../../../escape.txt", "..", "/", ""]
)
def test_no_name_leaves_the_folder_of_the_uploads(writing, tmp_path, name):
    before = set(tmp_path.parent.rglob("escape*"))
    answer = upload(writing, (name, b"The thief is Nobody."))
    assert answer.status_code in {400, 422}, answer.text
    assert set(tmp_path.parent.rglob("escape*")) == before


def test_no_path_of_an_upload_reaches_the_folders_beside_it(writing, index):
    beside = index.with_name(f"{index.name}.uploads2")
    beside.mkdir()
    (beside / "kept.txt").write_text("Not an upload.")
    upload(writing, ("one.txt", b"The mate is Cy."))
    up = f"../{beside.name}/kept.txt"
    encoded = f"{beside}/kept.txt".replace("/", "%2F")
    for path in (f"/{beside}/kept.txt", up, up.replace(".", "%2e"), encoded):
        assert writing.delete(f"/v1/uploads/{path}").status_code in {404, 405, 422}, path
    assert (beside / "kept.txt").read_text() == "Not an upload."


def test_odd_names_are_kept_safe(writing, index):
    names = [
        ".hidden.txt",
        "a/b/ c?.txt",
        "ünï✓.txt",
        "x" * 300 + ".txt",
        "/etc/rc.txt",
        "C:\\d.txt",
    ]
    job = ended(
        writing,
        upload(
            writing,
            *((name, b"Words of " + str(n).encode() + b".") for n, name in enumerate(names)),
        ),
    )
    assert len(job["documents"]) == len(names)
    root = index.with_name("index.uploads")
    paths = [each["path"] for each in writing.get("/v1/uploads").json()["uploads"]]
    assert len(paths) == len(names)
    for path in paths:
        assert not any(part.startswith(".") for part in path.split("/"))
        assert (root / path).resolve().is_relative_to(root.resolve())
        assert (root / path).is_file()


def test_a_file_of_several_documents_is_deleted_as_one(writing):
    lines = b'{"_id": "r1", "text": "Ada mends nets."}\n{"_id": "r2", "text": "Bo mends sails."}\n'
    job = ended(writing, upload(writing, ("crew.jsonl", lines)))
    assert [each["id"] for each in job["documents"]] == ["r1", "r2"]
    refused = writing.delete("/v1/documents/r1")
    assert refused.status_code == 409
    assert "crew.jsonl" in refused.json()["detail"]
    ended(writing, writing.delete("/v1/uploads/crew.jsonl"))
    assert writing.get("/v1/documents/r2").status_code == 404
    assert writing.delete("/v1/uploads/crew.jsonl").status_code == 404


def test_an_id_that_another_file_holds_is_refused_in_the_job(writing):
    ended(writing, writing.put("/v1/documents/r1", json={"text": "Ada mends nets."}))
    clash = upload(writing, ("more.jsonl", b'{"_id": "r1", "text": "Bo mends nets."}\n'))
    job = ended(writing, clash, "failed")
    assert "r1" in job["error"]["detail"]
    assert writing.get("/v1/documents/r1").json()["text"] == "Ada mends nets."


def test_other_roots_and_uploads_leave_each_other_alone(writing, index, excerpt, tmp_path):
    job = ended(writing, upload(writing, ("two.txt", b"The captain is Ilya Brandt.")))
    uploaded = job["documents"][0]["id"]
    (tmp_path / "docs" / "three.txt").write_text("The cook is Bo Lind.")
    done = excerpt("index", str(tmp_path / "docs"), "--index", str(index), "--json")
    assert json.loads(done.stdout)["removed"] == 0
    done = excerpt("index", "--index", str(index), "--json")
    assert json.loads(done.stdout)["unchanged"] == 3
    assert uploaded in ids(writing)
    (tmp_path / "docs" / "four.txt").write_text("The pilot is Pia Conti.")
    ended(writing, writing.post("/v1/sync"))
    assert len(ids(writing)) == 4


def test_a_document_of_a_folder_is_taken_out_of_the_index_alone(writing, tmp_path):
    (document,) = ids(writing)
    ended(writing, writing.delete(f"/v1/documents/{document}"))
    assert ids(writing) == []
    assert (tmp_path / "docs" / "one.txt").exists()
    ended(writing, writing.post("/v1/sync"))
    assert ids(writing) == [document]


def test_a_job_is_followed_as_it_goes(writing):
    lines = b"".join(
        json.dumps({"text": f"Keeper {n} tends lamp {n} of the coast."}).encode() + b"\n"
        for n in range(400)
    )
    job = upload(writing, ("many.jsonl", lines)).json()
    events = []
    with writing.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                events.append(line[7:])
            elif line.startswith("data: "):
                last = json.loads(line[6:])
    assert events[-1] == "end"
    assert set(events[:-1]) == {"progress"}
    assert last["state"] == "done"
    assert (len(last["documents"]), last["more"]) == (100, 300)


def test_a_job_is_cancelled_and_nothing_of_it_stays(writing, index):
    before = ids(writing)
    lines = b"".join(
        json.dumps({"text": f"Keeper {n} tends lamp {n} of the northern coast." * 9}).encode()
        + b"\n"
        for n in range(3000)
    )
    job = upload(writing, ("many.jsonl", lines)).json()
    while writing.get(f"/v1/jobs/{job['id']}").json()["state"] == "queued":
        time.sleep(0.02)
    writing.post(f"/v1/jobs/{job['id']}/cancel")
    until = time.monotonic() + 30
    while (now := writing.get(f"/v1/jobs/{job['id']}").json())["ended"] is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert now["state"] == "cancelled"
    assert ids(writing) == before
    assert writing.get("/v1/uploads").json()["uploads"] == []
    # The next one is not held up.
    ended(writing, upload(writing, ("two.txt", b"The captain is Ilya Brandt.")))
    listed = writing.get("/v1/jobs").json()["jobs"]
    assert [each["state"] for each in listed] == ["done", "cancelled"]


def test_a_server_that_was_killed_leaves_its_job_to_the_next(index, serve):
    lines = b"".join(
        json.dumps({"text": f"Keeper {n} tends lamp {n} of the southern coast."}).encode() + b"\n"
        for n in range(500)
    )
    with serve(index) as client:
        job = upload(client, ("many.jsonl", lines)).json()
        while client.get(f"/v1/jobs/{job['id']}").json()["state"] == "queued":
            time.sleep(0.01)
        client.process.kill()
        client.process.wait()
    with serve(index) as client:
        until = time.monotonic() + 600
        while (now := client.get(f"/v1/jobs/{job['id']}").json())["ended"] is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert now["state"] == "done"
        assert client.get("/v1/documents").json()["total"] == 501


def test_questions_are_answered_while_documents_come_in(writing):
    """Hundreds of small documents, one a request, and not one question that fails."""
    failed, asked, stop = [], 0, threading.Event()

    def ask():
        nonlocal asked
        with httpx.Client(base_url=writing.base_url, timeout=60) as client:
            while not stop.is_set():
                answer = client.post("/v1/search", json={"query": "who keeps the lighthouse?"})
                asked += 1
                if answer.status_code != 200 or "Ada Moreau" not in answer.text:
                    failed.append(answer.text)

    def add(number):
        text = f"The keeper of harbour {number} is called Person{number} Lund."
        body = {"documents": [{"id": f"harbour-{number}", "text": text}]}
        return writing.post("/v1/documents", json=body)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            accepted = list(pool.map(add, range(200)))
        jobs = [ended(writing, each) for each in accepted]
        for number in (0, 99, 199):
            assert jobs[number]["documents"][0]["id"] == f"harbour-{number}"
            assert (
                f"Person{number} Lund"
                in answers(writing, f"Who is the keeper of harbour {number}?")[0]
            )
    finally:
        stop.set()
        asking.join()
    assert failed == []
    assert asked > 10
    assert writing.get("/v1/documents").json()["total"] == 201


def test_an_index_that_is_not_ones_own_is_only_read(tmp_path, serve, clean_home):
    home = {"XDG_DATA_HOME": str(tmp_path / "nobody")}
    with serve(None, **home) as client:
        answer = upload(client, ("two.txt", b"The captain is Ilya Brandt."))
        assert answer.status_code == 403
        assert "excerpt index" in answer.json()["detail"]


TEAMS = b'{"_id": "a1", "text": "Ada mends nets.", "team": "a"}\n' + (
    b'{"_id": "b1", "text": "Bo mends sails.", "team": "b"}\n'
)


def test_keys_write_what_they_may(index, serve, tmp_path):
    keys = KeyFile(tmp_path / "keys.json")
    made = {
        "reader": keys.create("reader", ["read"]),
        "writer": keys.create("writer", ["write"]),
        "other": keys.create("other", ["read", "write"]),
        "team": keys.create("team", ["read", "write"], "team = a"),
        "admin": keys.create("admin", ["admin"]),
    }
    given = {name: {"Authorization": f"Bearer {secret}"} for name, (_, secret) in made.items()}
    with serve(index, "--keys", str(keys.path)) as client:

        def as_(name):
            return httpx.Client(base_url=client.base_url, headers=given[name], timeout=60)

        with as_("reader") as reader, as_("writer") as writer, as_("other") as other:
            assert reader.put("/v1/documents/x", json={"text": "No."}).status_code == 403
            assert upload(reader, ("x.txt", b"No.")).status_code == 403
            assert reader.delete("/v1/documents/x").status_code == 403
            assert reader.post("/v1/sync").status_code == 403
            job = ended(writer, upload(writer, ("crew.jsonl", TEAMS)))
            assert other.get(f"/v1/jobs/{job['id']}").status_code == 404
            assert other.post(f"/v1/jobs/{job['id']}/cancel").status_code == 404
            assert other.get(f"/v1/jobs/{job['id']}/events").status_code == 404
            assert other.get("/v1/jobs").json()["jobs"] == []
        with as_("admin") as admin:
            assert [each["id"] for each in admin.get("/v1/jobs").json()["jobs"]] == [job["id"]]
        with as_("team") as team:
            who = made["team"][0].id
            # What it cannot see it cannot change, nor learn of by trying to.
            for hidden in ("b1", "nosuch"):
                text = {"text": "Taken over.", "metadata": {"team": "a"}}
                refused = team.put(f"/v1/documents/{hidden}", json=text)
                assert refused.status_code == 403
                assert who in refused.json()["detail"]
                assert team.delete(f"/v1/documents/{hidden}").status_code == 404
            assert team.get("/v1/documents/a1/original").status_code == 403
            # The file holds a document that it does not see, which would go with it.
            assert team.delete("/v1/documents/a1").status_code == 403
            assert upload(team, ("x.txt", b"No.")).status_code == 403
            assert team.get("/v1/uploads").status_code == 403
            mine = f"/v1/documents/{who}.1"
            stray = {"text": "Cy mends ropes.", "metadata": {"team": "b"}}
            assert team.put(mine, json=stray).status_code == 403
            fitting = {"text": "Cy mends ropes.", "metadata": {"team": "a"}}
            ended(team, team.put(mine, json=fitting))
            assert team.get(mine).json()["text"] == "Cy mends ropes."
            assert team.get("/v1/documents").json()["total"] == 2
            ended(team, team.delete(mine))
            assert team.get("/v1/documents").json()["total"] == 1
        with as_("other") as other:
            assert other.get("/v1/documents/b1").is_success


def test_no_more_is_read_than_may_be_sent(index, serve):
    with serve(index, EXCERPT_MAX_UPLOAD_BYTES="20000") as client:
        assert upload(client, ("big.txt", b"x" * 30_000)).status_code == 413
        many = {"documents": [{"text": "word " * 5_000}]}
        assert client.post("/v1/documents", json=many).status_code == 413
        ended(client, upload(client, ("small.txt", b"The captain is Ilya Brandt.")))
    assert {path.name for path in index.with_name("index.uploads").glob("*")} == {
        ".jobs",
        "small.txt",
    }


@pytest.mark.parametrize(
    "name", ['a"; filename="b.txt', "a\r\nSet-Cookie: x=1.txt", "<img src=x onerror=y>.html"]
)
def test_a_name_breaks_out_of_no_header(writing, name):
    answer = writing.post("/v1/uploads", files=[("files", (name, b"The captain is Ilya Brandt."))])
    (document,) = ended(writing, answer)["documents"]
    original = writing.get(f"/v1/documents/{document['id']}/original")
    assert "set-cookie" not in original.headers
    assert original.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in original.headers["content-security-policy"]
    assert original.content == b"The captain is Ilya Brandt."


def test_an_index_without_documents_takes_the_first_ones(tmp_path, serve):
    from index.store import FileStore

    FileStore.create(tmp_path / "index").close()
    with serve(tmp_path / "index") as client:
        assert client.get("/v1/documents").json()["total"] == 0
        ended(client, upload(client, ("two.txt", b"The captain is Ilya Brandt.")))
        assert answers(client, "Who is the captain?")[0] == "Ilya Brandt"


def test_a_write_waits_for_another_process_that_writes(writing, index):
    from index.store import FileStore

    with FileStore.open(index) as store, store.begin():
        job = upload(writing, ("two.txt", b"The captain is Ilya Brandt.")).json()
        time.sleep(1.5)
        assert writing.get(f"/v1/jobs/{job['id']}").json()["ended"] is None
        assert answers(writing, "Who is the lighthouse keeper?")[0] == "Ada Moreau"
    until = time.monotonic() + 30
    while (now := writing.get(f"/v1/jobs/{job['id']}").json())["ended"] is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert now["state"] == "done"
