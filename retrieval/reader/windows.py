"""Passages as the network reads them: windows of wordpieces that know their code points."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError

Tokens = NDArray[np.int64]

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question's wordpieces; `cut` when it had more than the network reads."""

    ids: list[int]
    cut: bool


@dataclass(frozen=True, slots=True)
class Window:
    """One input: `[CLS] question [SEP] some of the passage [SEP]`.

    Attributes:
        ids: int64 (tokens,).
        lead: how many tokens come before the passage's first.
        starts: int64 (pieces,), code point in the passage at which each piece begins.
        ends: int64 (pieces,), and the one after its last.
    """

    ids: Tokens
    lead: int
    starts: Tokens
    ends: Tokens


class Windower:
    """Cuts passages into windows that the network can read whole.

    Windows overlap by half, so that an answer at the edge of one stands well inside another.
    """

    def __init__(self, tokenizer: bytes, max_tokens: int, max_question: int) -> None:
        """Read a `tokenizer.json`.

        Raises:
            ModelError: it is not a tokenizer with `[CLS]`, `[SEP]` and `[UNK]`.
        """
        try:
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # tokenizers raises nothing narrower
            raise ModelError(f"the reader's tokenizer cannot be used: {error}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls, self._sep, self._unknown = (self._special(s) for s in ("CLS", "SEP", "UNK"))
        self._max_tokens, self._max_question = max_tokens, max_question

    def question(self, text: str) -> Question:
        """Tokenise a question, keeping the pieces that fit."""
        ids = self._pieces(self._encode(text).ids)
        return Question(ids[: self._max_question], len(ids) > self._max_question)

    def windows(self, question: Question, passage: str) -> Iterator[Window]:
        """Yield the windows of a passage, in order; none when it has no words."""
        encoding = self._encode(passage)
        every = self._pieces(encoding.ids)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        head = [self._cls, *question.ids, self._sep]
        room = self._max_tokens - len(head) - 1
        for first in range(0, max(1, len(offsets) - room // 2), max(1, room // 2)):
            if pieces := every[first : first + room]:
                ids = np.array([*head, *pieces, self._sep], dtype=np.int64)
                span = offsets[first : first + room]
                yield Window(ids, len(head), span[:, 0], span[:, 1])

    def has_word(self, word: str) -> bool:
        """Return whether the vocabulary has a word in one piece, as it has the common ones."""
        ids = self._encode(word).ids
        return len(ids) == 1 and ids[0] != self._unknown

    def unknown_share(self, text: str) -> float:
        """Return the share of a text's wordpieces that the vocabulary does not have."""
        ids = self._encode(text).ids
        unknown = sum(int(i == self._unknown) for i in ids)
        return unknown / max(1, len(ids))

    def _encode(self, text: str):  # type: ignore[no-untyped-def]  # tokenizers.Encoding is untyped
        # A lone surrogate cannot be passed on; its stand-in is one code point as well.
        return self._tokenizer.encode(_SURROGATES.sub("\ufffd", text), add_special_tokens=False)

    def _pieces(self, ids: Sequence[int]) -> list[int]:
        # A "[SEP]" that somebody wrote must not look like the end of the question.
        return [self._unknown if each == self._sep else each for each in ids]

    def _special(self, name: str) -> int:
        number = self._tokenizer.token_to_id(f"[{name}]")
        if number is None:
            raise ModelError(f"the reader's tokenizer has no [{name}] token; restore the file")
        return int(number)
