"""Rows to token ids: ``[CLS] question [SEP] window of the passage [SEP]``, and gold token spans.

A passage is cut to a window of whole sentences most of the time: shorter inputs train faster, and
the window moves from one epoch to the next, so that the answer is not always at the same place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import sentencex
from numpy.random import Generator
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.labelled_rows import Gold, Row
from retrieval.reader.model_files import MAX_TOKENS

MAX_QUESTION = 48
NULL = (0, 0)


@dataclass(frozen=True, slots=True)
class Example:
    """One encoded input.

    Attributes:
        ids: int32 ``[tokens]``.
        question: how many leading tokens are ``[CLS] question [SEP]`` (segment 0).
        golds: inclusive ``(first, last)`` token pairs; ``((0, 0),)`` when unanswerable.
        offset: which token of the passage the window begins with.
        teacher_scores: a teacher's log-probabilities, float16 ``[2, tokens]`` (start, end).
        states: its last hidden states, int8 ``[tokens, model.STATES]``, in steps of
            ``model.STEP`` standard deviations.
    """

    ids: NDArray[np.int32]
    question: int
    golds: tuple[tuple[int, int], ...]
    offset: int = 0
    teacher_scores: NDArray[np.float16] | None = None
    states: NDArray[np.int8] | None = None

    @property
    def question_key(self) -> bytes:
        """The question's tokens as a key that is equal for equal questions."""
        return self.ids[1 : self.question - 1].tobytes()


@dataclass(frozen=True, slots=True)
class _Context:
    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sentences: NDArray[np.int64]  # first token of each sentence, then the number of tokens


class Encoder:
    """Turns rows into examples, tokenising each context once."""

    def __init__(self, tokenizer_file: Path) -> None:
        """Read ``tokenizer.json``."""
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls = self._tokenizer.token_to_id("[CLS]")
        self._sep = self._tokenizer.token_to_id("[SEP]")
        self._context = lru_cache(maxsize=None)(self._encode_context)

    def encode(self, row: Row, rng: Generator, window: int | None) -> Example:
        """Encode ``row`` with at most ``window`` passage tokens where the answer allows it.

        Without a window the passage is cut only where the model's own limit asks for it.
        """
        question = self._tokenizer.encode(row.question, add_special_tokens=False).ids[:MAX_QUESTION]
        context = self._context(row.context)
        golds = [span for gold in row.golds if (span := _token_span(context, gold)) is not None]
        room = MAX_TOKENS - len(question) - 3
        target = golds[int(rng.integers(len(golds)))] if golds else None
        first, last = _window(context, target, min(window or room, room), room, rng)
        lead = len(question) + 2
        kept = {(s - first + lead, e - first + lead) for s, e in golds if first <= s and e < last}
        ids = [self._cls, *question, self._sep, *context.ids[first:last].tolist(), self._sep]
        return Example(np.array(ids, dtype=np.int32), lead, tuple(sorted(kept)) or (NULL,), first)

    @property
    def pieces(self) -> list[str]:
        """The vocabulary, in the order of its ids."""
        vocabulary = self._tokenizer.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    def ids(self, words: Iterable[str]) -> frozenset[int]:
        """Return the ids of those words that are one piece."""
        found = map(self._tokenizer.token_to_id, words)
        return frozenset(number for number in found if number is not None)

    def text(self, context: str, example: Example, first: int, last: int) -> str:
        """The words of ``context`` that tokens ``first`` to ``last`` of an example stand for."""
        known = self._context(context)
        shift = example.offset - example.question
        return context[int(known.starts[first + shift]) : int(known.ends[last + shift])]

    def encode_without(self, row: Row, rng: Generator, window: int) -> Example | None:
        """Encode ``row`` with a window of its own passage that holds none of its answers.

        ``None`` when every window repeats an answer's words or is too short to be a passage.
        """
        context = self._context(row.context)
        bounds = context.sentences
        words = [answer.casefold() for answer in row.answers]
        for at in rng.permutation(len(bounds) - 1)[:4]:
            stop = int(np.searchsorted(bounds, bounds[at] + window, side="right")) - 1
            first, last = int(bounds[at]), int(bounds[max(stop, at + 1)])
            if not 24 <= last - first <= window:
                continue
            text = row.context[context.starts[first] : context.ends[last - 1]]
            if not any(word in text.casefold() for word in words):
                return self.encode(Row(row.title, text, row.question, ()), rng, None)
        return None

    def _encode_context(self, text: str) -> _Context:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        bounds = [s["start_index"] for s in sentencex.get_sentence_boundaries("en", text)]
        firsts = np.searchsorted(offsets[:, 0], np.array(bounds, dtype=np.int64))
        sentences = np.unique(np.concatenate([[0], firsts, [len(offsets)]]))
        ids = np.array(encoding.ids, dtype=np.int32)
        return _Context(ids, offsets[:, 0], offsets[:, 1], sentences)


def _token_span(context: _Context, gold: Gold) -> tuple[int, int] | None:
    first = int(np.searchsorted(context.ends, gold.start, side="right"))
    last = int(np.searchsorted(context.starts, gold.end, side="left")) - 1
    return (first, last) if first <= last else None


def _window(
    context: _Context, target: tuple[int, int] | None, wanted: int, room: int, rng: Generator
) -> tuple[int, int]:
    """Choose ``[first, last)`` tokens: whole sentences around ``target`` where they fit."""
    total = len(context.ids)
    if total <= wanted:
        return 0, total
    if target is None:
        target = (int(rng.integers(total)),) * 2
    low, high = _sentences_around(context.sentences, target)
    if high - low > wanted:
        wanted = min(room, max(wanted, target[1] + 1 - target[0]))
        slack = max(0, wanted - (target[1] + 1 - target[0]))
        first = max(0, min(target[0] - int(rng.integers(slack + 1)), total - wanted))
        return first, min(total, first + wanted)
    return _grow(context.sentences, low, high, wanted, rng)


def _sentences_around(bounds: NDArray[np.int64], target: tuple[int, int]) -> tuple[int, int]:
    low = int(np.searchsorted(bounds, target[0], side="right")) - 1
    high = int(np.searchsorted(bounds, target[1], side="right"))
    return int(bounds[low]), int(bounds[min(high, len(bounds) - 1)])


def _grow(
    bounds: NDArray[np.int64], low: int, high: int, wanted: int, rng: Generator
) -> tuple[int, int]:
    """Add sentences before or after, at random, while the window stays within ``wanted``."""
    left = int(np.searchsorted(bounds, low))
    right = int(np.searchsorted(bounds, high))
    while True:
        sides = []
        if left > 0 and bounds[right] - bounds[left - 1] <= wanted:
            sides.append(-1)
        if right < len(bounds) - 1 and bounds[right + 1] - bounds[left] <= wanted:
            sides.append(1)
        if not sides:
            return int(bounds[left]), int(bounds[right])
        if sides[int(rng.integers(len(sides)))] < 0:
            left -= 1
        else:
            right += 1
