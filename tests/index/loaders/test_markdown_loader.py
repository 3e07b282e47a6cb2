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


def test_headings_within_quotes_lists_and_code_are_not_the_documents_own() -> None:
    assert outline(load("> # q\n\n- # l\n\n```\n# c\n```\n\n# real")) == [(1, "real", "# real")]


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
