"""Lines that each say one thing are sentences of their own; wrapped and justified prose is not."""

import pytest

from index.text.sentences import sentences


@pytest.mark.parametrize(
    "lines",
    [
        ["Depth of the lock:    9 feet", "Width of the lock:    14 feet"],
        ["Depth: 9 feet", "Width: 14 feet", "Keeper: Sif Alm"],
        ["Keeper      Sif Alm", "Deputy      Runa Falk", "Since       1931"],
        ["KEEPER\tSif Alm", "DEPUTY CLERK\tRuna Falk"],
        ["Keeper ........ Sif Alm", "Deputy ........ Runa Falk"],
        ["Keeper . . . . Sif Alm", "Deputy . . . . Runa Falk"],
        ["Tue-Fri  9-17", "Sat      9-13", "Sun      shut"],
        ["*Depth*: 9 feet", "*Width*: 14 feet"],
        ["depth = 9", "width = 14"],
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_is_a_sentence(lines: list[str], end: str) -> None:
    text = f"The lock.\n\n{end.join(lines)}{end}\nIt is old."
    assert [each.of(text) for each in sentences(text)] == ["The lock.", *lines, "It is old."]


def test_a_value_that_goes_on_below_stays_with_its_name() -> None:
    text = "Keeper:  Sif Alm\n         of Lo\nDeputy:  Runa Falk"
    assert [each.of(text) for each in sentences(text)] == [
        "Keeper:  Sif Alm\n         of Lo",
        "Deputy:  Runa Falk",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The keeper  went down to the\nlock,  where the water was\nlow,  and came home.",
        "The keeper went down to\nthe lock and said: it is\nlow.",
        "The keeper lives in\nSund with\ther dogs and\na cat.",
    ],
)
def test_prose_is_not_cut(text: str) -> None:
    assert [each.of(text) for each in sentences(text)] == [text]
