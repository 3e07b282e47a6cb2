"""From scores of tokens to spans of words: the best spans of a window, snapped and trimmed."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.text.sentences import sentences
from index.types import Span
from retrieval.reader.network import Logits
from retrieval.reader.titles import with_title
from retrieval.reader.windows import Window

MAX_ANSWER_PIECES = 40
PER_WINDOW = 5
"""How many spans of one window are kept; none overlaps another, so that they are other answers."""
ACROSS = 1.0
"""By how many nats a span that reaches into another sentence must be better than one that does not.

The start of one answer with the end of another is often such a span.
"""
MIXED = 6.0
"""How many nats a span would lose that were sure to have another's end and another's start inside.

The network scores starts and ends apart, so that of two likely answers the start of the first and
the end of the second are likely too. On the articles `calibrate` this gained 1 in exact match and
lost .2 in F1.
"""

_OPENING = "([{“‘«"
_CLOSING = ")]}”’»"
_KEPT_BEFORE = "$€£¥#@+-−–(“\"'‘[«§~<>≈±.&/"
_KEPT_AFTER = "%°\"'”’)]»!?+*²³′″$€£"
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s")
_GAP = re.compile(r"\n\s*")
_ITEM = re.compile(r"\s*(?:[-*•·]|\d+[.)])\s")
_ROW = re.compile(r"\s*\||.* \| ")

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]]+[\w/]|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
_NEAR = 120
_LABEL = re.compile(r"(?:A|Answer): ")
_ELIDED = re.compile(r"\b[A-Z][’']$")
_ARTICLES = frozenset(("a", "an", "the"))
_LONGEST_ARTICLE = 3
_HAIR = 0.01
_EMPTY = frozenset(
    """
    a an the of to in on at by for from with and or nor but as than if is are was were be been
    until hereby thus which that who whom whose what when where how why
    i you he she it we they me him her us them there
    """.split()
)
"""Words that answer nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a passage; `margin` is by how many nats it beats "no answer here"."""

    span: Span
    margin: float


def best_spans(window: Window, start: Logits, end: Logits, passage: str) -> list[Candidate]:
    """Return the best spans of one window that do not overlap, best first.

    Args:
        window: what the network read.
        start: logits of each token of it, float32 (tokens,).
        end: likewise.
        passage: the text that the window was cut from; spans are in its code points.
    """
    pieces = len(window.starts)
    first, last = (x[window.lead : window.lead + pieces].astype(np.float64) for x in (start, end))
    first = _with_or_without_article(first, window, passage)
    allowed = _lengths_allowed(pieces)
    breaks = _breaks(passage, int(window.starts[0]), int(window.ends[-1]))
    if breaks:
        block = np.searchsorted(breaks, window.starts, side="right")
        allowed = allowed & (block[:, None] == block[None, :])
    scores = np.where(
        allowed, first[:, None] + last[None, :] - MIXED * _mixed(first, last), -np.inf
    )
    null = float(start[0]) + float(end[0])
    found: list[Candidate] = []
    across: NDArray[np.bool_] | None = None
    for _ in range(PER_WINDOW):
        begin, stop = divmod(int(scores.argmax()), pieces)
        # Most answers have no sentence's end inside, and then nobody need know where those are.
        inside = int(window.starts[begin]), int(window.ends[stop])
        if across is None and _SENTENCE_END.search(passage, *inside):
            across = _across(window, passage)
            scores -= ACROSS * across
            begin, stop = divmod(int(scores.argmax()), pieces)
        best = float(scores[begin, stop])
        if not np.isfinite(best):
            break
        # What overlaps the span begins before its end and ends after its begin.
        scores[: stop + 1, begin:] = -np.inf
        span = tidy(passage, Span(int(window.starts[begin]), int(window.ends[stop])))
        if len(span) and not any(_one(passage, span, other.span) for other in found):
            found.append(Candidate(span, best - null))
    return found


def _with_or_without_article(
    first: NDArray[np.float64], window: Window, passage: str
) -> NDArray[np.float64]:
    """Return the starts, an article and the word after it each as likely as both together.

    "the treaty" and "treaty" are one answer, whose odds are those of both starts. Of the two, the
    likelier stays ahead.
    """
    together = first.copy()
    starts, ends = window.starts, window.ends
    for at in np.flatnonzero((ends - starts)[:-1] <= _LONGEST_ARTICLE).tolist():
        if passage[starts[at] : ends[at]].lower() in _ARTICLES:
            both = np.logaddexp(first[at], first[at + 1])
            ahead = first[at] > first[at + 1]
            together[at : at + 2] = (both, both - _HAIR) if ahead else (both - _HAIR, both)
    return together


def _mixed(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how likely each (first, last) pair has an end inside and a later start, 0 to 1.

    The lesser of both: a long answer has likely starts inside (with or without its first words) or
    likely ends, hardly both.
    """
    starts, ends = (np.exp(x - x.max()) for x in (first, last))
    begun, ended = (np.cumsum(x / x.sum()) for x in (starts, ends))
    before = np.concatenate([[0.0], ended[:-1]])
    mixed: NDArray[np.float64] = np.minimum(
        begun[None, :] - begun[:, None], before[None, :] - before[:, None]
    )
    return mixed


