"""reStructuredText, AsciiDoc, LaTeX and Org: unchanged text, with its sections and title."""

import pytest

from index.loaders import FORMATS, get_loader
from index.types import Document

RST = """The ferry
=========

Hours
-----
It sails at six.

Fares
-----
Adults
~~~~~~
Two crowns.

=====
Notes
=====

  indented
  --------
"""


def load(name: str, text: str) -> Document:
    row = FORMATS.of_suffix(name)
    assert row is not None
    (found,) = get_loader(row.name).load(text.encode(), uri=f"/a{name}", key="a")
    assert isinstance(found, Document)
    assert found.text == text
    assert all(
        h.text.split() == h.span.of(text).split() or "\\" in h.span.of(text) for h in found.outline
    )
    return found


@pytest.mark.parametrize(
    ("name", "text", "outline", "title"),
    [
        (
            ".rst",
            RST,
            [(1, "The ferry"), (2, "Hours"), (2, "Fares"), (3, "Adults"), (4, "Notes")],
            "The ferry",
        ),
        (".rst", "No title here.\n\n====  ====\na     b\n====  ====\n", [], "a.rst"),
        (".rst", ".. \n   Gone\n   ----\n\nHere\n----\n", [(1, "Here")], "Here"),
        (
            ".adoc",
            "= The ferry\n:author: Ada\n\n== Hours\n\n----\n== no\n----\n\n=== Late\n",
            [(1, "The ferry"), (2, "Hours"), (3, "Late")],
            "The ferry",
        ),
        (
            ".tex",
            "\\title{An \\emph{o} ferry}\n\\section*{Hours}\n% \\section{a}\n\\subsection[]{Late}",
            [(3, "Hours"), (4, "Late")],
            "An o ferry",
        ),
        (".org", "#+TITLE: Ferry\n* Hours\n** Late\n", [(1, "Hours"), (2, "Late")], "Ferry"),
    ],
)  # fmt: skip
def test_sections_are_the_outline(
    name: str, text: str, outline: list[tuple[int, str]], title: str
) -> None:
    document = load(name, text)
    assert [(heading.level, heading.text) for heading in document.outline] == outline
    assert document.title == title


def test_comments_are_marked() -> None:
    document = load(".adoc", "= A\n\n// no\nYes.\n")
    assert [mark.span.of(document.text) for mark in document.marks] == ["// no"]
