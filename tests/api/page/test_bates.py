"""Citations of printed pages: page label, line of the page, Bates number."""

from pathlib import Path

import pytest

from api.page.citing import bates_number, locator
from index.loaders.pdf import PdfLoader
from index.types import Document, Span

LINES = (
    ("Q.  Where were you on the third of May?", "A.  On the quay, with my brother."),
    ("Q.  What did you see there?", "A.  The barge Elinor, tied up at the west wall."),
    ("Q.  Who was on board?", "A.  Nobody that I could see."),
    ("Q.  And afterwards?", "A.  We walked home along the dyke."),
)


def written_pdf(pages: list[list[tuple[int, int, str]]], labels: str = "") -> bytes:
    """Return a PDF of pages of (left, height from below, text), in Helvetica."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {labels} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        shown = " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in lines)
        content = f"BT /F1 12 Tf {shown} ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    made, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{made}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF"
    ).encode("latin-1")


@pytest.fixture(scope="module")
def deposition() -> Document:
    pages = [
        [(72, 700 - 30 * line, text) for line, text in enumerate(lines)]
        + [(450, 30, f"HARBOUR{417 + number:06}")]
        for number, lines in enumerate(LINES)
    ]
    labels = "/PageLabels << /Nums [0 << /S /D /St 31 >>] >>"
    (found,) = PdfLoader().load(written_pdf(pages, labels), uri="/d/deposition.pdf", key="d")
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("on the third of May", "p. 31:1 (HARBOUR000417)"),
        ("the west wall", "p. 32:2 (HARBOUR000418)"),
        ("along the dyke", "p. 34:2 (HARBOUR000420)"),
    ],
)
def test_page_line_and_bates_number_are_those_printed(deposition, words, place):
    start = deposition.text.index(words)
    assert locator(deposition, Span(start, start + len(words))) == place


def test_other_long_numbers_are_no_bates_numbers():
    pages = [[(72, 700, f"Call 0123456789 on day {n}."), (72, 30, f"Page {n}")] for n in range(3)]
    (found,) = PdfLoader().load(written_pdf(pages), uri=str(Path("/d/a.pdf")), key="a")
    assert isinstance(found, Document)
    assert bates_number(found, "1") == ""
