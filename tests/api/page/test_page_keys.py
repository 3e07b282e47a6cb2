"""What the page shows to whom: without a key, with one, with one that sees a part."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api.keys import KeyFile
from index.store import FileStore

RECORDS = [
    {"_id": f"{team}-{n}", "title": f"{team} paper {n}", "team": team, "shade": f"{team}-shade",
     "text": f"Orla Venn, the {job} of {place}, wrote paper {n}."}
    for team, job, place in (("north", "pilot", "Brack"), ("south", "cook", "Quillmoor"))
    for n in range(3)
]  # fmt: skip
SECRETS = ("south", "Quillmoor", "cook")


@pytest.fixture(scope="module")
def pages(tmp_path_factory, serving_page):
    """Return `pages(key)`, a client that sends a key as browsers do, for a server with keys."""
    folder = tmp_path_factory.mktemp("teams")
    (folder / "teams.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "teams.jsonl"])
    keys = KeyFile(folder / "keys.json")
    given = {
        "north": keys.create("north", ["read"], "team = north")[1],
        "all": keys.create("all", ["read"])[1],
        "writer": keys.create("writer", ["write", "read"])[1],
    }
    with serving_page(folder / "index", "--keys", str(folder / "keys.json")) as url:
        yield lambda name: httpx.Client(
            base_url=url, timeout=60, auth=("", given[name]) if name else None
        )


def test_without_a_key_a_browser_is_asked_for_one_and_shown_nothing(pages):
    with pages("") as client:
        for path in ("/", "/documents", "/skipped", "/read/north-0", "/cite/north-0?start=0&end=4"):
            answer = client.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Basic")
            assert "Brack" not in answer.text


def test_a_key_with_a_filter_never_learns_of_more(pages):
    paths = ["/", "/documents", "/skipped", "/?q=Who+is+the+cook+of+Quillmoor%3F"]
    paths += ["/?q=paper&mode=search", "/read/south-0", "/cite/south-0?start=0&end=4"]
    with pages("all") as everybody, pages("north") as north:
        wait_for_examples(everybody)
        wait_for_examples(north)
        for path in paths:
            asked = {"Quillmoor", "cook"} if "Quillmoor" in path else set()
            asked |= {"south"} if "south" in path else set()
            shown = north.get(path).text
            assert not [word for word in SECRETS if word in shown and word not in asked], path
        assert "3 documents" in north.get("/").text
        assert "6 documents" in everybody.get("/").text
        assert "north-shade" not in north.get("/").text
        assert "south-shade" in everybody.get("/").text
        assert north.get("/read/south-0").status_code == 404


def wait_for_examples(client: httpx.Client) -> None:
    for _ in range(40):
        if "For example" in client.get("/").text:
            return
        time.sleep(0.25)
    raise AssertionError("no example question comes")


def test_only_who_may_write_is_offered_to_add_files(pages):
    with pages("all") as reader, pages("writer") as writer:
        assert 'id="drop"' not in reader.get("/documents").text
        assert 'id="drop"' in writer.get("/documents").text


def test_nothing_is_kept_by_what_lies_between(pages):
    with pages("all") as client:
        for path in ("/", "/?q=paper", "/read/north-0", "/documents"):
            assert client.get(path).headers["cache-control"].startswith("private")


def test_documents_are_listed_filtered_and_paged(site):
    text = httpx.get(f"{site}/documents?only=media_type:application/pdf", timeout=60).text
    assert "The Marlow Ferry" in text
    assert "1 document" in text
    assert "keeper" not in text.partition('class="heads"')[2]


def test_a_filter_that_does_not_parse_is_said_beside_the_box_with_what_was_typed(site):
    answer = httpx.get(f"{site}/?q=anything&filter=year+%3E", timeout=60)
    assert answer.status_code == 422
    assert "This cannot be asked." in answer.text
    assert ">anything</textarea>" in answer.text.replace("\n", "")


@pytest.mark.parametrize("path", ["/read/nosuch", "/read/..%2f..%2fetc", "/cite/x?start=0&end=1"])
def test_what_is_not_there_is_a_page_for_people(site, path):
    answer = httpx.get(site + path, timeout=60)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_picture_of_a_page_that_is_not_there_is_an_error_not_a_failure(site):
    found = httpx.get(f"{site}/documents?only=media_type:application/pdf", timeout=60).text
    identity = found.partition('href="/read/')[2].partition('"')[0]
    shown = httpx.get(f"{site}/picture/{identity}?page=1", timeout=60)
    assert shown.content.startswith(b"\x89PNG")
    assert httpx.get(f"{site}/picture/{identity}?page=99", timeout=60).status_code in (404, 422)
    assert httpx.get(f"{site}/picture/nosuch?page=1", timeout=60).status_code == 404


def test_a_pdf_that_was_changed_since_is_read_as_text(tmp_path, serving_page):
    ferry = Path(__file__).parents[2] / "index/loaders/files/ferry.pdf"
    (tmp_path / "docs").mkdir()
    copy = tmp_path / "docs" / "ferry.pdf"
    copy.write_bytes(ferry.read_bytes())
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "docs"])
    copy.write_bytes(ferry.read_bytes() + b"\n% more")
    with serving_page(tmp_path / "index") as url:
        found = httpx.get(f"{url}/documents", timeout=60).text
        path = found.partition('<li><a dir="auto" href="')[2].partition('"')[0]
        text = httpx.get(url + path, timeout=60).text
    assert "Its pages cannot be shown, only its text" in text
    assert "The ferry to Marlow leaves" in text


def test_a_server_that_is_full_says_so_to_people_and_when_to_come_again(tmp_path, serving_page):
    (tmp_path / "a.txt").write_text("The lock keeper is Wim Aal.")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "a.txt"])
    questions = "%0A".join(f"Who+is+the+lock+keeper+of+{n}%3F" for n in range(20))
    with (
        serving_page(tmp_path / "index", EXCERPT_CONCURRENCY="1", EXCERPT_QUEUE="1") as url,
        ThreadPoolExecutor(12) as clients,
    ):
        asked = [clients.submit(httpx.get, f"{url}/?q={questions}", timeout=60) for _ in range(12)]
        answers = [each.result() for each in asked]
    assert {each.status_code for each in answers} <= {200, 429, 503}
    refused = [each for each in answers if each.status_code != 200]
    assert refused
    for each in refused:
        assert each.headers["content-type"].startswith("text/html")
        assert int(each.headers["retry-after"]) >= 1
