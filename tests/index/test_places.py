"""Places of spans in their source, and the boxes of words."""

from index.places import Place, WordBoxes, places_of, shifted, text_fragment
from index.types import Box, Span

WORDS = [
    (Span(0, 3), Box(1, 10, 10, 30, 20)),
    (Span(4, 9), Box(1, 33.25, 10, 60, 20)),
    (Span(10, 14), Box(1, 10, 24, 40, 34)),
    (Span(15, 20), Box(2, 10, 10, 44, 20)),
]


def test_boxes_come_back_one_a_line() -> None:
    packed = WordBoxes.of(WORDS)
    assert list(packed.words()) == WORDS
    assert packed.within(Span(1, 8)) == (Box(1, 10, 10, 60, 20),)
    assert packed.within(Span(5, 12)) == (WORDS[1][1], WORDS[2][1])


def test_a_span_over_a_page_break_has_boxes_on_both() -> None:
    assert [box.page for box in WordBoxes.of(WORDS).within(Span(10, 20))] == [1, 2]


def test_between_words_there_is_no_box() -> None:
    assert WordBoxes.of(WORDS).within(Span(3, 4)) == ()
    assert WordBoxes.of([]).within(Span(0, 4)) == ()


def test_the_first_place_of_a_kind_counts() -> None:
    places = [
        Place(Span(0, 20), "sheet", "Stock"),
        Place(Span(0, 5), "cell", "A1"),
        Place(Span(5, 9), "cell", "B1"),
    ]
    assert places_of(places, Span(4, 8)) == {"sheet": "Stock", "cell": "A1"}
    assert places_of(shifted(places, 10), Span(16, 17)) == {"sheet": "Stock", "cell": "B1"}


def test_a_long_quote_is_named_by_its_ends() -> None:
    words = [f"w{n}" for n in range(20)]
    expected = "#:~:text=w0%20w1%20w2%20w3,w16%20w17%20w18%20w19"
    assert text_fragment(" ".join(words)) == expected
    assert text_fragment("half-way, there") == "#:~:text=half%2Dway%2C%20there"
