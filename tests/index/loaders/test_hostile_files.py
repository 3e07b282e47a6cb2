"""Files made to harm: each is refused or read within bounds, and nothing else is touched."""

import io
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders import get_loader
from index.store import FileStore
from index.testing import HashingEmbedder
from index.types import Document, LoadProblem

Loaded = list[Document | LoadProblem]


def load(name: str, data: bytes, uri: str = "/srv/a") -> Loaded:
    return list(get_loader(name).load(data, uri=uri, key="a"))


def texts(found: Loaded) -> list[str]:
    return [each.text for each in found if isinstance(each, Document)]


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


LAUGHS = (
    b"<!DOCTYPE a [<!ENTITY b0 'ha'>"
    + b"".join(b"<!ENTITY b%d '%s'>" % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]><a>Words. &b11;</a>"
)
SECRET = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file://{path}'>]><a>Words. &b;</a>"


@pytest.mark.parametrize("name", ["xml", "html"])
def test_entities_that_multiply_are_not_resolved(name: str) -> None:
    started = time.process_time()
    try:
        found = texts(load(name, LAUGHS))
    except LoadError:
        found = []
    assert sum(map(len, found)) < 10_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["xml", "html", "docx", "epub"])
def test_an_entity_reads_no_file(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush hush")
    data = SECRET.format(path=secret).encode()
    packed = {
        "docx": zipped({"word/document.xml": data}),
        "epub": zipped({"META-INF/container.xml": data}),
    }
    try:
        found = load(name, packed.get(name, data))
    except LoadError:
        found = []
    assert not any("hush" in text for text in texts(found))


@pytest.mark.parametrize("name", ["docx", "pptx", "workbook", "odf", "epub", "zip"])
def test_a_package_that_unpacks_to_a_gigabyte_is_refused(name: str) -> None:
    bomb = zipped({"word/document.xml": bytes(64 << 20), "content.xml": b"<a/>"})
    with pytest.raises(LoadError, match="not allowed"):
        load(name, bomb, uri="/srv/a.xlsx" if name == "workbook" else "/srv/a")


def test_a_compressed_bomb_is_refused() -> None:
    import gzip

    with pytest.raises(LoadError, match="not allowed"):
        load("compressed", gzip.compress(bytes(64 << 20)), uri="/srv/a.txt.gz")


@pytest.mark.parametrize("name", ["../../out.txt", "/etc/out.txt", "a/../../out.txt", "C:/out.txt"])
def test_a_path_that_leads_out_of_an_archive_writes_and_reads_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 5
        archive.addfile(member, io.BytesIO(b"words"))
    zips, tars = zipped({name: b"words"}), file.getvalue()
    for found in (load("zip", zips), load("compressed", tars, uri="a.tar")):
        assert texts(found) == []
        assert any("leads out" in each.reason for each in found if isinstance(each, LoadProblem))
    assert list(tmp_path.iterdir()) == []


def pdf(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def test_a_page_tree_that_loops_ends() -> None:
    tree = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"
    page = b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 9>>"
    started = time.process_time()
    try:
        found = load("pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, page))
    except LoadError:
        found = []
    assert texts(found) == []
    assert time.process_time() - started < 5


def test_an_encrypted_pdf_says_so() -> None:
    locked = pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    keys = b"/Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)" % (b"x" * 32, b"y" * 32)
    locked = locked.replace(b"<</Root 1 0 R>>", b"<</Root 1 0 R/Encrypt<<%s>>/ID[(a)(a)]>>" % keys)
    with pytest.raises(LoadError, match="password"):
        load("pdf", locked)


@pytest.mark.parametrize("tag", ["div", "table", "p", "b", "math", "details"])
def test_a_page_nested_a_hundred_thousand_deep_ends(tag: str) -> None:
    started = time.process_time()
    page = f"<p>Top.</p>{f'<{tag}>' * 100_000}Words.".encode()
    try:
        found = texts(load("html", page))
    except LoadError:
        found = ["Top."]
    assert "Top." in found[0]
    assert time.process_time() - started < 20


def test_a_document_that_is_cut_short_is_refused_wherever_the_cut_is() -> None:
    text = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    whole = zipped({"word/document.xml": text + b"<w:body><w:p/></w:body></w:document>"})
    for end in range(1, len(whole), 7):
        with pytest.raises(LoadError):
            load("docx", whole[:end])


@pytest.mark.parametrize(
    "header",
    [
        b"To: :; <",
        b"Subject: =?utf-8?b?",
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: text/plain; charset*0*=x''%",
        b"Content-Disposition: attachment; filename*=''",
        b"Date: Mon, 99 Foo 99999",
        b"Date: Mon, 3 Mar 99999999999999999999 10:00:00 +0100",
        b"From: " + b"(" * 3_000,
        b"From: a@" + b"[" * 3_000,
    ],
)
def test_a_broken_header_does_not_lose_the_message(header: bytes) -> None:
    found = load("eml", b"From: a@example.org\n" + header + b"\n\nThe words.\n")
    assert any("The words." in text for text in texts(found))


@pytest.mark.parametrize(
    "name", [b"a\nb.txt", b"\xff\xfe.txt", b"a\x1b[31m.txt", "\u202etxt.a.txt".encode()]
)
def test_a_file_of_any_name_is_read(name: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    path = bytes(folder) + b"/" + name
    Path(path.decode("utf-8", "surrogateescape")).write_text("The words.")
    with FileStore.create(tmp_path / "index", embedder=HashingEmbedder()) as store:
        report = store.sync([folder])
        assert (report.added, report.problems) == (1, ())
        with store.snapshot() as snapshot:
            assert [each.text for each in snapshot.documents()] == ["The words."]
