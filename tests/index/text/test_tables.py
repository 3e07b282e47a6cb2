import pytest

from index.text.tables import cells, header_text, is_header, names_of, row_text
from index.types import Span


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a | b c | d", ["a", "b c", "d"]),
        ("| a | b |", ["a", "b"]),
        ("| a |  | b |\n", ["a", "", "b"]),
        ("a |  | ", ["a", ""]),
        ("|---|:--|", ["---", ":--"]),
        ("no row", []),
        ("| one |", []),
        ("", []),
    ],
)
def test_cells(line: str, found: list[str]) -> None:
    text = f"before\n{line}"
    assert [cell.of(text) for cell in cells(text, Span(7, len(text)))] == found


def test_a_header_is_told_from_another_heading() -> None:
    assert names_of(header_text(["Place", "Peak wind"])) == ["Place", "Peak wind"]
    assert row_text(["Place", "Peak wind"]) == "Place | Peak wind"
    assert is_header(header_text(["Place", "Peak\twind"]))
    assert not is_header("Place | Peak wind")
