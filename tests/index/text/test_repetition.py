"""Lines that stand in many documents, and which of them are boilerplate of one."""

from collections import Counter
from collections.abc import Sequence

import pytest

from index.loaders import get_loader
from index.text.repetition import edge_lines, level, repeated_spans
from index.types import Document

HEADER = "Quay Museum newsletter\nPublished by the friends of the old quay"
FOOTER = "Printed on recycled paper. Tell the office where you move to."


def document(text: str, name: str = "d") -> Document:
    (found,) = get_loader("text").load(text.encode(), uri=f"{name}.txt", key=name)
    assert isinstance(found, Document)
    return found


def repeated(texts: Sequence[str]) -> list[list[str]]:
    lines = [edge_lines(document(text)) for text in texts]
    counts = Counter(key for each in lines for key in set(each["key"].tolist()))
    levels = {key: level(n) for key, n in counts.items()}
    return [
        [span.of(text) for span in repeated_spans(each, levels)]
        for each, text in zip(lines, texts, strict=True)
    ]


def letters(count: int) -> list[str]:
    things = "oars masts ropes sails hulls keels"
    return [
        f"{HEADER}\n\nNumber {n} is about {word} and how they are made by hand.\n"
        f"Our {word} came by cart from the next village up the coast.\n\n{FOOTER}\n"
        for n, word in zip(range(count), things.split(), strict=False)
    ]


def test_headers_and_footers_are_boilerplate_of_the_letters_that_have_them() -> None:
    assert repeated(letters(5)) == [[HEADER, FOOTER]] * 5


def test_three_letters_are_too_few_to_tell() -> None:
    assert repeated(letters(3)) == [[]] * 3


def test_a_story_that_is_copied_is_no_boilerplate() -> None:
    story = "\n".join(f"Paragraph {n} of the story tells of a boat." for n in range(12))
    assert repeated([f"{paper}\n{story}" for paper in ("Post", "Mail", "Star", "Sun", "Echo")]) == (
        [[]] * 5
    )


def test_fields_that_many_records_have_are_content() -> None:
    records = [
        f"Title: Rule {n}\nAuthor: The harbour master\nStatus: In force\nArea: Inner basin\n\n"
        f"Rule {n} says that boats of class {n} moor at pier {n} and nowhere else."
        for n in range(6)
    ]
    assert repeated(records) == [[]] * 6


def test_rows_that_many_tables_have_are_content() -> None:
    sheets = [
        f"Pump {n}\nWarranty for all parts | two years from the day\nWeight | {n} kg\nLifts {n} m"
        for n in range(6)
    ]
    assert repeated(sheets) == [[]] * 6


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_licence_is_known_whatever_comments_it_out(end: str) -> None:
    licence = "Licensed under the terms of the quay\nwithout any warranty for boats lost"
    sources = [
        end.join([*(f"{mark} {line}" for line in licence.splitlines()), f"pier_{n} = {n}",
                  f"mast_{n} = pier_{n} + {n}", f"call it with {n} and wait for {n}"])
        for n, mark in enumerate(("#", "//", "--", "%", "*", ";;"))
    ]  # fmt: skip
    found = repeated(sources)
    assert all("without any warranty" in each[0] and len(each) == 1 for each in found[:4])


def test_long_documents_are_looked_at_by_their_edges_alone() -> None:
    lines = edge_lines(document("\n".join(f"line {n} of this" for n in range(10_000))))
    assert len(lines) == 48


def test_spans_lie_in_the_text() -> None:
    text = "One.\n\n" + "x " * 3_000 + "\n\u2028\n---\nTwo three. " + "Four five six. " * 20
    for line in edge_lines(document(text)):
        piece = text[line["start"] : line["end"]]
        assert piece == piece.strip("\n")
        assert len(piece.split()) == line["words"]
