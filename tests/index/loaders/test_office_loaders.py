"""Word processing, slides and sheets: structure, places, and what is hidden left out."""

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
    assert "Never seen" not in found.text
    assert found.title == "Orchard rules"
    assert found.metadata["author"] == "Orchard Society"
    levels = [h.level for h in found.outline if h.text in ("Pruning", "Yields")]
    assert levels == [1, 2]
    assert any(is_header(heading.text) for heading in found.outline)
    assert places(found, "28 kg")["cell"] == "row 3, column 3"


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
