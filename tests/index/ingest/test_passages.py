"""Passages: exact spans, whole coverage, within both budgets, cut where a reader would."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.embedding import open_embedder
from index.errors import InputError
from index.ingest.embedded_text import embedded_text
from index.ingest.passages import Draft, PassageConfig, split
from index.loaders import get_loader
from index.protocols import Vectors
from index.text.token_counts import count_tokens
from index.types import Document, Span

PIECES = [
    "The storm came on Monday. ", "Dr. Who left, she said; nobody knew why. ", "# Heading\n",
    "word ", "漢字かな。", "שלום עולם. ", "e\u0301", "👩\u200d👩\u200d👧", "İ", "\0",
    "\ufeff", "\ud800", "\r\n", "\n\n", "\r", " " * 300, "x" * 90, "1234567890" * 20,
    "- item\n", "| a | b |\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text()


class Letters:
    """An embedder to which every code point is a token: the strictest there can be."""

    dim = 1
    fingerprint = "letters"

    def __init__(self, max_tokens: int = 2000) -> None:
        self.max_tokens = max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return np.ones(1, np.float32)


def document(text: str, title: str = "") -> Document:
    return Document("id", "uri", title, text, "", "text/plain")


def markdown(text: str) -> Document:
    (loaded,) = get_loader("markdown").load(text.encode(), uri="/d/a.md", key="a")
    assert isinstance(loaded, Document)
    return loaded


def holds(text: str, drafts: list[Draft]) -> None:
    """Assert the contract of passages."""
    end = 0
    for draft in drafts:
        assert draft.text == draft.span.of(text)
        assert draft.text == draft.text.strip() != ""
        assert text[max(draft.span.start - 1, 0) : draft.span.start + 1] != "\r\n"
        assert not text[end : draft.span.start].strip(), "a passage leaves words out"
        end = max(end, draft.span.end)
    assert not text[end:].strip(), "the last words are in no passage"


@settings(max_examples=150)
@given(TEXTS, st.integers(1, 60), st.integers(0, 2))
@example("The storm came on Monday. 👩\u200d👩\u200d👧", 12, 0)  # A blank before has fewer tokens.
def test_passages_are_the_documents_own_words_and_hold_all_of_them(
    text: str, tokens: int, overlap: int
) -> None:
    drafts = split(document(text), Letters(), PassageConfig(tokens, overlap))
    holds(text, drafts)
    for draft in drafts:
        assert count_tokens(draft.text) <= tokens or len(draft.span) == 1


@settings(max_examples=150)
@given(TEXTS, st.text(max_size=40), st.integers(300, 700))
def test_nothing_that_is_embedded_is_longer_than_the_embedder_takes(
    text: str, title: str, limit: int
) -> None:
    embedder = Letters(limit)
    drafts = split(document(text, title), embedder, PassageConfig())
    holds(text, drafts)
    texts = [embedded_text(title, draft.headings, draft.text) for draft in drafts]
    assert all(count <= limit for count in embedder.count_tokens(texts))


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.text(max_size=300))
def test_the_real_embedder_sees_all_of_every_passage(text: str, title: str) -> None:
    embedder = open_embedder()
    drafts = split(document(text, title), embedder, PassageConfig())
    holds(text, drafts)
    texts = [embedded_text(title, draft.headings, draft.text) for draft in drafts]
    assert all(count <= embedder.max_tokens for count in embedder.count_tokens(texts))


def test_a_blank_document_has_no_passages() -> None:
    assert split(document(" \n"), Letters(), PassageConfig()) == []


def test_a_short_document_is_one_passage() -> None:
    (draft,) = split(document("  One. Two.\n\nThree. "), Letters(), PassageConfig())
    assert draft == Draft(Span(2, 19), "One. Two.\n\nThree.")


def test_long_documents_are_packed_evenly_from_whole_sentences() -> None:
    sentence = "The committee met on Tuesday to talk about the harbour and its walls. "
    drafts = split(document(sentence * 24), Letters(4000), PassageConfig(160))
    counts = [count_tokens(draft.text) for draft in drafts]
    assert len(counts) == 3
    assert max(counts) <= 160
    assert max(counts) - min(counts) <= 2 * count_tokens(sentence)
    assert all(draft.text.startswith("The committee") for draft in drafts)
    assert all(draft.text.endswith("walls.") for draft in drafts)


def test_overlap_repeats_the_last_sentences() -> None:
    text = " ".join(f"Sentence number {n} is here for you." for n in range(40))
    drafts = split(document(text), Letters(), PassageConfig(60, overlap=1))
    for before, after in pairwise(drafts):
        assert after.text.startswith(before.text[before.text.rindex("Sentence") :])


def test_passages_stand_under_their_headings() -> None:
    body = "Bees build hives of wax and wood in the summer. " * 5
    text = f"# Bees\n\n{body}\n\n## Hives\n\n{body}\n\n# Wasps\n\n{body}\n"
    drafts = split(markdown(text), Letters(), PassageConfig(80))
    assert [draft.headings for draft in drafts] == [("Bees",), ("Bees", "Hives"), ("Wasps",)]
    assert [draft.text.split("\n")[0] for draft in drafts] == ["# Bees", "## Hives", "# Wasps"]


def test_small_sections_share_a_passage_and_no_heading_ends_one() -> None:
    text = "".join(f"## Part {n}\n\nA short remark.\n\n" for n in range(30))
    drafts = split(markdown(text), Letters(4000), PassageConfig(80))
    assert 1 < len(drafts) < 30
    assert all(draft.text.endswith("remark.") for draft in drafts)


def test_definitions_stand_under_their_terms() -> None:
    body = "It sets how much memory each part of a query may use at most. " * 12
    page = f"<h1>Memory</h1><dl><dt>work_mem</dt><dd>{body}</dd></dl><p>After. {body}</p>"
    (loaded,) = get_loader("html").load(page.encode(), uri="/d/a.html", key="a")
    assert isinstance(loaded, Document)
    drafts = split(loaded, Letters(4000), PassageConfig(80))
    after = next(n for n, draft in enumerate(drafts) if "After" in draft.text)
    assert {draft.headings for draft in drafts[:after]} == {("Memory", "work_mem")}
    assert {draft.headings for draft in drafts[after + 1 :]} == {("Memory",)}
    assert after > 1


def test_rows_stand_under_the_header_of_their_table() -> None:
    rows = "".join(f"| Place number {n} | {n} mph | not far inland |\n" for n in range(30))
    page = f"# Storm\n\nShort.\n\n| Place | Wind | Where |\n|---|---|---|\n{rows}\nAfter."
    drafts = split(markdown(page + " More was said of it." * 30), Letters(4000), PassageConfig(80))
    inside = [draft for draft in drafts if "mph" in draft.text]
    assert len(inside) > 3
    assert {draft.headings for draft in inside} == {("Storm", "Place\tWind\tWhere")}
    assert drafts[-1].headings == ("Storm",)


def test_a_line_that_leads_on_stays_with_what_it_announces() -> None:
    entry = "setting_{n} (integer)\nSets how much memory part {n} may use. It is read at the start."
    text = "\n\n".join(entry.format(n=n) for n in range(40))
    terms = split(document(text), Letters(4000), PassageConfig(80))
    assert len(terms) > 5
    assert not any(draft.text.endswith("(integer)") for draft in terms)
    assert all(count_tokens(draft.text) <= 80 for draft in terms)

    told = "Open the file and read it to its end, line by line, as it was written.\n\n"
    text = "".join(f"{told}Then do step {n}:\n\nrun --part {n}\n\n" for n in range(40))
    steps = split(document(text), Letters(4000), PassageConfig(80))
    assert len(steps) > 5
    assert not any(draft.text.endswith(":") for draft in steps)


def test_a_long_run_of_lines_that_lead_on_is_cut_all_the_same() -> None:
    lines = "\n".join(f"mount /dev/disk{n} /srv/files" for n in range(200))
    text = f"{lines}\nThe last command tells that all of these disks are mounted where they belong."
    drafts = split(document(text), Letters(4000), PassageConfig(80))
    holds(text, drafts)
    assert max(count_tokens(draft.text) for draft in drafts) <= 80


def test_wide_gaps_are_not_carried_along() -> None:
    text = "One here." + " " * 5000 + "Two here."
    drafts = split(document(text), Letters(), PassageConfig())
    assert [draft.text for draft in drafts] == ["One here.", "Two here."]


def test_a_word_of_100_000_letters_is_cut() -> None:
    text = "a" * 100_000
    drafts = split(document(text), Letters(), PassageConfig())
    holds(text, drafts)
    assert len(drafts) > 10


def test_an_embedder_that_takes_too_little_is_refused() -> None:
    with pytest.raises(InputError, match="takes 3 tokens, too few for the headings"):
        split(document("Word and word.", "A title here"), Letters(3), PassageConfig())


@pytest.mark.parametrize("wrong", [{"tokens": 0}, {"overlap": -1}])
def test_a_configuration_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="at least 1 token and no negative overlap"):
        replace(PassageConfig(), **wrong)
