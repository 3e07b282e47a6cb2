"""Tables of web pages: spanning cells, heads, bars inside cells, rows that are too short."""

import pytest

from index.loaders.html import HtmlLoader
from index.text.tables import HEADER_LEVEL
from index.types import Document


def load(rows: str) -> Document:
    page = f"<meta charset='utf-8'><body><table>{rows}</table></body>".encode()
    (found,) = HtmlLoader().load(page, uri="/srv/page.html", key="page")
    assert isinstance(found, Document)
    return found


def heads(document: Document) -> list[list[str]]:
    return [h.text.split("\t") for h in document.outline if h.level == HEADER_LEVEL and h.text]


def row(*cells: str, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("<tr><td rowspan=2>Ulm<td>1</tr><tr><td>2</tr>", "Ulm | 1\nUlm | 2"),
        ("<tr><td>1<td rowspan=2>Ulm</tr><tr><td>2</tr>", "1 | Ulm\n2 | Ulm"),
        ("<tr><td>a<td>b<td>c</tr><tr><td>1<td colspan=2>shut</tr>", "a | b | c\n1 | shut | shut"),
        ("<tr><td rowspan=0>a<td>b</tr><tr><td>c</tr><tr><td>d</tr>", "a | b\na | c\na | d"),
        ("<tbody><tr><td rowspan=9>a<td>b</tr></tbody><tbody><tr><td>c<td>d", "a | b\nc | d"),
        ("<tr><td colspan=2>All of it</tr><tr><td>a<td>b</tr>", "All of it\na | b"),
        ("<tr><td rowspan=x>a<td>b</tr><tr><td>c<td>d</tr>", "a | b\nc | d"),
    ],
)
def test_a_cell_stands_in_every_row_and_column_that_it_spans(rows: str, text: str) -> None:
    assert load(rows).text == text


def test_spans_do_not_swell_a_page() -> None:
    wide = "".join(f"<td rowspan=60000>{'w' * 70}" for _ in range(60))
    page = load(f"<tr>{wide}</tr>" + "<tr><td>x</tr>" * 3_000)
    assert len(page.text) < 3_000_000


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("<tr><td></td><th>May</th><th>June</th></tr>" + row("U", "3", "4"), ["", "May", "June"]),
        ("<tr><td>To</td><th>May</th><th>June</th>" + row("U", "3", "4"), ["To", "May", "June"]),
        ("<thead>" + row("Town", "Boats") + "</thead>" + row("Ulm", "Two"), ["Town", "Boats"]),
        (row("<b>Town</b>", "<strong>Boats</strong>") + row("Ulm", "Two"), ["Town", "Boats"]),
        ("<tr class='hdr'><td>Town<td>Boats</tr>" + row("Ulm", "Two"), ["Town", "Boats"]),
        ("<tr bgcolor='#eee'><td>Town<td>Boats</tr>" + row("Ulm", "Two"), ["Town", "Boats"]),
        (row("", "2030", "2031") + row("Ulm", "3", "4"), ["", "2030", "2031"]),
        (row("To", "Boats", "X") + row("U", "3", "4") + row("O", "5", "6"), ["To", "Boats", "X"]),
        (
            "<tr><th rowspan=2>Zone<th colspan=2>Price</tr><tr><th>Adult<th>Child</tr>"
            + row("Inner", "4", "2"),
            ["Zone", "Price Adult", "Price Child"],
        ),
    ],
)  # fmt: skip
def test_the_row_that_names_the_columns_is_known(rows: str, names: list[str]) -> None:
    assert heads(load(rows)) == [names]


@pytest.mark.parametrize(
    "rows",
    [
        row("Height", "30 cm") + row("Width", "20 cm"),
        row("Ulm", "3", "4") + row("Orb", "5", "6"),
        row("Ada", "cook", "Ulm") + row("Nils", "baker", "Orb"),
        row("Ada", "41") + row("Nils", "39"),
        row("It opens at nine.", "It shuts at ten.", "Call 5.") + row("1", "2", "3"),
    ],
)
def test_a_table_without_heads_is_given_none(rows: str) -> None:
    assert heads(load(rows)) == []


def test_a_name_with_a_character_that_xml_has_not_is_joined() -> None:
    rows = "<tr><th rowspan=2>Z\x02<th colspan=2>P</tr><tr><th>A\x02<th>C</tr>" + row("I", "4", "2")
    assert heads(load(rows)) == [["Z\ufffd", "P A\ufffd", "P C"]]


def test_a_bar_in_a_cell_is_kept_and_marked() -> None:
    page = load(row("Task", "Command", tag="th") + row("Count", "<code>a.log | wc</code>"))
    assert page.text == "Task | Command\nCount | a.log | wc"
    assert [(mark.kind, mark.span.start) for mark in page.marks] == [("bar", page.text.rindex("|"))]


def test_a_row_that_is_too_short_ends_in_a_bar() -> None:
    page = load(row("Part", "Code", "Price", tag="th") + row("Bolt", "A") + row("", "B", "2"))
    assert page.text.splitlines()[1:] == ["Bolt | A |", "| | B | 2"]
