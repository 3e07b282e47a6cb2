"""Damaged files for every loader: the same for the same seed, and none of them is fatal."""

import pytest

from eval.fuzz.child import faults, load, make, names
from eval.fuzz.seed_files import PACKAGES
from index.loaders import get_loader
from index.text.digest import text_digest
from index.types import Document, Heading, LoadProblem, Mark, Span


@pytest.mark.parametrize("name", names())
def test_damaged_files_are_read_or_refused(name: str) -> None:
    for number in range(25):
        wrong, _ = load(name, make(7, number, name), 60)
        assert wrong in ("", "refused"), number


@pytest.mark.parametrize("name", names())
def test_an_input_can_be_made_again(name: str) -> None:
    if name == "compressed" or name in PACKAGES:
        pytest.skip("a package holds the time at which it was made")
    assert make(3, 5, name) == make(3, 5, name)


def test_every_loader_is_tried() -> None:
    tried = {name.partition("-")[0] for name in names()}
    assert all(get_loader(name).name for name in tried)


def test_what_a_loader_gets_wrong_is_told() -> None:
    good = Document("a", "/a", "t", "words", text_digest("words"), "text/plain")
    assert faults([good]) == []
    assert faults([LoadProblem("/a", "")]) == ["a problem without a reason"]
    for wrong in (
        Document("a", "/a", "t", "words", "0", "text/plain"),
        Document("a", "/a", "t", " ", text_digest(" "), "text/plain"),
        Document("a", "/a", "t", "w", text_digest("w"), "", {}, (Heading(Span(0, 2), 1, "h"),)),
        Document("a", "/a", "t", "w", text_digest("w"), "", marks=(Mark(Span(0, 2), "bar"),)),
    ):
        assert len(faults([wrong])) == 1
