"""Documents over HTTP: listed, quoted, conditional, and shown as they are in their source."""

import hashlib
from pathlib import Path

import pytest

from api import document_models

TOWNS = {
    "lund": ("The baker of Lund is Noor Haddad. 🥐 She opens at six.", "bakery"),
    "oslo": ("The harbour master of Oslo is Per Lie.", "harbour"),
    "rome": ("The clockmaker of Rome is Pia Conti.", "workshop"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("towns")
    for town, (text, kind) in TOWNS.items():
        matter = f"---\ntown: {town}\nkind: {kind}\n---\n"
        (folder / f"{town}.md").write_text(matter + text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def towns(folder, tmp_path_factory, serve):
    from index.store import FileStore

    index = tmp_path_factory.mktemp("served") / "index"
    with FileStore.create(index) as store:
        store.sync([folder])
    with serve(index) as client:
        yield client


def listed(client, **parameters):
    answer = client.get("/v1/documents", params=parameters)
    assert answer.status_code == 200, answer.text
    document_models.DocumentList.model_validate(answer.json())
    return answer.json()


def test_documents_are_listed_without_their_texts(towns):
    found = listed(towns)
    assert found["total"] == 3
    assert [each["title"] for each in found["documents"]] == ["lund.md", "oslo.md", "rome.md"]
    assert all("text" not in each for each in found["documents"])
    for each in found["documents"]:
        whole = towns.get(f"/v1/documents/{each['id']}").json()
        assert each["bytes"] == len(whole["text"].encode())
        assert each["sha256"] == whole["sha256"]


def test_pages_hold_every_document_once(towns):
    ids, cursor = [], {}
    while True:
        page = listed(towns, limit=1, **cursor)
        ids += [each["id"] for each in page["documents"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(ids) == 3
    assert ids == sorted(set(ids))


def test_a_filter_narrows_the_list_its_total_and_its_facets(towns):
    found = listed(towns, filter="town in (lund, oslo)", facet=["kind", "town"])
    assert found["total"] == 2
    assert found["facets"]["kind"] == [
        {"value": "bakery", "documents": 1},
        {"value": "harbour", "documents": 1},
    ]
    everything = listed(towns, limit=0, facet=["media_type", "nosuch"])
    assert everything["documents"] == []
    assert everything["facets"] == {
        "media_type": [{"value": "text/markdown", "documents": 3}],
        "nosuch": [],
    }


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"filter": "nosuch = 1"}, "nosuch"),
        ({"filter": "town ="}, "filter"),
        ({"cursor": "%%%"}, "cursor"),
        ({"limit": 501}, "limit"),
        ({"generation": 99}, "99"),
    ],
)
def test_what_cannot_be_listed_is_a_problem(towns, parameters, words):
    answer = towns.get("/v1/documents", params=parameters)
    assert answer.status_code in {404, 422}
    assert words in answer.json()["detail"]


def test_a_span_is_quoted_with_what_stands_around_it(towns):
    document = listed(towns, filter="town = lund")["documents"][0]
    text = towns.get(f"/v1/documents/{document['id']}").json()["text"]
    start = text.index("She opens")
    where = {"start": start, "end": start + 9, "context": 5}
    found = towns.get(f"/v1/documents/{document['id']}/span", params=where).json()
    document_models.QuotedSpan.model_validate(found)
    assert found["quote"] == "She opens"
    assert (found["before"], found["after"]) == (text[start - 5 : start], " at s")
    assert "🥐" in found["before"]
    assert found["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    first, last = found["utf8"]
    assert text.encode()[first:last].decode() == "She opens"


@pytest.mark.parametrize(("start", "end"), [(0, 10_000), (5, 5), (7, 3)])
def test_a_span_outside_the_text_is_refused(towns, start, end):
    document = listed(towns, limit=1)["documents"][0]["id"]
    answer = towns.get(f"/v1/documents/{document}/span", params={"start": start, "end": end})
    assert answer.status_code == 422


def test_an_answers_citation_carries_the_digest_of_its_text(towns):
    answer = towns.post("/v1/ask", json={"question": "Who is the harbour master of Oslo?"}).json()
    citation = answer["answers"][0]["citation"]
    document = towns.get(f"/v1/documents/{citation['document_id']}").json()
    assert citation["sha256"] == document["sha256"]


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/span?start=0&end=3", "/{id}/original"])
def test_what_the_client_has_is_not_sent_again(towns, path):
    document = listed(towns, limit=1)["documents"][0]["id"]
    url = "/v1/documents" + path.format(id=document)
    first = towns.get(url)
    tag = first.headers["etag"]
    again = towns.get(url, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert towns.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_original_is_the_file_and_cannot_run_in_a_browser(towns, folder):
    document = listed(towns, filter="town = rome")["documents"][0]["id"]
    answer = towns.get(f"/v1/documents/{document}/original")
    assert answer.content == (folder / "rome.md").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_original_that_has_changed_is_not_passed_off_as_the_source(folder, tmp_path, serve):
    from index.store import FileStore

    (tmp_path / "one.txt").write_text("The ferry leaves at noon.")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "one.txt"])
    (tmp_path / "one.txt").write_text("The ferry leaves at midnight.")
    with serve(tmp_path / "index") as client:
        document = listed(client)["documents"][0]["id"]
        answer = client.get(f"/v1/documents/{document}/original")
    assert answer.status_code == 422
    assert "changed" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd"])
@pytest.mark.parametrize("part", ["", "/original", "/span?start=0&end=1", "/pages/1"])
def test_an_id_is_no_path(towns, name, part):
    answer = towns.get(f"/v1/documents/{name}{part}")
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_a_document_without_pages_has_no_picture(towns):
    document = listed(towns, limit=1)["documents"][0]["id"]
    assert towns.get(f"/v1/documents/{document}/pages/1").status_code == 422


FERRY = Path(__file__).parents[2] / "index" / "loaders" / "files" / "ferry.pdf"


def test_a_page_is_a_picture_with_the_spans_marked(tmp_path, serve):
    from index.store import FileStore

    (tmp_path / "ferry.pdf").write_bytes(FERRY.read_bytes())
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "ferry.pdf"])
    with serve(tmp_path / "index") as client:
        document = listed(client)["documents"][0]["id"]
        url = f"/v1/documents/{document}/pages/1"
        plain, marked = client.get(url), client.get(url, params={"span": "0-20"})
        assert plain.headers["content-type"] == "image/png"
        for picture in (plain, marked):
            assert picture.content.startswith(b"\x89PNG\r\n\x1a\n")
        assert plain.content != marked.content
        tag = marked.headers["etag"]
        again = client.get(url, params={"span": "0-20"}, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert client.get(f"/v1/documents/{document}/pages/999").status_code == 422
        assert client.get(url, params={"span": "20-0"}).status_code == 422
        (tmp_path / "ferry.pdf").write_bytes(b"%PDF- another now")
        assert client.get(url, params={"scale": 1}).status_code == 422
        assert client.get("/healthz").status_code == 200


def test_the_status_says_what_was_skipped(tmp_path, serve):
    from index.store import FileStore

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "good.txt").write_text("The ferry leaves at noon.")
    (tmp_path / "docs" / "broken.pdf").write_bytes(b"no pdf")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "docs"])
    with serve(tmp_path / "index") as client:
        found = client.get("/v1/status").json()
    assert (found["documents"], found["skipped_files"]) == (1, 1)
    assert found["roots"] == [str(tmp_path / "docs")]
    assert found["skipped"][0]["uri"].endswith("broken.pdf")
    assert found["skipped"][0]["reason"]
