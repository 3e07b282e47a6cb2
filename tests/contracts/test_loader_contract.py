"""What every loader keeps to. A new one joins with a line in `SAMPLES`."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders import FORMATS, format_of, get_loader
from index.protocols import Loader
from index.testing import LoaderContract
from index.types import Document, LoadProblem

SAMPLES = {
    "text": b"Bees build.\r\n\r\nThey sting, \xe2\x80\x9csometimes\xe2\x80\x9d.",
    "markdown": b"---\ntitle: Bees\nyear: 2024\ntags: [a, b]\n---\n# Bees\n\nThey sting.",
    "html": b"<html lang='en'><title>Bees</title><body><h1>Bees</h1><p>They sting.</body>",
    "json": b'[{"_id": "a b", "title": "Bees", "text": "They sting.", "year": 2024}, {"text": 1}]',
    "jsonl": b'{"_id": "1", "title": "Bees", "text": "They sting."}\nnot json\n{"text": "More."}\n',
}
FILES = Path(__file__).parents[1] / "index" / "loaders" / "files"

EML = (
    b"From: Night Desk <desk@example.org>\nTo: crew@example.org\nSubject: Re: Bees\n"
    b"Date: Mon, 2 Mar 2026 08:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
    b"> Do they sting?\nThey sting.\n"
)


def _packed(name: str, content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return data.getvalue()


EPUB = {
    "META-INF/container.xml": "<container><rootfile full-path='book.opf'/></container>",
    "book.opf": (
        "<package><title>Bees</title><creator>Hive Press</creator><item id='a' href='a.xhtml' "
        "media-type='application/xhtml+xml'/><itemref idref='a'/></package>"
    ),
    "a.xhtml": "<html><body><h1>Bees</h1><p>They sting.</p></body></html>",
}


def _book() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in EPUB.items():
            package.writestr(name, content)
    return data.getvalue()


SAMPLES |= {
    "pdf": (FILES / "ferry.pdf").read_bytes(),
    "csv": (FILES / "boats.csv").read_bytes(),
    "workbook": (FILES / "boats.xlsx").read_bytes(),
    "docx": (FILES / "orchard.docx").read_bytes(),
    "pptx": (FILES / "shift.pptx").read_bytes(),
    "odf": (FILES / "orchard.odt").read_bytes(),
    "rtf": (FILES / "orchard.rtf").read_bytes(),
    "eml": EML,
    "mbox": b"From a@example.org Mon Mar  2 08:00:00 2026\n" + EML,
    "epub": _book(),
    "zip": _packed("notes/bees.txt", b"They sting."),
    "compressed": gzip.compress(b"They sting.", mtime=0),
    "settings": b"- name: Bees\n  text: They sting.\n- name: Ants\n  legs: 6\n",
    "xml": b"<a><title>Bees</title><p>They sting.</p></a>",
    "rst": b"Bees\n====\n\n.. not seen\n\nThey sting.\n",
    "asciidoc": b"= Bees\n\n// not seen\nThey sting.\n",
    "latex": b"\\section{Bees}\nThey sting. % not seen\n",
    "org": b"* Bees\nThey sting.\n",
    "subtitles": b"1\n00:00:01,000 --> 00:00:02,500\nThey sting.\n",
}
BINARY = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe" * 40


@pytest.fixture(params=sorted(SAMPLES))
def loader(request: pytest.FixtureRequest) -> Loader:
    return get_loader(request.param)


def load(loader: Loader, data: bytes) -> list[Document | LoadProblem]:
    return list(loader.load(data, uri="/d/file name.x", key="file-name.x-0123"))


def documents(loader: Loader, data: bytes) -> list[Document]:
    return [found for found in load(loader, data) if isinstance(found, Document)]


def test_every_loader_of_ours_has_a_sample() -> None:
    assert set(FORMATS.loaders.builtin_names()) >= set(SAMPLES)


def test_it_keeps_the_protocol_and_is_found_by_its_suffixes(loader: Loader) -> None:
    assert isinstance(loader, Loader)
    row = FORMATS.of_name(loader.name)
    assert row.suffixes
    for suffix in row.suffixes:
        assert suffix == suffix.lower()
        assert format_of(Path(f"a{suffix}")) is format_of(Path(f"a{suffix.upper()}")) is row
    assert all(FORMATS.of_media_type(f"{kind}; charset=x") is row for kind in row.media_types)


def test_a_byte_order_mark_is_not_text(loader: Loader) -> None:
    data = SAMPLES[loader.name]
    marked = documents(loader, b"\xef\xbb\xbf" + data)
    assert [d.text for d in marked] == [d.text for d in documents(loader, data)]


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_what_is_empty_is_no_document(loader: Loader, data: bytes) -> None:
    (found,) = load(loader, data)
    assert found == LoadProblem("/d/file name.x", "it is empty: there is no text to index")


def test_binary_data_is_refused(loader: Loader) -> None:
    with pytest.raises(LoadError, match=r"binary data|but a picture"):
        load(loader, BINARY)


def test_text_of_any_loader_can_be_encoded(loader: Loader) -> None:
    data = SAMPLES[loader.name].replace(b"sting", rb"\ud800 &#xD800;")
    try:
        found = documents(loader, data)
    except LoadError:  # XML refuses what stands for no character.
        assert loader.name == "xml"
        return
    for document in found:
        document.text.encode()
        document.title.encode()


class TestLoaders(LoaderContract):
    @pytest.fixture(params=sorted(SAMPLES))
    def loader(self, request: pytest.FixtureRequest) -> Loader:
        return get_loader(request.param)

    @pytest.fixture
    def sample(self, loader: Loader) -> bytes:
        return SAMPLES[loader.name]
