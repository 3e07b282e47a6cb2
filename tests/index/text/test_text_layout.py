import pytest

from index.text.text_layout import leads_on
from index.types import Span


@pytest.mark.parametrize(
    ("line", "below"),
    [
        ("For example:", "\n\nls -l"),
        ("work_mem (integer)", "\nSets the memory of a query."),
        ("work_mem (integer)", "\r\n  Sets the memory of a query."),
        ("# Setting the memory", "\nIt is set at the start."),
        ("$ createdb", "\nERROR: it exists"),
    ],
)
def test_a_line_that_announces_what_stands_below_leads_on(line: str, below: str) -> None:
    assert leads_on(f"Before.\n{line}{below}", Span(8, 8 + len(line)))


@pytest.mark.parametrize(
    ("line", "below"),
    [
        ("It sets the memory.", "\nMore is said."),
        ("work_mem (integer)", "\n\nSets the memory of a query."),
        ("work_mem (integer)", ""),
        ("the last line", "\n"),
        ("its first words", " and more of the same line"),
        ("- an item", "\n- another"),
        ("1 | one", "\n2 | two"),
        ("two lines\nwithout an end", "\nbelow"),
        ("so much is said here " * 8 + "and on", "\nbelow"),
    ],
)
def test_other_words_do_not(line: str, below: str) -> None:
    assert not leads_on(f"Before.\n{line}{below}", Span(8, 8 + len(line)))
