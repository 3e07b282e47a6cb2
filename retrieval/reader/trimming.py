"""A span as the answer it holds: whole words, with their title, and no stray punctuation."""

import re
import unicodedata

from index.types import Span
from retrieval.reader.bounds import with_bound
from retrieval.reader.titles import with_title

_OPENING = "([{“‘«"
_CLOSING = ")]}”’»"
_KEPT_BEFORE = "$€£¥#@+-−–(“\"'‘[«§~<>≈±.&/"
_KEPT_AFTER = "%°\"'”’)]»!?+*²³′″$€£"
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]]+[\w/]|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
_NEAR = 120
_REACH = 8
_CALL = re.compile(r"\([^()\n]{0,60}\)")
_CODE_START = re.compile(r"(?<![\w-])[A-Z]{1,5}-\Z")
_LABEL = re.compile(r"(?:A|Answer): ")
_ELIDED = re.compile(r"\b[A-Z][’']$")
_EMPTY = frozenset(
    """
    a an the of to in on at by for from with and or nor but as than if is are was were be been
    until except hereby thus which that who whom whose what when where how why
    i you he she it we they me him her us them there
    """.split()
)
"""Words that answer nothing by themselves."""


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
    end = _with_call(text, start, end)
    start = _with_code(text, start)
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
    return Span(with_bound(text, start, end), end)


def _with_call(text: str, start: int, end: int) -> int:
    """Return where a function's name ends with the brackets of its call: max(a, b)."""
    call = _CALL.match(text, end) if start < end and _wordlike(text[end - 1]) else None
    return end if call is None else call.end()


def _with_code(text: str, start: int) -> int:
    """Return where a code begins of which a span has the figures alone: E-703."""
    dash = text[start : start + 1] == "-"
    figures = text[start + dash : start + dash + 1].isdigit()
    code = _CODE_START.search(text[max(0, start - _REACH) : start + dash])
    return start + dash - len(code.group()) if figures and code is not None else start


def _whole_addresses(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the addresses of mail and pages that it cuts, and "Brien" to "O'Brien"."""
    near = max(0, start - _NEAR)
    for address in _ADDRESS.finditer(text, near, min(len(text), end + _NEAR)):
        if address.start() < end and start < address.end():
            start, end = min(start, address.start()), max(end, address.end())
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


def _stray(text: str, at: int, start: int, end: int, meant: str) -> bool:
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
    return character not in meant


def _whole_quotation(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the mark beside a span whose partner is inside, or end before who spoke.

    'it "brings respect' goes on to the next mark; 'a waste", she added' ends at its own.
    """
    for opening, closing in ('""', "“”", "«»"):
        inside = text[start:end]
        odd = inside.count(opening) % 2 if opening == closing else 0
        unclosed = odd or inside.count(opening) > inside.count(closing)
        unopened = odd or inside.count(opening) < inside.count(closing)
        quoted = text[start - 1 : start] == opening and text[end : end + 1] == closing
        if quoted and closing in inside and start:
            start, end = start - 1, end + 1
        elif unclosed and text[end : end + 1] == closing:
            end += 1
        elif unopened and text[start - 1 : start] == opening:
            start -= 1
        elif unopened and (spoken := re.search(rf",{closing} |{closing}, ", inside)):
            end = start + spoken.start()
    return start, end


def _closed(text: str, start: int, end: int) -> int:
    """End a span before the bracket that closes what was opened before the span.

    One that was opened in the span ends with it: in "2.5 (3 June" it is taken in where it follows,
    and what it opens is left out otherwise.
    """
    for opening, closing in ("()", "[]"):
        begun = text.rfind(opening, start + 1, end)
        if begun > start and closing not in text[begun:end]:
            shuts = text[end : end + 1] == closing
            end = end + 1 if shuts else start + len(text[start:begun].rstrip(" ,;"))
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
