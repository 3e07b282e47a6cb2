"""PDF: words in reading order with their boxes, what runs along the margins behind them."""

from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders.pdf import PdfLoader
from index.places import places_of
from index.types import Box, Document, LoadProblem, Span

FILES = Path(__file__).parent / "files"


def load(data: bytes) -> list[Document | LoadProblem]:
    return list(PdfLoader().load(data, uri="/d/a.pdf", key="a"))


@pytest.fixture(scope="module")
def ferry() -> Document:
    (found,) = load((FILES / "ferry.pdf").read_bytes())
    assert isinstance(found, Document)
    return found


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def boxes(document: Document, words: str) -> tuple[Box, ...]:
    assert document.boxes is not None
    return document.boxes.within(span_of(document, words))


def test_a_hyphen_at_a_lines_end_is_undone_and_both_parts_have_boxes(ferry: Document) -> None:
    upper, lower = boxes(ferry, "postpone")
    assert upper.bottom < lower.top
    assert upper.left > lower.left


def test_a_sentence_runs_on_over_a_page_break(ferry: Document) -> None:
    words = "kept warm by the engineer on watch"
    assert [box.page for box in boxes(ferry, words)] == [1, 2]


def test_a_box_is_where_the_words_are_printed(ferry: Document) -> None:
    (box,) = boxes(ferry, "ferry to Marlow")
    assert 79 < box.left < 83
    assert 92 < box.top < box.bottom < 110


def test_what_repeats_in_the_margins_stands_behind_the_text(ferry: Document) -> None:
    first = ferry.text.index("Harbour Office report")
    assert first > ferry.text.index("turned on its side")
    assert ferry.text.count("Harbour Office report") == 3
    assert places_of(ferry.places, span_of(ferry, "Page 2"))["page"] == "2"


def page_of(content: str, image: bool = False) -> bytes:
    """Return a PDF of one page, 300 points square, with a content stream."""
    pixels = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
    drawn = content.encode() + b" q 300 0 0 300 0 0 cm /I Do Q" * image
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        pixels + b"/BitsPerComponent 8/Length 1>>stream\nx\nendstream",
    ]
    body = b"%PDF-1.4\n"
    for number, each in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


SEEN = "BT /F 12 Tf 20 200 Td (Seen words) Tj ET "


@pytest.mark.parametrize(
    "painted",
    [
        "BT 1 1 1 rg /F 12 Tf 20 100 Td (Secret words) Tj ET",
        "1 1 1 rg 0 50 300 100 re f BT /F 12 Tf 20 100 Td (Secret words) Tj ET",
        "BT 3 Tr /F 12 Tf 20 100 Td (Secret words) Tj ET",
        "BT /F 12 Tf 20 900 Td (Secret words) Tj ET",
        "q 0 250 300 50 re W n BT /F 12 Tf 20 100 Td (Secret words) Tj ET Q",
        "q 0 0 1 1 re W n 2 0 0 2 0 0 cm BT /F 6 Tf 10 50 Td (Secret words) Tj ET Q",
    ],
)
def test_what_nobody_sees_on_a_page_is_kept_and_marked(painted: str) -> None:
    (page,) = load(page_of(SEEN + painted))
    assert isinstance(page, Document)
    assert page.text == "Seen words\n\nSecret words"
    assert [mark.span.of(page.text) for mark in page.marks] == ["Secret words"]
    assert page.metadata["words_hidden"] == 2


@pytest.mark.parametrize(
    ("painted", "image"),
    [
        ("0 0 1 rg 0 50 300 100 re f BT 1 1 1 rg /F 12 Tf 20 100 Td (More words) Tj ET", False),
        ("BT 3 Tr /F 12 Tf 20 100 Td (More words) Tj ET", True),
        ("BT .9 g /F 12 Tf 20 100 Td (More words) Tj ET", False),
        ("BT 1 g 0 G 1 Tr /F 12 Tf 20 100 Td (More words) Tj ET", False),
        ("q 0 50 300 100 re W n BT /F 12 Tf 20 100 Td (More words) Tj ET Q", False),
        ("q 2 0 0 2 0 0 cm 0 25 150 50 re W n BT /F 6 Tf 10 50 Td (More words) Tj ET Q", False),
    ],
)
def test_white_on_a_colour_and_the_words_of_a_scan_are_seen(painted: str, image: bool) -> None:
    (page,) = load(page_of(SEEN + painted, image))
    assert isinstance(page, Document)
    assert "More words" in page.text
    assert page.marks == ()


def test_a_narrow_space_parts_words() -> None:
    (page,) = load(page_of("BT /F 12 Tf 20 200 Td [(The harbour) -135 (is shut)] TJ ET"))
    assert isinstance(page, Document)
    assert page.text == "The harbour is shut"


def test_letters_of_a_type_whose_size_is_scaled_are_one_word() -> None:
    (page,) = load(page_of("BT /F 1 Tf 18 0 0 18 20 200 Tm [(I) -20 (N) -20 (PUT)] TJ ET"))
    assert isinstance(page, Document)
    assert page.text == "INPUT"


def test_a_table_is_read_as_rows(ferry: Document) -> None:
    assert "Boat | Seats | Built\nHeron | 120 | 1998\nCurlew | 85 | 2007" in ferry.text


def test_columns_given_row_by_row_are_read_one_after_the_other(ferry: Document) -> None:
    assert ferry.text.index("estuary is clear.") < ferry.text.index("Right one says")


def test_a_rotated_page_has_its_boxes_as_it_is_seen(ferry: Document) -> None:
    stacked = boxes(ferry, "turned on its side")
    assert [box.top for box in stacked] == sorted(box.top for box in stacked)
    assert max(box.right for box in stacked) - min(box.right for box in stacked) < 4


def test_it_says_what_it_is(ferry: Document) -> None:
    assert ferry.title == "The Marlow Ferry"
    assert ferry.metadata["author"] == "Harbour Office"
    assert [heading.text for heading in ferry.outline] == ["Timetable"]


def test_a_scanned_file_says_what_to_install() -> None:
    (problem,) = load((FILES / "scanned.pdf").read_bytes())
    assert isinstance(problem, LoadProblem)
    assert "pictures without text" in problem.reason


def test_an_encrypted_file_is_refused() -> None:
    with pytest.raises(LoadError, match="encrypted"):
        load((FILES / "locked.pdf").read_bytes())


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(LoadError, match="damaged"):
        load(b"%PDF-1.4\n" + b"1 0 obj <<>> endobj " * 3)


def test_pages_that_loop_end() -> None:
    loop = (
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>> endobj\n"
        b"trailer <</Root 1 0 R>>\n"
    )
    try:
        found = load(loop)
    except LoadError:
        return
    assert all(isinstance(each, LoadProblem) for each in found)
