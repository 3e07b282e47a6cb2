"""Of a list, the cited item alone is what an answer is held against."""

from index.types import Passage, Span
from retrieval.answering.doubts import passage_doubt
from retrieval.answering.entries import entry_text

PLAN = """Watches

- Gate four, in the north: Ilse Rand
- Gate nine, where log_tides is kept: Otto Fell
- Gate two: Nils Orr
"""


def _passage(text: str) -> Passage:
    return Passage(1, "plan.txt", Span(0, len(text)), text, (), title="Plan")


def _span(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_the_neighbours_of_the_cited_item_are_left_out():
    kept = entry_text(_passage(PLAN), _span(PLAN, "Otto Fell"))
    assert "Otto Fell" in kept
    assert "Watches" in kept
    assert "Ilse Rand" not in kept
    assert "Gate two" not in kept


def test_all_of_a_text_is_kept_where_an_answer_stands_in_no_item():
    prose = "Ilse Rand keeps gate four. Otto Fell keeps gate nine."
    assert entry_text(_passage(prose), _span(prose, "Otto Fell")) == prose


def test_what_only_a_neighbour_mentions_is_missing():
    doubted = passage_doubt("Who keeps log_tides?", _passage(PLAN), _span(PLAN, "Nils Orr"))
    assert doubted is not None
    assert doubted.code == "missing"
    assert "log_tides" in doubted.detail
    assert passage_doubt("Who keeps log_tides?", _passage(PLAN), _span(PLAN, "Otto Fell")) is None


KEYED = """Duties

- Ilse Rand: the lamp
- Otto Fell: the bell
- the foghorn is a gift of Nils Orr
"""


def test_a_name_that_opens_another_line_is_of_that_line():
    other = passage_doubt("What does Ilse Rand keep?", _passage(KEYED), _span(KEYED, "the bell"))
    assert other is not None
    assert other.code == "missing"
    assert (
        passage_doubt("What does Ilse Rand keep?", _passage(KEYED), _span(KEYED, "the lamp"))
        is None
    )


def test_a_name_inside_another_line_may_be_of_all():
    span = _span(KEYED, "the bell")
    assert passage_doubt("What is kept beside the gift of Nils Orr?", _passage(KEYED), span) is None
