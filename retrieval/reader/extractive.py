"""The trained reader: an int8 BERT reads every passage and scores each span against "no answer".

A span's margin is its start and end logits minus those of the null token. Margins are raw logits
of one network, so that they compare across passages (the shared softmax of Clark and Gardner,
2018): the odds of all spans of all passages, with one "no answer" among them, make one
distribution.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from index.cores import usable_cores
from index.text.marks import marks_of_kind
from index.text.sentences import sentences
from index.text.tables import is_header
from index.types import Hit, Passage, Span
from retrieval.answering.answer_kinds import (
    asks_how_to,
    asks_yes_or_no,
    is_clause_for_who,
    named_by_reply,
)
from retrieval.answering.english import foreign_share, looks_english
from retrieval.answering.yes_no import BEFORE, DECIDES, decides
from retrieval.reader.bounds import condition_loss, limit_gain
from retrieval.reader.confidence import MODES, Calibration, Mode, features
from retrieval.reader.expansions import expand_abbreviation
from retrieval.reader.instructions import INSTRUCTS, instructs
from retrieval.reader.merge import Group, LocatedSpan, located, merge
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.network import open_network
from retrieval.reader.rendering import Rendering, under, without
from retrieval.reader.shapes import (
    definition_gain,
    is_cut_before_verb,
    steps,
    version_beside,
    version_gain,
)
from retrieval.reader.spans import Candidate, best_spans
from retrieval.reader.structure import PassageContext, passage_context
from retrieval.reader.table_rows import expand_to_cell, render_rows, rows_without
from retrieval.reader.trimming import tidy
from retrieval.reader.unit_reading import NEIGHBOUR, is_read_above, unit_readings
from retrieval.reader.windows import Question, Windower
from retrieval.types import Reading, ReadResult

HEADINGS_READ = 2
"""How many of the headings above a passage are read with it, beside its document's title."""

_FOREIGN = 0.3
_UNKNOWN = 0.3
_NOTHING_SURE = 0.05

_NOT_ENGLISH = "the question or the passage does not look like English, the only language read"


@dataclass(frozen=True, slots=True)
class ExtractiveSettings:
    """How much to read at once.

    Attributes:
        max_passages: passages read for one question; the rest are left out, with a note.
        threads: passages read side by side; by default as many as there are cores.
        max_passage_length: code points of one passage that are read, from its beginning.
    """

    max_passages: int = 32
    threads: int | None = None
    max_passage_length: int = 200_000


