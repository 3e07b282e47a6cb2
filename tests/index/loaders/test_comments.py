"""What is commented out or hidden in marked-up text is marked, and answers nothing."""

import time
from collections.abc import Callable

import pytest

from index.loaders import get_loader
from index.loaders.comments import (
    asciidoc_comments,
    latex_comments,
    markdown_comments,
    org_comments,
    rst_comments,
)
from index.types import Document, Hit, Mark, Passage, Span
from retrieval.reader.extractive import ExtractiveReader


def found_in(text: str, comments: Callable[[str], list[Span]]) -> list[str]:
    return [span.of(text) for span in comments(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a <!-- b\nc --> d", ["<!-- b\nc -->"]),
        ("a <!-- never closed", ["<!-- never closed"]),
        ("a\n\n[//]: # (b)\n\nc", ["[//]: # (b)"]),
        ("[comment]: <> (b)\nc", ["[comment]: <> (b)"]),
        ("a -- b --> c", []),
        ("[1]: https://example.org/#part", []),
        ("write `<!-- b -->` here <!-- c -->", ["<!-- c -->"]),
        ("write ``a ` <!-- b -->`` here", []),
        ("one ` tick <!-- b -->", ["<!-- b -->"]),
        ("one ` tick\n\n<!-- b --> and ` more", ["<!-- b -->"]),
        ("```\n<!-- b -->\n```\n<!-- c -->", ["<!-- c -->"]),
        ("~~~ html\n<!-- b -->\n```\n<p hidden>c</p>\n", []),
        ("a <span hidden>b</span> c", ["<span hidden>b</span>"]),
        ("<div style='display:none'>b <div>c</div> d</div> e", None),
        ('<p style="color: red">b</p>', []),
        ("<div hidden='until-found'>b</div>", []),
        ("<p hidden>never closed\nb\n\nc", ["<p hidden>never closed\nb"]),
        ("use `<span hidden>b</span>` here", []),
        ("<input type=hidden value=b> c", []),
    ],
)
def test_comments_and_hidden_elements_of_markdown(text: str, found: list[str] | None) -> None:
    wanted = [text.removesuffix(" e")] if found is None else found
    assert found_in(text, markdown_comments) == wanted


@pytest.mark.parametrize(
    ("text", "comments", "found"),
    [
        (".. a\n   b\n\n   c\n\nd", rst_comments, [".. a\n   b\n\n   c"]),
        (".. note:: a\n\n.. _b:\n\n.. [1] c\n\n.. |d| image:: e", rst_comments, []),
        ("a\n\n..\n   b\n", rst_comments, ["..\n   b"]),
        ("a ... b\n", rst_comments, []),
        ("a\n// b\nc", asciidoc_comments, ["// b"]),
        ("////\na\n\nb\n////\nc", asciidoc_comments, ["////\na\n\nb\n////"]),
        ("https://example.org", asciidoc_comments, []),
        ("5\\% a % b\nc", latex_comments, ["% b"]),
        ("a \\\\% b\nc", latex_comments, ["% b"]),
        ("a\\begin{comment}b\\end{comment}c", latex_comments, ["\\begin{comment}b\\end{comment}"]),
        ("a \\iffalse b \\fi c", latex_comments, ["\\iffalse b \\fi"]),
        ("# a\n#+TITLE: b\n* c # d", org_comments, ["# a"]),
        ("#+begin_comment\na\n#+end_comment", org_comments, ["#+begin_comment\na\n#+end_comment"]),
    ],
)  # fmt: skip
def test_comments_of_other_markup(
    text: str, comments: Callable[[str], list[Span]], found: list[str]
) -> None:
    assert found_in(text, comments) == found


def test_a_comment_is_no_answer() -> None:
    text = "<!-- The gate opens at seven. -->\n\nThe gate opens at nine.\n"
    (document,) = get_loader("markdown").load(text.encode(), uri="/a.md", key="a")
    assert isinstance(document, Document)
    hit = Hit(Passage(1, "d", Span(0, len(text)), text, marks=document.marks), 1.0, {})
    groups = ExtractiveReader().groups("When does the gate open?", [hit])
    assert groups[0].best.text in ("nine", "at nine")
    assert not any("seven" in group.best.text for group in groups)


def test_a_passage_of_hidden_words_alone_has_no_answer() -> None:
    text = "The gate opens at seven."
    marks = (Mark(Span(40, 40 + len(text)), "hidden"),)
    hit = Hit(Passage(1, "d", Span(40, 40 + len(text)), text, marks=marks), 1.0, {})
    assert ExtractiveReader().groups("When does the gate open?", [hit]) == []


@pytest.mark.parametrize(
    "text", ["<!-- ", "`", "``` \n", "<a hidden>", "<a ", "[//]: # ", "\n\n.. a", "\\iffalse ", "/"]
)
def test_what_is_never_closed_takes_time_by_its_length(text: str) -> None:
    every = (markdown_comments, rst_comments, asciidoc_comments, latex_comments, org_comments)
    started = time.process_time()
    for comments in every:
        comments(text * 100_000)
    assert time.process_time() - started < 5
