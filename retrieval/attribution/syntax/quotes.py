"""Where direct quotation stands, over several sentences and with straight or curly marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from index.types import Span

_MARK = re.compile("[\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb]")
_SINGLE_OPEN = "'`\u2018"
_SINGLE_CLOSE = "'\u2019"
_ENDS = ",.!?\u2026-\u2014"
_SINGLE_REACH = 400
LOOK_BACK = 2000
"""How many code points before a sentence are read to learn whether a quotation is open."""


@dataclass(frozen=True, slots=True)
class Quotations:
    """The quoted stretches of a sentence, marks included.

    `opened_before` is where a quotation that the sentence starts in was opened (the sentence's
    own start where that is out of sight), or None; `left_open` tells whether it ends inside one.
    """

    spans: tuple[Span, ...]
    opened_before: int | None = None
    left_open: bool = False


def quotations(text: str, sentence: Span) -> Quotations:
    """Find the quotations of a sentence, reading back at most to its paragraph's start."""
    spans, before, opened = list[Span](), None, None
    for at, opens in _marks(text, paragraph_start(text, sentence.start), sentence.end):
        if opens:
            opened = at
            continue
        if opened is None and spans:
            continue  # A mark too many: what it might close is closed already.
        if at >= sentence.start:
            start = sentence.start if opened is None else opened
            before = start if opened is None or start < sentence.start else before
            spans.append(Span(max(start, sentence.start), at + 1))
        opened = None
    if opened is not None and opened < sentence.end:
        before = opened if opened < sentence.start else before
        spans.append(Span(max(opened, sentence.start), sentence.end))
    return Quotations(tuple(spans), before, opened is not None)


def paragraph_start(text: str, at: int) -> int:
    """Return where the paragraph (or what is read of it) that holds `at` begins."""
    low = max(0, at - LOOK_BACK)
    return max(text.rfind("\n", low, at) + 1, low)


def _marks(text: str, begin: int, end: int) -> Iterator[tuple[int, bool]]:
    """Yield each quotation mark's place and whether it opens; apostrophes are left out."""
    opener = ""
    for match in _MARK.finditer(text, begin, end):
        at, mark = match.start(), match.group()
        if mark in "'`\u2018\u2019":
            if opener == "'" and _closes_single(text, at):
                opener = ""
                yield at, False
            elif not opener and _opens_single(text, at, end):
                opener = "'"
                yield at, True
        elif opener == "'":
            continue
        elif _opens(text, at, bool(opener)):
            opener = mark
            yield at, True
        else:
            opener = ""
            yield at, False


def _opens(text: str, at: int, is_open: bool) -> bool:
    mark = text[at]
    if mark in "\u201e\u00ab" or (mark == "\u201c" and not (is_open and _ends_word(text, at))):
        return True
    if mark in "\u201d\u00bb" or is_open:
        return False
    # A closing mark whose opening lies before what we were given: `… fly away," said Ford`.
    return not (at > 0 and text[at - 1] in _ENDS and _ends_word(text, at))


def _ends_word(text: str, at: int) -> bool:
    after = text[at + 1 : at + 2]
    return not after or not (after.isalnum() or after in "[$")


def _opens_single(text: str, at: int, end: int) -> bool:
    """Return whether a single mark opens; it must be closed soon, or it is an apostrophe ('90s)."""
    if text[at] not in _SINGLE_OPEN or not text[at + 1 : at + 2].strip():
        return False
    if at > 0 and not (text[at - 1].isspace() or text[at - 1] in "([\u2014-"):
        return False
    later = islice(_MARK.finditer(text, at + 2, min(end, at + _SINGLE_REACH)), 8)
    return any(_closes_single(text, match.start()) for match in later)


def _closes_single(text: str, at: int) -> bool:
    if text[at] not in _SINGLE_CLOSE:
        return False
    after = text[at + 1 : at + 2]
    plural_possessive = text[at - 1 : at] in ("s", "S") and after == " "
    return not after.isalnum() and not plural_possessive
