"""What a text means as one thing each, and what heads it."""

from itertools import pairwise

import pytest

from retrieval.reader.units import units


def words_of(text: str) -> list[str]:
    return [" ".join(each.words.of(text).split()) for each in units(text)]


def heads_of(text: str) -> list[tuple[str, ...]]:
    return [tuple(head.of(text) for head in each.heads) for each in units(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- oats: 2 kg\n- rye: 4 kg\n", ["oats: 2 kg", "rye: 4 kg"]),
        ("* one\n  goes on\n* two\n", ["one goes on", "two"]),
        ("1. first\n\n   more of it\n\n2. second\n", ["first more of it", "second"]),
        ("(a) the lessor;\n(b) the tenant.\n", ["the lessor;", "the tenant."]),
        ("North gate: Ada\nSouth gate: Ben\n", ["North gate: Ada", "South gate: Ben"]),
        ("Adults\t6 marks\nPupils\t2 marks\n", ["Adults 6 marks", "Pupils 2 marks"]),
        ("Adults ..... 6.10\nPupils ..... 2.05\n", ["Adults ..... 6.10", "Pupils ..... 2.05"]),
        ("Release 2\n\nFaster.\n\nRelease 1\n\nNew.\n", ["Faster.", "New."]),
        (":kelp: a weed of the sea\n:kale: a leaf\n", ["a weed of the sea", "a leaf"]),
        ("kelp:\n    a weed\nkale:\n    a leaf\n", ["a weed", "a leaf"]),
        ("kelp\n    a weed\nkale\n    a leaf\n", ["a weed", "a leaf"]),
    ],
)
def test_items_pairs_and_entries_are_units(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "One sentence. Another: with a colon in it.",
        "A paragraph of words\nthat was wrapped by hand\nand goes on.",
        "- only one item\n",
        "",
    ],
)
def test_prose_and_a_single_item_have_no_units(text: str) -> None:
    assert units(text) == []


def test_a_change_stands_below_its_version_and_an_item_below_its_introduction() -> None:
    text = "# News\n\n## 1.4\n\n- faster\n\n## 1.3\n\nWhat was mended:\n\n- a leak\n- a crash\n"
    assert heads_of(text) == [
        ("News", "1.4"),
        ("News", "1.3", "What was mended:"),
        ("News", "1.3", "What was mended:"),
    ]


def test_numbered_sections_head_their_clauses_and_numbered_clauses_are_no_headings() -> None:
    text = "4. Term\n\n4.1. Notice\n\n 1. It is given in writing.\n\n 2. It takes a month.\n"
    assert heads_of(text) == [("Term", "Notice"), ("Term", "Notice")]
    assert words_of("1. Rake the sand.\n2. Shut the gate.\n") == [
        "Rake the sand.",
        "Shut the gate.",
    ]


def test_every_unit_lies_in_the_text_and_after_the_one_before() -> None:
    text = "Rules\n=====\n\n- a\n\n\n- b\n  - c\n\nkelp:\n\n   x\n\n   y\nEnd: 1\nTop: 2"
    regions = [each.region for each in units(text)]
    assert all(one.end <= other.start for one, other in pairwise(regions))
    assert all(each.region.covers(each.words) for each in units(text))
