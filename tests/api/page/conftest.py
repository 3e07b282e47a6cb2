"""A real browser on a real server: Debian's Chromium, driven by Playwright."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.store import FileStore

ROOT = Path(__file__).parents[3]
FERRY = ROOT / "tests" / "index" / "loaders" / "files" / "ferry.pdf"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

LETTERS = """---
title: The keeper's letters
author: Ines Calder
published: 2024-03-02
---
# Letters

## The lamp

😀🔥 שלום לכולם. The lamp of Brennock Light burns for 14 hours on a winter night.

## The hut

The hut was closed in 2019. Tomas Wren said that the hut would open again in May.\r
"""

MILL = (
    "The mill at Corrow Weir burned down on Sunday night. The fire began in the drying loft, said "
    "Captain Lena Voss of the fire brigade. Nobody was hurt. The mill had ground oats for the "
    "villages along the river since 1874, and its wheel was the last to turn there.\n"
)
"""A story that two papers print."""

DIARY = (
    "My diary. I was at the bridge all evening, and saw with my own eyes how it went. The fire at "
    "the mill began in the drying loft, and it took an hour until the roof was gone. We carried "
    "what we could."
)
"""A source of its own for what the story says."""

PATIENCE = 180_000
"""Milliseconds that a browser waits beside other work: no test is of how soon a page comes."""

PAYLOADS = (
    "<script>window.struck=1</script>",
    '"><img src=x onerror=window.struck=1>',
    "'><svg/onload=window.struck=1>",
    "</textarea><script>window.struck=1</script>",
    "</title><script>window.struck=1</script>",
    "</mark><iframe srcdoc='<script>parent.struck=1</script>'>",
    "javascript:window.struck=1",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "<!--<script>window.struck=1//-->",
    "<a href=javascript:window.struck=1>x</a>",
    "<base href=//evil.example/><input autofocus onfocus=window.struck=1>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.struck=1>",
    "\u202e\u2066evil\u0000\u2028<script>window.struck=1</script>",
)
"""Text that would run in a page that did not escape it."""


def lay_out(folder: Path) -> None:
    """Write the documents that the tests ask."""
    (folder / "letters" / "old").mkdir(parents=True)
    (folder / "letters" / "keeper.md").write_bytes(LETTERS.encode())
    (folder / "letters" / "old" / "note.txt").write_text(
        "The warden of the northern gate is Odile Marsh.\n\nThe gate was painted green.\n"
    )
    long = "".join(f"Entry {n}: the tide stood at mark {n} that day.\n\n" for n in range(4000))
    (folder / "letters" / "old" / "log.txt").write_text(
        long[:90_000] + "The bell of Saint Orm was cast by Pell Varga.\n\n" + long[90_000:]
    )
    (folder / "wire").mkdir()
    for name in ("courier", "gazette"):
        (folder / "wire" / f"{name}.txt").write_text(f"{name.title()}\n\n{MILL}")
    (folder / "wire" / "diary.txt").write_text(DIARY)
    shutil.copy(FERRY, folder / "ferry.pdf")
    for number, payload in enumerate(PAYLOADS):
        record = {
            "id": payload,
            "title": f"Strike {number} {payload}",
            "text": f"The password of room {number} {payload} is {payload} amber. {payload}",
            "author": payload,
            payload: payload,
        }
        with (folder / "strikes.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(record) + "\n")
    (folder / "<img src=x onerror=window.struck=1>.txt").write_text("A file with a name of tags.")


@pytest.fixture(scope="session")
def page_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the documents of these tests."""
    folder = tmp_path_factory.mktemp("documents")
    lay_out(folder)
    path = tmp_path_factory.mktemp("page") / "index"
    with FileStore.create(path) as store:
        store.sync([folder])
    return path


@pytest.fixture(scope="session")
def serving_page(clean_home: dict[str, str], serve_command):
    """Return `serving_page(index, *options)`, which serves it in a process and yields the URL."""

    @contextmanager
    def serving(index: Path, *options: str, **variables: str) -> Iterator[str]:
        process = serve_command("--index", str(index), *options, env={**clean_home, **variables})
        try:
            printed = ""
            for line in process.stdout:
                printed += line
                if line == "}\n":
                    break
            yield json.loads(printed)["url"]
        finally:
            process.terminate()
            process.wait(timeout=300)

    return serving


@pytest.fixture(scope="session")
def site(page_index: Path, serving_page) -> Iterator[str]:
    """Yield the URL of a server over the index, a process of its own."""
    with serving_page(page_index) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    """Yield the browser, for one module: its event loop must not outlive it."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (apt-get install chromium); CHROMIUM may name one")
    with sync_api.sync_playwright() as playwright:
        # Root has no user namespaces to confine it with in a container.
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def browse(chromium, site: str):
    """Return `browse(path, **options)`, which opens a page in a context of its own.

    What the browser complains of (blocked by the policy, an error of a script) fails the test.
    """
    contexts = []
    complaints: list[str] = []

    def opened(path: str, **options):
        context = chromium.new_context(base_url=site, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.goto(path)
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