def _across(window: Window, passage: str) -> NDArray[np.bool_]:
    """Return which (first, last) pairs stand in different sentences."""
    begin, end = int(window.starts[0]), int(window.ends[-1])
    firsts = [begin + each.start for each in sentences(passage[begin:end])]
    number = np.searchsorted(firsts, window.starts, side="right")
    across: NDArray[np.bool_] = number[:, None] != number[None, :]
    return across


def _breaks(text: str, start: int, end: int) -> list[int]:
    """Return where in `start:end` begins what no answer reaches into from before.

    A paragraph, unless one item of a list follows another; and a row of a table.
    """
    found = []
    for gap in _GAP.finditer(text, start, end):
        line = text.rfind("\n", 0, gap.start()) + 1, gap.start()
        after = text.find("\n", gap.end())
        lines = line, (gap.end(), len(text) if after < 0 else after)
        apart = gap.group().count("\n") > 1 and not all(_ITEM.match(text, *each) for each in lines)
        if apart or any(_ROW.match(text, *each) for each in lines):
            found.append(gap.end())
    return found


def _one(text: str, a: Span, b: Span) -> bool:
    """Whether two spans overlap or stand side by side, as the parts of one phrase do."""
    first, second = sorted((a, b))
    return second.start <= first.end or text[first.end : second.start].isspace()


def _lengths_allowed(pieces: int) -> NDArray[np.bool_]:
    """Return which (first, last) pairs make a span of 1 to `MAX_ANSWER_PIECES` pieces."""
    lengths = np.arange(pieces)[None, :] - np.arange(pieces)[:, None]
    return (lengths >= 0) & (lengths < MAX_ANSWER_PIECES)


def tidy(text: str, span: Span) -> Span:
    """Return `span` widened to whole words and freed of stray punctuation at its ends.

    A name keeps the title before it: "Admiral Alvin Holsey". Numbers count as one word with the
    points and commas inside them, and so do "history.log" and "sqlite3.connect". An empty span
    comes back where there were only punctuation and words such as "the".
    """
    start, end = _whole_addresses(text, *_widen(text, span.start, span.end))
    label = _LABEL.match(text, start, end)
    if label is not None:
        start = label.end()
    if text[end : end + 2] == "()":
        end += 2
    if text[end : end + 1] == "." and _abbreviated(text, end):
        end += 1
    if text[start:end][:1].isupper():
        start = with_title(text, start)
    while start < end and _stray(text, start, start, end, _KEPT_BEFORE):
        start += 1
    while start < end and _stray(text, end - 1, start, end, _KEPT_AFTER):
        end -= 1
    start, end = _whole_quotation(text, start, end)
    end = _closed(text, start, end)
    # What is all in capitals is a name: US, IT, WHO.
    words = [
        word if word.isupper() and word != "I" else word.lower() for word in text[start:end].split()
    ]
    empty = not any(_wordlike(c) or unicodedata.category(c)[0] == "S" for c in text[start:end])
    if empty or _EMPTY.issuperset(words):
        return Span(start, start)
    return Span(start, end)


