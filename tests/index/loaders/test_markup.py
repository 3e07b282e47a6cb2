"""reStructuredText, AsciiDoc, LaTeX and Org: unchanged text, with its sections and title."""

from typing import Any

import pytest

from index.loaders import FORMATS, get_loader
from index.loaders.markup import AsciiDocLoader, OrgLoader, RstLoader
from index.text.tables import HEADER_LEVEL
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


@pytest.mark.parametrize(
    ("loader", "text"),
    [
        (
            AsciiDocLoader,
            "= Boats\n\n|===\n|Boat |Owner\n\n|Tern |Ada\n|===\n\nNone else.\n",
        ),
        (AsciiDocLoader, '[options="header"]\n|===\n|Boat |Owner\n|Tern |Ada\n|===\nNone else.\n'),
        (OrgLoader, "* Boats\n| Boat | Owner |\n|------+-------|\n| Tern | Ada   |\nNone else.\n"),
        (
            RstLoader,
            "Boats\n=====\n\n+------+-------+\n| Boat | Owner |\n+======+=======+\n"
            "| Tern | Ada   |\n+------+-------+\n\nNone else.\n",
        ),
    ],
)
def test_the_row_that_names_the_columns_of_a_table_heads_its_rows(loader: Any, text: str) -> None:
    (page,) = loader().load(text.encode(), uri="/a", key="a")
    header, end = (each for each in page.outline if each.level == HEADER_LEVEL)
    assert (header.text, end.text) == ("Boat\tOwner", "")
    assert header.span.of(page.text).strip("| ").startswith("Boat")
    assert text.index("Ada") < end.span.start <= text.index("None")


@pytest.mark.parametrize(
    ("loader", "text"),
    [
        (AsciiDocLoader, "|===\n|Tern |Ada\n|Gull |Bo\n|===\n"),
        (OrgLoader, "| Tern | Ada |\n| Gull | Bo |\n"),
        (
            RstLoader,
            "+------+-----+\n| Tern | Ada |\n+------+-----+\n| Gull | Bo  |\n",
        ),
    ],
)
def test_a_table_without_names_of_columns_has_none(loader: Any, text: str) -> None:
    (page,) = loader().load(text.encode(), uri="/a", key="a")
    assert page.outline == ()
