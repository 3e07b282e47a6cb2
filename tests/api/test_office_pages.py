"""A span of an office file is found on the page that LibreOffice makes of it."""

import shutil
from pathlib import Path

import pytest

from api.cli.page_picture import write_picture
from api.office_pages import boxes_of, pages_of
from index.errors import InputError, LoadError
from index.loaders import get_loader
from index.types import Document, Span

FILES = Path(__file__).parents[1] / "index" / "loaders" / "files"

with_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


def document(name: str, loader: str) -> Document:
    path = FILES / name
    (found,) = get_loader(loader).load(path.read_bytes(), uri=str(path), key="k")
    assert isinstance(found, Document)
    return found


def span_of(found: Document, words: str) -> Span:
    start = found.text.index(words)
    return Span(start, start + len(words))


@with_office
def test_the_words_are_marked_where_they_stand(tmp_path: Path) -> None:
    import pypdfium2

    found = document("orchard.docx", "docx")
    words = "Apple trees are pruned in February"
    span = span_of(found, words)
    with pages_of(found) as pdf:
        boxes = boxes_of(found, span, pdf)
        opened = pypdfium2.PdfDocument(pdf.read_bytes())
        page = opened[boxes[0].page - 1]
        height = page.get_size()[1]
        box = boxes[0]
        read = page.get_textpage().get_text_bounded(
            box.left - 1, height - box.bottom - 1, box.right + 1, height - box.top + 1
        )
        opened.close()
    assert " ".join(read.split()).rstrip(",") == words
    assert write_picture(found, span, tmp_path / "page.png") == boxes[0].page
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_no_page_is_said(tmp_path: Path) -> None:
    found = document("boats.csv", "csv")
    with pytest.raises(InputError, match="no page"):
        write_picture(found, Span(0, 4), tmp_path / "page.png")


def test_without_libreoffice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = document("orchard.docx", "docx")
    with pytest.raises(LoadError, match="LibreOffice"), pages_of(found):
        pass