def _whole_addresses(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the addresses of mail and pages that it cuts, and "Brien" to "O'Brien"."""
    near = max(0, start - _NEAR)
    for found in _ADDRESS.finditer(text, near, min(len(text), end + _NEAR)):
        if found.start() < end and start < found.end():
            start, end = min(start, found.start()), max(end, found.end())
    elided = _ELIDED.search(text, max(0, start - 3), start)
    return (start if elided is None else elided.start()), end


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    while 0 < start < len(text) and _joined(text, start):
        start -= 1
    while 0 < end < len(text) and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """Whether the code points on both sides of `at` belong to one word or number."""
    before, after = text[at - 1], text[at]
    if _wordlike(before) and _wordlike(after):
        return True
    if unicodedata.combining(after) or after == "\u200d" or before == "\u200d":
        return True
    if before in ".," and at > 1:
        return _inside(text[at - 2], before, after)
    return after in ".," and at + 1 < len(text) and _inside(before, after, text[at + 1])


def _inside(before: str, mark: str, after: str) -> bool:
    """Whether a point or comma is inside a number, or a point inside a name as of a file."""
    if before.isdigit() and after.isdigit():
        return True
    return mark == "." and _wordlike(before) and after.isalpha() and after.islower()


def _wordlike(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _stray(text: str, at: int, start: int, end: int, kept: str) -> bool:
    """Whether the code point at an end of the span is no part of the answer."""
    character = text[at]
    if _wordlike(character) or unicodedata.category(character) in ("So", "Sm", "Co", "Cn"):
        return False
    if character in _OPENING or character in _CLOSING:
        return not _paired(text, at, start, end)
    if character in "\"'":
        return text[start:end].count(character) % 2 == 1
    if character == "." and at == end - 1:
        return not _abbreviated(text, at)
    return character not in kept


def _whole_quotation(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the mark beside a span whose partner is inside, or end before who spoke.

    'it "brings respect' goes on to the next mark; 'a waste", she added' ends at its own.
    """
    for opening, closing in ('""', "“”", "«»"):
        inside = text[start:end]
        odd = inside.count(opening) % 2 if opening == closing else 0
        unclosed = odd or inside.count(opening) > inside.count(closing)
        unopened = odd or inside.count(opening) < inside.count(closing)
        if unclosed and text[end : end + 1] == closing:
            end += 1
        elif unopened and text[start - 1 : start] == opening:
            start -= 1
        elif unopened and (spoken := re.search(rf",{closing} |{closing}, ", inside)):
            end = start + spoken.start()
    return start, end


def _closed(text: str, start: int, end: int) -> int:
    """End a span before the bracket that closes what was opened before the span."""
    for opening, closing in ("()", "[]"):
        near = max(0, start - _NEAR), start
        shut = text.find(closing, start, end)
        opened = text.rfind(opening, *near) > text.rfind(closing, *near)
        if opened and shut > start and opening not in text[start:shut]:
            end = start + len(text[start:shut].rstrip(" ,;"))
    return end


def _paired(text: str, at: int, start: int, end: int) -> bool:
    """Whether the bracket or quote at `at` has its partner inside the span."""
    character = text[at]
    if character in _OPENING:
        return _CLOSING[_OPENING.index(character)] in text[at + 1 : end]
    return _OPENING[_CLOSING.index(character)] in text[start:at]


def _abbreviated(text: str, at: int) -> bool:
    """Whether the full stop at `at` ends initials, as in `U.S.` and `p.m.` do."""
    return at >= 3 and text[at - 1].isalpha() and text[at - 2] == "." and text[at - 3].isalpha()
