import pytest

from index.text.tables import cells, header_text, is_header, names_of
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


def test_a_header_is_its_names_between_bars() -> None:
    assert names_of(header_text(["Place", "Peak wind"])) == ["Place", "Peak wind"]
    assert is_header("Place | Peak wind")
    assert not is_header("Place")
