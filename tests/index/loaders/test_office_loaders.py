"""Word processing, slides and sheets: structure, places, and what is hidden marked."""

import io
import zipfile
from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders import format_of, get_loader
from index.places import places_of
from index.text.tables import is_header
from index.types import Document, Span

FILES = Path(__file__).parent / "files"


def load(name: str, data: bytes | None = None) -> Document:
    path = FILES / name
    row = format_of(path)
    assert row is not None
    content = path.read_bytes() if data is None else data
    (found,) = get_loader(row.name).load(content, uri=str(path), key="k")
    assert isinstance(found, Document)
    return found


def places(document: Document, words: str) -> dict[str, str]:
    start = document.text.index(words)
    return places_of(document.places, Span(start, start + len(words)))


@pytest.mark.parametrize("name", ["orchard.docx", "orchard.odt"])
def test_a_text_document_keeps_its_structure(name: str) -> None:
    found = load(name)
    assert "Apple trees are pruned in February, before the sap rises." in found.text
    assert "- Use a clean saw.\n- Burn what is cut." in found.text
    assert "Tree | Kind | Crop\nT1 | Russet | 41 kg\nT2 | Pippin | 28 kg" in found.text
    hidden = [mark.span.of(found.text) for mark in found.marks if mark.kind == "hidden"]
    assert len(hidden) == 1
    assert "Never seen" in hidden[0]
    assert found.text.endswith(hidden[0])
    assert found.title == "Orchard rules"
    assert found.metadata["author"] == "Orchard Society"
    levels = [h.level for h in found.outline if h.text in ("Pruning", "Yields")]
    assert levels == [1, 2]
    assert any(is_header(heading.text) for heading in found.outline)
    assert places(found, "28 kg")["cell"] == "row 3, column 3"


def docx(body: str, styles: str = "") -> bytes:
    named = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    return zipped(
        {
            "word/document.xml": f"<w:document {named}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {named}>{styles}</w:styles>",
        }
    )


def odt(body: str, styles: str) -> bytes:
    names = {"office": "office", "text": "text", "style": "style", "table": "table"}
    each = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0" for name, part in names.items()
    }
    each["fo"] = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
    named = " ".join(f"xmlns:{name}='{uri}'" for name, uri in each.items())
    content = (
        f"<office:document-content {named}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return zipped({"content.xml": content})


def zipped(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, words in parts.items():
            package.writestr(name, words)
    return made.getvalue()


def run(properties: str, words: str = "Secret") -> str:
    return f"<w:p><w:r><w:t>Seen.</w:t></w:r><w:r>{properties}<w:t>{words}</w:t></w:r></w:p>"


def cell(content: str, properties: str) -> str:
    plain = "<w:tc><w:p><w:r><w:t>Seen.</w:t></w:r></w:p></w:tc>"
    return f"<w:tbl><w:tr><w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>{plain}</w:tr></w:tbl>"


WHITE = "<w:rPr><w:color w:val='FFFFFF'/></w:rPr>"


@pytest.mark.parametrize(
    ("body", "hides"),
    [
        (run("<w:rPr><w:vanish/></w:rPr>"), True),
        (run("<w:rPr><w:vanish w:val='0'/></w:rPr>"), False),
        (run(WHITE), True),
        (run("<w:rPr><w:color w:val='FFFFFF'/><w:highlight w:val='black'/></w:rPr>"), False),
        (run("<w:rPr><w:color w:val='FFFFFF'/><w:shd w:fill='000080'/></w:rPr>"), False),
        (run("<w:rPr><w:sz w:val='1'/></w:rPr>"), True),
        (run("<w:rPr><w:sz w:val='24'/></w:rPr>"), False),
        (run("<w:rPr><w:rStyle w:val='Note'/></w:rPr>"), True),
        (run("<w:rPr><w:rStyle w:val='Plain'/></w:rPr>"), False),
        (cell(run(WHITE), "<w:shd w:fill='333333'/>"), False),
        (cell(run(WHITE), "<w:shd w:fill='auto'/>"), True),
        ("<w:p><w:r><w:t>Seen.</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val='Note'/></w:pPr>"
         "<w:r><w:t>Secret</w:t></w:r></w:p>", True),
    ],
)  # fmt: skip
def test_runs_that_nobody_sees_follow_marked(body: str, hides: bool) -> None:
    styles = (
        "<w:style w:styleId='Base'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:styleId='Note'><w:basedOn w:val='Base'/></w:style>"
        "<w:style w:styleId='Plain'><w:rPr><w:b/></w:rPr></w:style>"
    )
    found = load("orchard.docx", docx(body, styles))
    marked = [mark.span.of(found.text) for mark in found.marks if mark.kind == "hidden"]
    assert marked == (["Secret"] if hides else [])
    assert "Secret" in found.text


@pytest.mark.parametrize(
    ("style", "hides"),
    [
        ("text:display='none'", True),
        ("fo:color='#ffffff'", True),
        ("fo:color='#FFFFFF' fo:background-color='#FFFFFF'", True),
        ("fo:color='#ffffff' fo:background-color='#000080'", False),
        ("fo:color='#333333'", False),
    ],
)
def test_spans_of_odt_that_nobody_sees_follow_marked(style: str, hides: bool) -> None:
    styles = (
        f"<style:style style:name='T0'><style:text-properties {style}/></style:style>"
        "<style:style style:name='T1' style:parent-style-name='T0'/>"
    )
    body = "<text:p>Seen. <text:span text:style-name='T1'>Secret</text:span> More.</text:p>"
    found = load("orchard.odt", odt(body, styles))
    marked = [mark.span.of(found.text) for mark in found.marks if mark.kind == "hidden"]
    assert marked == (["Secret"] if hides else [])
    assert "More." in found.text


@pytest.mark.parametrize("name", ["shift.pptx", "shift.odp"])
def test_a_slide_is_a_place(name: str) -> None:
    found = load(name)
    assert found.title == "Night shift"
    assert places(found, "the mate")["slide"] == "1"
    assert places(found, "spare wick")["slide"] == "1"
    assert places(found, "Wicks | 14")["slide"] == "2"
    assert "<number>" not in found.text


@pytest.mark.parametrize("name", ["boats.xlsx", "boats.xls", "boats.ods", "boats.csv"])
def test_a_row_stands_under_its_header(name: str) -> None:
    found = load(name)
    assert "Curlew | Lind, P. | 85 | 2007-09-14" in found.text
    assert "Boat\tSkipper\tSeats\tLaunched" in [heading.text for heading in found.outline]
    place = places(found, "Lind, P.")
    assert place["cell"] == "B3"
    assert place.get("sheet", "boats") == "boats"


@pytest.mark.parametrize("name", ["orchard.docx", "orchard.odt", "shift.pptx", "boats.xlsx"])
def test_a_file_that_is_cut_short_is_refused(name: str) -> None:
    data = (FILES / name).read_bytes()
    with pytest.raises(LoadError, match="cut short"):
        load(name, data[: len(data) // 2])


def test_rtf_is_read_without_its_markup() -> None:
    found = load("orchard.rtf")
    assert "Apple trees are pruned in February" in found.text
    assert "\\par" not in found.text
    assert found.title == "Orchard rules"


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"name;town\nAda;Ulm\n", "Ada | Ulm"),
        (b'name,say\nAda,"a, b\nc"\n', "Ada | a, b c"),
        (b"name,x\nAda,1|2\n", "Ada | 1|2"),
    ],
)
def test_separators_and_quotes_of_csv(data: bytes, row: str) -> None:
    assert row in load("boats.csv", data).text
