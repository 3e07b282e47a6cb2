"""Adding files on the page, with progress and what was skipped, in a browser."""

import shutil
from pathlib import Path

import pytest

from index.store import FileStore

pytestmark = pytest.mark.slow

LOADERS = Path(__file__).parents[2] / "index/loaders/files"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory, serving_page):
    """Yield the URL of a server whose index may be written to."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "docs").mkdir()
    (folder / "docs" / "first.txt").write_text("The first keeper was Anselm Roe.")
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "docs"])
    with serving_page(folder / "index") as url:
        yield url


@pytest.fixture
def documents(chromium, own_site):
    context = chromium.new_context(base_url=own_site)
    page = context.new_page()
    page.goto("/documents")
    yield page
    context.close()


def ended(page):
    """Wait until the newest upload says what came of it, and return its card."""
    card = page.locator(".job").last
    for _ in range(600):
        if card.locator("progress").count() == 0:
            return card
        page.wait_for_timeout(50)
    raise AssertionError(card.inner_text())


def test_files_are_added_with_what_was_skipped_and_can_be_asked_at_once(documents, tmp_path):
    page = documents
    (tmp_path / "lamps.txt").write_text("The lamp on Gull Rock was lit by Maud Iver in 1911.")
    shutil.copy(LOADERS / "scanned.pdf", tmp_path / "scanned.pdf")
    page.set_input_files("#files", [tmp_path / "lamps.txt", tmp_path / "scanned.pdf"])
    card = ended(page)
    assert card.locator("p").inner_text() == "1 document added, 1 file skipped."
    assert "pictures without text" in card.locator("li.skipped").inner_text()
    page.locator("#listed .heads", has_text="lamps.txt").wait_for()
    listed = page.locator("#listed .heads li").count()
    assert page.inner_text("#total") == f"{listed} documents"
    card.locator("li a").click()
    assert "lit by Maud Iver" in page.locator(".slice").inner_text()
    page.goto("/?q=Who+lit+the+lamp+on+Gull+Rock%3F")
    assert page.locator(".answer.first h2").inner_text() == "Maud Iver"


def test_the_way_of_an_upload_is_told_as_it_goes(documents, tmp_path):
    page = documents
    page.evaluate(
        """() => {
            window.told = [];
            new MutationObserver(() => {
                const title = document.querySelector(".job p");
                if (title) window.told.push(title.textContent);
            }).observe(document.getElementById("jobs"), {
                childList: true, subtree: true, characterData: true,
            });
        }"""
    )
    files = [tmp_path / f"page-{number}.txt" for number in range(40)]
    for file in files:
        file.write_text(f"The log of {file.stem} tells of calm water and of a long watch.")
    page.set_input_files("#files", files)
    assert ended(page).locator("p").inner_text() == "40 documents added, 0 files skipped."
    told = page.evaluate("window.told")
    assert told[0] == "Sending 40 files"
    assert [each for each in told if each.startswith(("Reading", "Waiting"))]


def test_files_that_are_dropped_are_added(documents):
    page = documents
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["The second keeper was Bede Orr."], "second.txt"));
            for (const type of ["dragover", "drop"]) {
                dispatchEvent(new DragEvent(type, { dataTransfer: transfer, cancelable: true }));
            }
        }"""
    )
    assert ended(page).locator("p").inner_text() == "1 document added, 0 files skipped."
    page.reload()
    assert "second.txt" in page.locator(".heads").inner_text()


def test_a_file_of_the_same_name_is_replaced_only_when_told(documents, tmp_path):
    page = documents
    note = tmp_path / "note.txt"
    note.write_text("The buoy is red.")
    page.set_input_files("#files", [note])
    ended(page)
    note.write_text("The buoy is green now.")
    page.set_input_files("#files", [note])
    assert "replace" in ended(page).inner_text()
    page.check("#replace")
    page.set_input_files("#files", [note])
    assert "1 document added" in ended(page).inner_text()
    page.goto("/?q=buoy&mode=search")
    assert "green now" in page.locator(".passage").first.inner_text()


def test_a_hostile_file_name_is_shown_as_text(documents, tmp_path):
    page = documents
    name = "<img src=x onerror=window.struck=1>.pdf"
    (tmp_path / name).write_bytes(b"%PDF-1.4 nothing")
    page.set_input_files("#files", [tmp_path / name])
    card = ended(page)
    assert "onerror" in card.inner_text()
    assert page.evaluate("window.struck") is None
    assert page.locator("main img").count() == 0


def test_another_site_cannot_make_a_browser_add_files(chromium, own_site, serving_page, page_index):
    with serving_page(page_index) as elsewhere:
        context = chromium.new_context(base_url=elsewhere, bypass_csp=True)
        page = context.new_page()
        page.goto("/")
        status = page.evaluate(
            """async (url) => {
                const body = new FormData();
                body.append("files", new File(["The forged keeper was Mallory."], "forged.txt"));
                try {
                    return (await fetch(url, { method: "POST", body, mode: "no-cors" })).type;
                } catch (error) {
                    return String(error);
                }
            }""",
            f"{own_site.replace('127.0.0.1', 'localhost')}/v1/uploads",
        )
        assert status in ("opaque", "TypeError: Failed to fetch")
        context.close()
    context = chromium.new_context(base_url=own_site)
    page = context.new_page()
    page.goto("/documents")
    assert "forged" not in page.inner_text("main")
    context.close()
