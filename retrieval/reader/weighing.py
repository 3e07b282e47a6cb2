"""Candidates weighed as the answers they hold: what rules one out, and what speaks for it.

The network knows the words around a span. Here counts what it does not know: the questions of a
page and their replies, empty cells, what a clause, a limit, a version or an instruction answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from index.text.sentences import sentences
from index.types import Passage, Span
from retrieval.answering.answer_kinds import (
    asks_how_to,
    asks_yes_or_no,
    is_clause_for_who,
    named_by_reply,
)
from retrieval.answering.yes_no import BEFORE, DECIDES, decides
from retrieval.reader.bounds import condition_loss, limit_gain
from retrieval.reader.expansions import expand_abbreviation
from retrieval.reader.instructions import INSTRUCTS, instructs
from retrieval.reader.shapes import (
    definition_gain,
    is_cut_before_verb,
    steps,
    version_beside,
    version_gain,
)
from retrieval.reader.span_finder import bars_in_cells, hidden_in
from retrieval.reader.spans import Candidate
from retrieval.reader.structure import PassageContext, passage_context
from retrieval.reader.table_rows import expand_to_cell, rows_without
from retrieval.reader.trimming import tidy


@dataclass(frozen=True, slots=True)
class Weighing:
    """What one passage says of its candidates for a question.

    Attributes:
        question: what was asked.
        text: what is read of the passage.
        context: the questions in it and their replies.
        silent: what of it answers nothing.
        bars: the offsets of bars inside the cells of its tables.
        sentences: its sentences, where what to do or yes or no is asked; none elsewhere.
    """

    question: str
    text: str
    context: PassageContext
    silent: Sequence[Span]
    bars: Collection[int]
    sentences: Sequence[Span]

    @classmethod
    def of(cls, question: str, passage: Passage, text: str) -> "Weighing":
        """Look at a passage, of which `text` is read, with a question in mind."""
        bars = bars_in_cells(passage)
        return cls(
            question,
            text,
            passage_context(question, passage, text),
            [*hidden_in(passage), *rows_without(question, text, passage.headings, bars)],
            bars,
            sentences(text) if asks_how_to(question) or asks_yes_or_no(question) else [],
        )

    def weigh(self, candidate: Candidate) -> Candidate | None:
        """Return a candidate as the answer it holds, by what speaks for it; None if it is none."""
        span = self._named_by(candidate.span)
        if not self._may_answer(span):
            return None
        span = self._expanded(span)
        span, gain = self._as_sentence(span, self._gain(span))
        return replace(candidate, span=span, margin=candidate.margin + gain)

    def _named_by(self, span: Span) -> Span:
        """Return a clause that replies to the very question *who* as the one whom it names."""
        words = span.of(self.text)
        if not self.context.replies_in(span) or not is_clause_for_who(self.question, words):
            return span
        named = Span(span.start, span.start + named_by_reply(words))
        return tidy(self.text, named) if len(named) else named

    def _may_answer(self, span: Span) -> bool:
        return (
            len(span) > 0
            and self.context.answers(span)
            and not any(part.overlaps(span) for part in self.silent)
            and not is_clause_for_who(self.question, span.of(self.text))
            and not is_cut_before_verb(self.text, span)
        )

    def _expanded(self, span: Span) -> Span:
        """Return the whole expansion, cell or version that a span stands for."""
        span = expand_abbreviation(self.question, self.text, span)
        span = expand_to_cell(self.text, span, self.bars)
        return version_beside(self.question, self.text, span)

    def _gain(self, span: Span) -> float:
        """Return how many nats a span gains by where it stands and what it says."""
        words = span.of(self.text)
        return (
            self.context.gain(span)
            + limit_gain(self.question, self.text, span)
            - condition_loss(self.question, self.text, span)
            + version_gain(self.question, words)
            + definition_gain(words)
        )

    def _as_sentence(self, span: Span, gain: float) -> tuple[Span, float]:
        """Return a span and its gain; as its sentence where that decides, or says what to do."""
        at = next((at for at, each in enumerate(self.sentences) if each.overlaps(span)), None)
        if at is None:
            return span, gain
        sentence = self.sentences[at]
        words = sentence.of(self.text)
        if asks_yes_or_no(self.question):
            before = self.text[max(0, sentence.start - BEFORE) : sentence.start]
            if decides(self.question, words, before) is not None:
                return tidy(self.text, sentence), gain + DECIDES
        elif instructs(words):
            if sentence.covers(span) and "\n" not in words:
                span = tidy(self.text, steps(self.text, self.sentences, at))
            return span, gain + INSTRUCTS
        return span, gain
