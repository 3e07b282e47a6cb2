"""What is commented out answers nothing."""

import pytest

from index.text.comments import comments
from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a <!-- b\nc --> d", ["<!-- b\nc -->"]),
        ("a <!-- never closed", ["<!-- never closed"]),
        ("a\n\n[//]: # (b)\n\nc", ["[//]: # (b)"]),
        ("[comment]: <> (b)\nc", ["[comment]: <> (b)"]),
        ("a -- b --> c", []),
        ("[1]: https://example.org/#part", []),
    ],
)
def test_comments_are_found(text: str, found: list[str]) -> None:
    assert [span.of(text) for span in comments(text)] == found


def test_a_comment_is_no_answer() -> None:
    text = "<!-- The gate opens at seven. -->\n\nThe gate opens at nine.\n"
    hit = Hit(Passage(1, "d", Span(0, len(text)), text), 1.0, {})
    groups = ExtractiveReader().groups("When does the gate open?", [hit])
    assert groups[0].best.text == "nine"
    assert not any("seven" in group.best.text for group in groups)