class ExtractiveReader:
    """Reads with the trained network. Safe to use from many threads at once."""

    name = "fast"

    def __init__(
        self,
        folder: Path | None = None,
        settings: ExtractiveSettings | None = None,
        calibration: Mapping[str, Any] | None = None,
    ) -> None:
        """Load and check the weights in `folder` (by default those shipped).

        A `calibration` that is given takes the place of the folder's.

        Raises:
            ModelError: they are missing, damaged or unusable.
        """
        files = load_files(folder or default_folder(), calibration)
        self._settings = settings or ExtractiveSettings()
        self._windower = Windower(files.tokenizer, files.max_tokens, files.max_question)
        self._network = open_network(files)
        self.embedder: str | None = files.calibration.get("embedder")
        self._calibrations = {mode: Calibration.of(files.calibration, mode) for mode in MODES}
        threads = self._settings.threads or usable_cores()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    def read(self, question: str, hits: Sequence[Hit], k: int) -> ReadResult:
        """Return at most `k` readings, best first."""
        notes = self._notes(question, hits)
        hits = hits[: self._settings.max_passages]
        groups = self.groups(question, hits)
        calibration = self._calibrations[_mode(hits)]
        if not groups:
            return ReadResult((), calibration.scale, notes)
        describe = partial(features, question, groups, hits, cosine=calibration.cosine)
        most = self._most_for_language(question, hits[groups[0].best.rank].passage, calibration)
        seen = describe()
        confidence = min(most, calibration.right.probability(seen))
        readings = [_reading(groups[0], hits, confidence, seen)]
        for place in range(1, min(k, len(groups))):
            seen = describe(place)
            least = min(readings[-1].confidence, calibration.other.probability(seen))
            readings.append(_reading(groups[place], hits, least, seen))
        notes += (_NOT_ENGLISH,) if most < 1 else ()
        return ReadResult(tuple(readings), calibration.scale, notes)

    def knows(self, word: str) -> bool:
        """Return whether a word is spelt in a way that the network was taught."""
        return self._windower.has_word(word)

    def groups(self, question: str, hits: Sequence[Hit]) -> list[Group]:
        """Return the distinct answers found in the passages, best first, without a verdict."""
        asked = self._windower.question(question)
        if not any(character.isalnum() for character in question):
            return []
        read = partial(self._read_passage, asked, question)
        found: list[LocatedSpan] = []
        # The longest first, so that no thread is left with a long one when the others are done.
        order = sorted(range(len(hits)), key=lambda rank: -len(hits[rank].passage.text))
        each = self._pool.map(read, order, [hits[rank] for rank in order])
        for _, candidates in sorted(zip(order, each, strict=True)):
            found.extend(candidates)
        groups = merge(found, [hit.passage.text for hit in hits], [hit.score for hit in hits])
        return self._read_again(asked, groups, hits)

    def _read_again(
        self, question: Question, groups: list[Group], hits: Sequence[Hit]
    ) -> list[Group]:
        """Return the answers, the best one read twice more: in its sentence, and up to its end.

        Words that only resemble what was asked stand out less where less is read with them, which
        tells right answers from wrong ones; the order is left as it is. A unit was read alone.
        """
        if not groups or groups[0].best.by_unit:
            return groups
        passage = hits[groups[0].best.rank].passage
        span = groups[0].best.span.shift(-passage.span.start)
        around = [each for each in sentences(passage.text) if each.overlaps(span)]
        parts = Span(around[0].start, around[-1].end), Span(0, around[-1].end)
        alone, led = self._pool.map(partial(self._margin_if_shorter, question, passage), parts)
        return [replace(groups[0], alone=alone, led=led), *groups[1:]]

    def _margin_if_shorter(self, question: Question, whole: Passage, part: Span) -> float | None:
        """Return the best margin in a part of a passage; None where nothing new is to be learnt.

        That is where the part is all of it, or holds no words to answer with.
        """
        if len(part) == len(whole.text):
            return None
        found = self._candidates(question, whole, part)
        return max((each.margin for each in found), default=None)

    def _read_passage(
        self, question: Question, words: str, rank: int, hit: Hit
    ) -> list[LocatedSpan]:
        text = hit.passage.text[: self._settings.max_passage_length]
        document_id, offset = hit.passage.document_id, hit.passage.span.start
        around = passage_context(words, hit.passage, text)
        unseen = marks_of_kind(hit.passage.marks, "hidden", offset)
        unseen += rows_without(words, text, hit.passage.headings, _bars(hit.passage))
        bars = _bars(hit.passage)
        every = sentences(text) if asks_how_to(words) or asks_yes_or_no(words) else []
        return [
            located(
                rank, document_id, offset, text, _weighed(words, text, around, every, bars, found)
            )
            for each in self._with_units(question, words, hit.passage, text, around.questions)
            for found in [_without_predicate(words, text, around, each)]
            if len(found.span)
            and around.answers(found.span)
            and not any(part.overlaps(found.span) for part in unseen)
            and not is_clause_for_who(words, found.span.of(text))
            and not is_cut_before_verb(text, found.span)
        ]

    def _with_units(
        self,
        question: Question,
        words: str,
        passage: Passage,
        text: str,
        asking: Sequence[Span],
    ) -> Iterator[Candidate]:
        """Yield what may answer in a passage; the units that match best are read alone.

        `asking` are the questions in it, which answer nothing.
        """
        parts = unit_readings(words, passage.headings, text, _bars(passage))
        for found in self._candidates(question, passage, Span(0, len(text)), asking):
            holding = [each for each in parts if each.holds(found.span)]
            if len({each.region for each in holding if each.region.overlaps(found.span)}) > 1:
                continue
            if not holding:
                yield found
            elif all(each.rendering is None for each in holding):
                yield _with_gain(found, -min(each.loss for each in holding))
        for part in parts:
            if part.rendering is not None:
                unseen = marks_of_kind(passage.marks, "hidden", passage.span.start)
                for found in self._spans(question, without(part.rendering, unseen), asking):
                    named = part.names_what_is_asked(words, text, found.span)
                    loss = part.loss + named * 2 * NEIGHBOUR
                    yield replace(found, margin=found.margin - loss, by_unit=True)

    def _candidates(
        self, question: Question, passage: Passage, part: Span, asking: Sequence[Span] = ()
    ) -> Iterator[Candidate]:
        """Yield what may answer in a part of a passage's text, by that part's offsets."""
        bars = {bar - part.start for bar in _bars(passage)}
        read = render_rows(part.of(passage.text), passage.headings, bars)
        unseen = marks_of_kind(passage.marks, "hidden", passage.span.start + part.start)
        return self._spans(question, under(_above(passage), without(read, unseen)), asking)

    def _spans(
        self, question: Question, read: Rendering, asking: Sequence[Span] = ()
    ) -> Iterator[Candidate]:
        if not read.text.strip():
            return
        barred = read.barred(asking)
        for window in self._windower.windows(question, read.text):
            start, end = self._network.scores(window.ids)
            for found in best_spans(window, start, end, read.text, barred):
                span = read.back(found.span)
                if span is not None:
                    yield Candidate(span, found.margin)

    def _most_for_language(
        self, question: str, passage: Passage, calibration: Calibration
    ) -> float:
        """Return the most that may be claimed of a passage for the language it is in; 1 if English.

        What the network was not taught to read it may still be sure of.
        """
        both = f"{question}\n{passage.text}"
        if foreign_share(both) > _FOREIGN or self._windower.unknown_share(both) > _UNKNOWN:
            return min(_NOTHING_SURE, calibration.scale.not_found / 2)
        if looks_english(passage.text, self._windower.has_word):
            return 1.0
        return calibration.scale.answered_from() / 2

    def _notes(self, question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
        notes = []
        if self._windower.question(question).cut:
            notes.append("the question is longer than the reader reads; its beginning was answered")
        if len(hits) > self._settings.max_passages:
            notes.append(f"{self._settings.max_passages} of {len(hits)} passages were read")
        return tuple(notes)


def _bars(passage: Passage) -> set[int]:
    """Return the offsets, in a passage's text, of bars that stand inside the cells of tables."""
    return {bar.start for bar in marks_of_kind(passage.marks, "bar", passage.span.start)}


def _above(passage: Passage) -> list[str]:
    """Return what a passage stands under that its own text does not show, outermost first.

    That is its document's title and the innermost headings.
    """
    headings = [each for each in passage.headings if not is_header(each)]
    above = dict.fromkeys((passage.title, *headings[-HEADINGS_READ:]))
    return [each for each in above if each and is_read_above(each) and each not in passage.text]


def _weighed(
    question: str,
    text: str,
    around: PassageContext,
    every: Sequence[Span],
    bars: Collection[int],
    found: Candidate,
) -> Candidate:
    """Return a candidate as the answer it holds, with what speaks for it beside the network.

    `every` are the text's sentences where what to do, or yes or no, is asked, none elsewhere.
    """
    span = expand_to_cell(text, expand_abbreviation(question, text, found.span), bars)
    span = version_beside(question, text, span)
    gain = around.gain(span) + limit_gain(question, span.of(text))
    gain -= condition_loss(question, text, span)
    gain += version_gain(question, span.of(text)) + definition_gain(span.of(text))
    at = next((at for at, each in enumerate(every) if each.overlaps(span)), None)
    if at is not None and asks_yes_or_no(question):
        before = text[max(0, every[at].start - BEFORE) : every[at].start]
        if decides(question, every[at].of(text), before) is not None:
            gain, span = gain + DECIDES, tidy(text, every[at])
    elif at is not None and instructs(every[at].of(text)):
        gain += INSTRUCTS
        if every[at].covers(span) and "\n" not in every[at].of(text):
            span = tidy(text, steps(text, every, at))
    return replace(found, span=span, margin=found.margin + gain)


def _without_predicate(
    question: str, text: str, around: PassageContext, found: Candidate
) -> Candidate:
    """Return a clause that replies to the very question *who* as the one whom it names."""
    words = found.span.of(text)
    if not around.replies_in(found.span) or not is_clause_for_who(question, words):
        return found
    named = Span(found.span.start, found.span.start + named_by_reply(words))
    return replace(found, span=tidy(text, named) if len(named) else named)


def _with_gain(found: Candidate, gain: float) -> Candidate:
    return replace(found, margin=found.margin + gain)


def _mode(hits: Sequence[Hit]) -> Mode:
    """Return which calibration holds: that for passages found among others, or for all there are.

    Only retrieval gives lexical scores.
    """
    return "open" if any("lexical" in hit.scores for hit in hits) else "closed"


def _reading(
    group: Group, hits: Sequence[Hit], confidence: float, seen: dict[str, float]
) -> Reading:
    best = group.best
    passage = hits[best.rank].passage
    return Reading(
        best.document_id, best.span, best.text, confidence, group.score, passage.id, seen
    )
