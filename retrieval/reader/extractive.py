"""The trained reader: an int8 BERT reads every passage and scores each span against "no answer".

A span's margin is its start and end logits minus those of the null token. Margins are raw logits
of one network, so that they compare across passages (the shared softmax of Clark and Gardner,
2018): the odds of all spans of all passages, with one "no answer" among them, make one
distribution.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from index.cores import usable_cores
from index.text.sentences import sentences
from index.types import Hit, Passage, Span
from retrieval.answering.english import foreign_share, looks_english
from retrieval.reader.confidence import MODES, Calibration, Mode, features
from retrieval.reader.merge import Group, LocatedSpan, located, merge
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.network import open_network
from retrieval.reader.span_finder import SpanFinder
from retrieval.reader.weighing import Weighing
from retrieval.reader.windows import Question, Windower
from retrieval.types import Reading, ReadResult

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
        self._finder: SpanFinder = SpanFinder(self._windower, open_network(files))
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
        """Return the distinct answers in the passages, best first, without a verdict."""
        if not any(character.isalnum() for character in question):
            return []
        asked = self._windower.question(question)
        read = partial(self._read_passage, asked, question)
        # The longest first, so that no thread is left with a long one when the others are done.
        order = sorted(range(len(hits)), key=lambda rank: -len(hits[rank].passage.text))
        by_rank = zip(
            order, self._pool.map(read, order, [hits[rank] for rank in order]), strict=True
        )
        spans = [span for _, several in sorted(by_rank) for span in several]
        groups = merge(spans, [hit.passage.text for hit in hits], [hit.score for hit in hits])
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

    def _margin_if_shorter(self, question: Question, passage: Passage, part: Span) -> float | None:
        """Return the best margin in a part of a passage; None where nothing new is to be learnt.

        That is where the part is all of it, or holds no words to answer with.
        """
        if len(part) == len(passage.text):
            return None
        candidates = self._finder.in_part(question, passage, part)
        return max((each.margin for each in candidates), default=None)

    def _read_passage(
        self, question: Question, words: str, rank: int, hit: Hit
    ) -> list[LocatedSpan]:
        passage = hit.passage
        text = passage.text[: self._settings.max_passage_length]
        weighing = Weighing.of(words, passage, text)
        barred = weighing.context.questions
        candidates = self._finder.in_units(question, words, passage, text, barred)
        return [
            located(rank, passage.document_id, passage.span.start, text, weighed)
            for weighed in map(weighing.weigh, candidates)
            if weighed is not None
        ]

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
