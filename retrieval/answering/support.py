"""Which of the passages read say an answer, copies of one story counted once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.text.marks import marks_of_kind, outside
from index.text.repetition import boilerplate
from index.types import Hit, Passage
from retrieval.answering.wording import coverage, fold
from retrieval.search.same_source import same_source
from retrieval.search.stories import Stories
from retrieval.types import Answer, Source

if TYPE_CHECKING:
    from retrieval.answering.pipeline import Documents

_AS_MUCH = 0.9
"""What a passage that says an answer has at least, of the question's words that its own has."""


def with_support(
    answers: Sequence[Answer], hits: Sequence[Hit], question: str, documents: "Documents"
) -> Iterator[Answer]:
    """Yield answers with the independent sources, among the hits, that say them.

    Args:
        answers: to questions of these hits.
        hits: the passages read; what is marked hidden in them says nothing.
        question: in plain words.
        documents: where the hits are from.
    """
    stories = Stories(documents)
    for answer in answers:
        saying = [hit for hit in hits if _is_of(hit.passage, answer)]
        own = max((coverage(question, hit.passage.text) for hit in saying), default=0.0)
        words = fold(answer.text)
        saying += [
            hit
            for hit in hits
            if hit not in saying
            and _says(hit.passage, words)
            and coverage(question, hit.passage.text) >= _AS_MUCH * own
        ]
        yield replace(answer, support=tuple(_independent(saying, words, stories)))


def _independent(hits: Sequence[Hit], words: str, stories: Stories) -> Iterator[Source]:
    """Yield one source for all passages of a document, its copies, and passages copied there.

    So are those that say it in boilerplate, which every page of a place has.
    """
    groups: list[list[Passage]] = []
    for hit in hits:
        here = _says_in_boilerplate(hit.passage, words)
        group = next(
            (
                each
                for each in groups
                if same_source(hit.passage, each[0], stories)
                or (here and _says_in_boilerplate(each[0], words))
            ),
            None,
        )
        if group is None:
            groups.append(group := [])
        group += [hit.passage, *hit.copies]
    for first, *others in groups:
        yield Source(first, tuple(each for each in others if each.id != first.id))


def _says_in_boilerplate(passage: Passage, words: str) -> bool:
    return any(f" {words} " in f" {fold(span.of(passage.text))} " for span in boilerplate(passage))


def _is_of(passage: Passage, answer: Answer) -> bool:
    citation = answer.citation
    return passage.document_id == citation.document_id and passage.span.covers(citation.span)


def _says(passage: Passage, words: str) -> bool:
    """Return whether folded words stand in a passage where they can be seen."""
    return bool(words) and f" {words} " in f" {fold(_seen(passage))} "


def _seen(passage: Passage) -> str:
    hidden = marks_of_kind(passage.marks, "hidden", passage.span.start)
    return " ".join(outside(hidden, passage.text))
