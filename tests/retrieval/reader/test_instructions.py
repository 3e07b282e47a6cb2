"""What tells a reader to do something."""

import pytest

from retrieval.answering.answer_kinds import asks_how_to
from retrieval.reader.instructions import instructs


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Hold the red key until it beeps.", True),
        ("To empty the tray, pull the lever.", True),
        ("You must sign both copies.", True),
        ("This is done by pressing F4.", True),
        ("The tray was emptied in May.", False),
        ("Empty trays stand in the hall.", False),
    ],
)
def test_an_instruction_is_told_from_a_statement(sentence: str, tells: bool) -> None:
    assert instructs(sentence) is tells


def test_what_to_do_is_asked() -> None:
    assert asks_how_to("How can I empty the tray?")
    assert asks_how_to("what should I do when it beeps")
    assert not asks_how_to("How many trays are there?")
