"""Sketches: copies are alike, whatever was done to their lines, and other texts are not."""

import pytest

from index.loaders import get_loader
from index.text.sketch import resemblance, sketch
from index.types import Document

STORY = " ".join(
    f"In village {n} the miller grinds {n * 7} sacks of rye while the river is high."
    for n in range(40)
)
OTHER = " ".join(f"Row {n} of the orchard bears {n * 3} baskets of late pears." for n in range(40))


def document(text: str, loader: str = "text") -> Document:
    (found,) = get_loader(loader).load(text.encode(), uri="a.txt", key="a")
    assert isinstance(found, Document)
    return found


def alike(one: str, other: str) -> float:
    return resemblance(sketch(document(one)), sketch(document(other)))


@pytest.mark.parametrize(
    "copy",
    [
        STORY.upper(),
        STORY.replace(" ", "\n"),
        STORY.replace("miller", "mil-\nler"),
        "By our own reporter, in the valley.\n\n" + STORY + "\n\nMore on page nine.",
        STORY[: len(STORY) * 9 // 10],
    ],
)
def test_copies_are_alike(copy: str) -> None:
    assert alike(STORY, copy) > 0.7


def test_other_texts_are_not() -> None:
    assert alike(STORY, OTHER) < 0.1
    assert alike(STORY, STORY[: len(STORY) // 2] + OTHER[: len(OTHER) // 2]) < 0.55


def test_a_short_text_has_no_sketch() -> None:
    assert sketch(document("Too short.")) == b""
    assert alike("Too short.", "Too short.") == 0.0


def test_navigation_does_not_count() -> None:
    pages = [
        document(f"<nav>{OTHER * 2}</nav><main><p>{text}</p></main>", "html")
        for text in (STORY, STORY.replace("miller", "baker").replace("rye", "oats"))
    ]
    plain = sketch(document(STORY))
    assert resemblance(sketch(pages[0]), plain) == 1.0
    assert resemblance(sketch(pages[1]), plain) < 0.6
