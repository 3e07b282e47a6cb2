"""No document makes the server ask another one: not when it is read, asked about or drawn."""

import socket
import threading
import zipfile
from pathlib import Path

import pytest

from api.page_painter import PagePainter
from index.store import FileStore
from retrieval.engine import Engine

FILES = Path(__file__).parents[1] / "index" / "loaders" / "files"

HTML = """<!doctype html><base href="{url}"><title>Notes</title>
<link rel="stylesheet" href="{url}a.css"><meta http-equiv="refresh" content="0;url={url}b">
<script src="{url}c.js"></script>
<body><p>The warden of the gate is Odile Marsh.</p><img src="{url}d.png">
<iframe src="{url}e"></iframe><object data="{url}f"></object>
<video poster="{url}g" src="{url}h"></video></body>"""

XML = """<?xml version="1.0"?><!DOCTYPE note [<!ENTITY % far SYSTEM "{url}far.dtd"> %far;
<!ENTITY near SYSTEM "{url}near.txt">]><note xmlns:xi="http://www.w3.org/2001/XInclude">
<xi:include href="{url}x.xml"/><text>The baker of the quay is Noor Haddad. &near;</text></note>"""

MAIL = """From: ada@example.org
Subject: The lamp
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html

<p>The lamp is kept by Ruth Ansel.</p><img src="{url}pixel.png">
--x
Content-Type: message/external-body; access-type=URL; URL="{url}body"

Content-Type: text/plain
--x--
"""

MARKDOWN = """---
source: {url}front
---
# Boats

![a boat]({url}boat.png) The mate is Per Lie. [more]({url}more) <img src="{url}inline.png">
"""

PDF = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI({url}open)>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R
/Resources<</Font<</F 5 0 R>>>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 300 200]
/A<</S/URI/URI({url}link)>>>>]>>endobj
4 0 obj<</Length 52>>stream
BT /F 12 Tf 20 100 Td (The pilot is Rhea Lund.) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""

RELATION = (
    '<Relationship Id="far{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{url}{kind}" TargetMode="External"/></Relationships>'
)


class Listener:
    """Counts who connects."""

    def __init__(self):
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self):
        self._socket.close()


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.close()


def with_external_parts(source: Path, target: Path, url: str) -> None:
    """Copy an Office file, with relations to another server added to each of its parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".rels"):
                for number, kind in enumerate(("image", "attachedTemplate", "oleObject")):
                    relation = RELATION.format(n=number, kind=kind, url=url).encode()
                    data = data.replace(b"</Relationships>", relation)
            new.writestr(name, data)


def lay_out(folder: Path, url: str) -> None:
    for name, text in {
        "page.html": HTML, "note.xml": XML, "mail.eml": MAIL, "boats.md": MARKDOWN, "a.pdf": PDF,
    }.items():  # fmt: skip
        (folder / name).write_text(text.replace("{url}", url))
    for name in ("orchard.docx", "boats.xlsx", "shift.pptx"):
        with_external_parts(FILES / name, folder / name, url)


def test_what_a_document_names_elsewhere_is_never_fetched(listener, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    lay_out(folder, listener.url)
    with FileStore.create(tmp_path / "index") as store:
        report = store.sync([folder])
    assert report.added >= 7, report.problems
    painter = PagePainter()
    with Engine.open(str(tmp_path / "index")) as engine:
        engine.ask(f"What does {listener.url}link say of the pilot?")
        with engine.snapshot() as snapshot:
            pdf = next(each for each in snapshot.documents() if each.uri.endswith("a.pdf"))
    assert painter.draw(pdf, 1, ()).startswith(b"\x89PNG")
    painter.close()
    assert listener.connections == 0
    # It would have been noticed.
    socket.create_connection(
        ("127.0.0.1", int(listener.url.rpartition(":")[2].rstrip("/")))
    ).close()
    for _ in range(100):
        if listener.connections:
            break
        threading.Event().wait(0.05)
    assert listener.connections == 1
