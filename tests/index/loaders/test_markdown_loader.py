"""Markdown: the text as written, its headings and its front matter; golden files beside."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.markdown import MarkdownLoader
from index.types import Document, LoadProblem

GOLDEN = Path(__file__).parent / "golden"
PIECES = [
    "# A\n",
    "B\n===\n",
    "---\n",
    "> # q\n",
    "```\n",
    "# c\n",
    "- # d\n",
    "\r\n",
    "text\n",
    "a: b\n",
    "\r",
    "\0",
]


def load(data: str | bytes) -> Document:
    data = data.encode() if isinstance(data, str) else data
    (found,) = MarkdownLoader().load(data, uri="/d/notes.md", key="k")
    assert isinstance(found, Document)
    return found


def outline(document: Document) -> list[tuple[int, str, str]]:
    return [(h.level, h.text, h.span.of(document.text)) for h in document.outline]


def test_the_golden_page() -> None:
    data = (GOLDEN / "guide.md").read_bytes()
    document = load(data)
    assert document.text == data.decode()
    shown = "".join(f"{level} {words!r} {raw!r}\n" for level, words, raw in outline(document))
    assert shown == (GOLDEN / "guide.outline").read_text()
    assert document.title == "Keeping bees"
    assert document.metadata == {
        "date": "2024-05-01",
        "tags": ("bees", "honey"),
        "author.name": "A. Writer",
        "draft": False,
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: T\n---\n# H", "T"),
        ("text\n\n# The *first* `one`\n", "The first one"),
        ("no heading", "notes.md"),
        ("---\nnot: [closed\n---\n# H", "H"),
        ("---\na: &x [1]\nb: [*x, *x]\n---\n# H", "H"),
        ("---\nd: 2024-99-99\n---\n# H", "H"),
        ("Set\n---\n", "Set"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert load(text).title == title


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("published: 2024-02-30\nauthor: Ann Bee", {"published": "2024-02-30"}),
        ("author: Ann Bee\nseries: Bees: a start", {"series": "Bees: a start"}),
        ("# ours\ntags:\n- a\n- b\nx: [1\nauthor: Ann Bee", {"tags": ("a", "b"), "x": "[1"}),
        ("author: Ann Bee\ndraft: !!bool maybe", {"draft": "maybe"}),
        ("author: Ann Bee\nat: !!timestamp noon\nodd: !our thing", {"at": "noon", "odd": "thing"}),
        ("author: Ann Bee\nbroken: *x\nodd: [", {"broken": "*x", "odd": "["}),
        ("author: Ann Bee\nlong: [2024-13-01, 2024-01-01]", {"long": ("2024-13-01", "2024-01-01")}),
    ],
)
def test_a_bad_value_is_a_string_and_the_others_are_kept(
    lines: str, expected: dict[str, object]
) -> None:
    document = load(f"---\n{lines}\n---\n# H")
    assert document.metadata == {"author": "Ann Bee", **expected}
    assert document.title == "H"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_may_have_any_line_end(end: str) -> None:
    document = load(end.join(["---", "title: T", "author: Ann Bee", "---", "# H", ""]))
    assert (document.title, document.metadata) == ("T", {"author": "Ann Bee"})
    assert outline(document) == [(1, "H", "# H")]


def test_prose_between_rules_is_no_metadata() -> None:
    assert load("---\nProse: with: colons\n\nand more of it: and: more\n---\n").metadata == {
        "Prose": "with: colons"
    }
    assert load("---\nIt is prose: with: colons\nNote: no.\n---\n").metadata == {}


def test_headings_within_quotes_lists_and_code_are_not_the_documents_own() -> None:
    assert outline(load("> # q\n\n- # l\n\n```\n# c\n```\n\n# real")) == [(1, "real", "# real")]


def test_a_carriage_return_alone_in_front_matter_moves_no_heading() -> None:
    document = load("---\ntitle: T\rauthor: A\n---\n# H\n\ntext\n")
    assert outline(document) == [(1, "H", "# H")]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_is_kept_and_headings_stand_in_it(text: str) -> None:
    (found,) = MarkdownLoader().load(("\ufeff" + text).encode(), uri="/d/a.md", key="k")
    if isinstance(found, LoadProblem):
        assert not text.strip()
        return
    assert found.text == text
    for heading in found.outline:
        raw = heading.span.of(text)
        assert raw == raw.strip() != ""
