from hypothesis import given
from hypothesis import strategies as st

from index.text.marks import (
    MarkTable,
    marks_of_kind,
    read_marks,
    shifted_marks,
    write_marks,
)
from index.types import Mark, Span


def test_marks_are_clipped_to_what_is_asked_for() -> None:
    table = MarkTable(
        [Mark(Span(9, 12), "hidden"), Mark(Span(2, 5), "hidden"), Mark(Span(4, 5), "bar")]
    )
    assert table.within(Span(4, 10)) == (
        Mark(Span(4, 5), "bar"),
        Mark(Span(4, 5), "hidden"),
        Mark(Span(9, 10), "hidden"),
    )
    assert table.within(Span(5, 9)) == ()


@given(st.sets(st.integers(0, 60)), st.integers(0, 60), st.integers(0, 60))
def test_marks_within_a_span_are_those_that_overlap_it(ends: set[int], a: int, b: int) -> None:
    edges = sorted(ends)
    marks = [Mark(Span(*pair), "hidden") for pair in zip(edges[::2], edges[1::2], strict=False)]
    span = Span(min(a, b), max(a, b))
    inside = [mark for mark in marks if mark.span.overlaps(span)]
    assert len(MarkTable(marks).within(span)) == len(inside)


def test_marks_are_written_and_read_and_moved() -> None:
    marks = (Mark(Span(1, 2), "bar"), Mark(Span(3, 9), "hidden"))
    assert read_marks(write_marks(marks)) == marks
    assert (write_marks(()), read_marks("")) == ("", ())
    assert marks_of_kind(shifted_marks(marks, 10), "hidden", 10) == [Span(3, 9)]
