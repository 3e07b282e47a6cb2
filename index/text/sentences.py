"""Sentence bounds, as spans of the text.

sentencex finds the sentences of running text; its bounds are code points. It knows little of
layout, so structural lines are bounds too (`index.text.text_layout`), and it waits for a capital,
so a full stop that stands between blanks, as in tokenised or folded text, is one.

Spans are trimmed of white space (what `str.isspace` calls so), blank ones dropped, and together
they hold every code point that isn't white space, in order. Since CR and LF are white space, no
span begins or ends inside a CRLF.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import sentencex

from index.text.text_layout import layout
from index.types import Span

_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")
_LONE_STOP = re.compile(r"(?<=[^\s.!?])\s[.!?](?=\s+[^\s.!?])")
_NUMBER = re.compile(r"\s*(?:(?:Table|Figure|Example|Chapter|Section|Listing) )?\d+(?:\.\d+)*\.\s*")
_STOP = re.compile(r"\w\.")
_MARKER = re.compile(r"\s*(?:[^\w\s]|\(?\w{1,5}[.)])\s+")
_NUMBER_LENGTH = 24
_SHORTENED = re.compile(
    r"\b(?:Ms|Mx|Mmes|Amb|Atty|Ald|Gen|Gens|Govs|Spc|Ret|Ft|Eqs?|Figs|Vols?|approx)\.\s+$"
)
"""Abbreviations that sentencex does not know, none of which ends a sentence."""
_TITLE = re.compile(
    r"\b(?:Cllr|Capt|Sgt|Cpl|Lt|Maj|Pte|Revd?|Hon|Sens?|Reps?|Supt|Insp|Cmdr|Brig|Msgr|Messrs"
    r"|Br|Bp|Abp|Ven|Mgr|Treas|Chmn|Cde|Fru|Sra|Srta|Do?ña|Lic|Mag|Ing|Ste|Prof\.\s(?:em|emer|h\.\s?c)"
    r"|Jas|Wm|Geo|Chas|Thos|Jos|Robt|Benj|Edw|Saml|Danl|Fredk|(?i:mr|mrs|ms|dr|prof))\.\s+$"
)
_REFERENCE = re.compile(
    r"\b(?:et\s+al|figs?|eqs?|eqns?|refs?|paras?|secs?|sects?|chs?|chaps?|pp|vols?|arts?|apts?)"
    r"\.\s+(?:[\[(][\w ,-]{1,12}[\])]\s*)?$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:Apps?|Tabs?|Thms?|Lems?|Defs?|Props?|Cors?|Algs?|Exs?|Cols?|Regs?|Scheds?|Anns?|Eds?|Arts?"
    r"|Figs?|Secs?|Chs?|Pts?|Vols?|Nos?|Nrs?|Bks?|Pls?|Cls?|Rms?|Ste|Flt|Rte|Lat|Long|Sub(?:sec|para|s)|Tit|Hob|Inv|Cert|Ser|Cod"
    r"|MSS|Fols?|fols?|fns?|cols|vers|vv|rm|nn?)\.\s+$"
)
_FIRM = re.compile(
    r"\b(?:Transp|Wash|Mass|Penn|Calif|Conn|Mich|Minn|Wis|Tex|Fla|Intl|Natl|Nat|Amer|Brit|Can|Chem|Eng"
    r"|Elec|Mech|Tech|Mfg|Mfrs|Assoc|Bros|Dept|Univ|Inst|Lab|Govt|Comm|Fed|Gen|Med|Phys|Sci|Soc|Sys)"
    r"\.\s+$"
)
"""Shortened words in names of firms, states and societies."""
_VERSE = re.compile(
    r"\b(?:Gen|Exod?|Lev|Num|Deut|Josh|Judg|Sam|Kgs|Chr|Neh|Esth|Pss?|Prov|Eccl|Isa|Jer|Lam|Ezek|Dan"
    r"|Hos|Obad|Mic|Nah|Hab|Zeph|Hag|Zech|Mal|Matt|Mk|Lk|Jn|Rom|Cor|Gal|Eph|Phil|Col|Thess|Tim|Tit"
    r"|Philem|Heb|Jas|Pet|Rev|Macc|Sir|Tob|Wis)\.\s+$"
)
_RUNNING = re.compile(
    r"\b(?:var|subsp|ssp|cv|spp?|aff|auct|usu|orig|abbr|transl?|repr|publ|govt|intl|natl|acct|amt|qty"
    r"|misc|freq|em|emer|encl|attn|anon|bot|zool|retd|cu|lbs?|hrs?|mins|secs|wks?|yrs?|eds?|masc|fem)"
    r"\.\s+$"
)
"""Shortened words in the middle of a sentence, which goes on in small letters."""
_MEASURE = re.compile(
    r"\b(?:approx|max|min|avg|ca|incl|excl|resp|tel|fax|ext|est|abt|temp|std)\.\s+$", re.IGNORECASE
)
_SHORT_NAME = re.compile(r"\b[A-Z][a-z]{1,4}\.\s+$")
_STREET = re.compile(r"\b(?:Blvd|Ave|Rd|Hwy|Ln|Sq)\.\s+$")
_HOUR = re.compile(r"\b[ap]\.\s?m\.\s+$", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:Mon|Tues?|Weds?|Thur?s?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.\s+$"
)
_DAY_NAME = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b"
    r"|(?:Mon|Tues?|Weds?|Thur?s?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\."
)
_FEAST = r"(?:Easter|Christmas|New Year|Good Friday|Thanksgiving|Boxing Day|Whit|Palm|Ash)\b"
_ZONE = (
    r"(?:(?:[A-Z]{1,3}T|UTC|MSK)\b|(?:[A-Z]\w+ ){1,3}[Tt]ime\b"
    r"|(?:Eastern|Central|Mountain|Pacific|Atlantic|Greenwich)\b(?=[ ,.]))"
)
_GOES_ON = {
    _TITLE: re.compile(r"[A-Z]"),
    _FIRM: re.compile(r"(?:Ltd|Inc|Corp|Co|Univ|Inst|Assn|Dept|Bros|Mfg|Lab)\b\.?|[&a-z]"),
    _PART: re.compile(r"\d|[A-Z](?![a-z])|[IVXLC]+\b"),
    _VERSE: re.compile(r"\d+[:.,]\s?\d"),
    _RUNNING: re.compile(r"[a-z]"),
    _MEASURE: re.compile(r"[\d+(≈~£$€]|[a-z]"),
    _SHORT_NAME: re.compile(r"[a-z]"),
    _REFERENCE: re.compile(r"[\[(\d]|[a-z]"),
    _STREET: re.compile(r"(?:Apt|Suite|Ste|Unit|Fl)\b|[\d#a-z]"),
    _HOUR: re.compile(rf"{_DAY_NAME}|{_FEAST}|{_ZONE}|[a-z(]"),
    _DAY: re.compile(rf"{_DAY_NAME}|[\da-z]"),
}
"""Abbreviations, and what may follow them in the same sentence."""

_NARROWEST = 40
"""Columns of a text that somebody wrapped, at least."""
_RAGGED = 4
"""Columns by which a full line may fall short: indents, and spaces after full stops."""
_LINES = 6
"""A sentence of as many lines has none that ends it: its lines are units of their own."""

_CHUNK = 1 << 18
"""Code points handed to sentencex at once: its answer takes some ten times their memory."""

_LONG_PARAGRAPH = 4096
"""Code points of a paragraph that sentencex is given whole.

Its time grows with the square of a paragraph's length where there are quotation marks or backticks
in it, so that a longer one is read a window at a time.
"""


def sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in reading order, in linear time.

    A sentence may run over several lines, and be as long as the text where nothing ends it.
    """
    bounds = set(_prose_bounds(text))
    bounds.update(stop.end() for stop in _LONE_STOP.finditer(text))
    if "\n" in text or "\r" in text:
        structure = layout(text)
        bounds -= structure.never
        bounds |= structure.bounds
    bounds |= {0, len(text)}
    return [
        unit
        for a, b in pairwise(sorted(bounds))
        if (span := trimmed(text, a, b))
        for unit in _units(text, span)
    ]


def _units(text: str, sentence: Span) -> Iterator[Span]:
    """Yield a sentence, or the lines of a run of lines that no full stop ends: a log, a list."""
    if text.count("\n", sentence.start, sentence.end) + 1 < _LINES or _is_wrapped(
        sentence.of(text).splitlines()
    ):
        yield sentence
        return
    start = sentence.start
    while start < sentence.end:
        at = text.find("\n", start, sentence.end)
        end = sentence.end if at < 0 else at + 1
        if line := trimmed(text, start, end):
            yield line
        start = end


def _is_wrapped(lines: list[str]) -> bool:
    """Return whether lines are one long sentence, broken wherever the next word had no room.

    The lines of a log or a list end where they end, or begin anew.
    """
    width = max(map(len, lines))
    full = running = 0
    for line, below in pairwise(line.strip() for line in lines):
        word = below.split(" ", 1)[0]
        full += len(line) + len(word) >= width - _RAGGED and " " in line
        running += word[:1].islower()
    count = len(lines) - 1
    alike = len({line.split(" ", 1)[0] for line in lines}) <= len(lines) / 2
    if width < _NARROWEST or alike:
        return False
    return full >= 0.8 * count and running >= 0.6 * count


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return `start:end` without the white space at its ends, or None when nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if left == len(piece):
        return None
    return Span(start + left, start + len(piece.rstrip()))


class _Window(NamedTuple):
    """A part of a text that is read at once; `bounds`: a sentence ends where it does."""

    start: int
    end: int
    bounds: bool = True


def _windows(text: str) -> Iterator[_Window]:
    """Yield the parts of a text that are read one after the other."""
    for start, end in _chunks(text):
        begin = start
        for paragraph, after in _paragraphs(text, start, end):
            if after - paragraph > _LONG_PARAGRAPH:
                if begin < paragraph:
                    yield _Window(begin, paragraph)
                yield from _long_paragraph(text, paragraph, after)
                begin = after
        if begin < end:
            yield _Window(begin, end)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _PARAGRAPH_END.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
    yield start, end


def _long_paragraph(text: str, start: int, end: int) -> Iterator[_Window]:
    """Yield windows that end with a sentence, or where none does behind a space."""
    while end - start > _LONG_PARAGRAPH:
        window = start + _LONG_PARAGRAPH
        bounds = [last for _, last in _boundaries(text[start:window])]
        half = _LONG_PARAGRAPH // 2
        last = max((bound for bound in bounds if half <= bound < _LONG_PARAGRAPH), default=0)
        cut = start + last if last else text.rfind(" ", start + half, window) + 1 or window
        yield _Window(start, cut, bounds=bool(last))
        start = cut
    yield _Window(start, end)


def _prose_bounds(text: str) -> Iterator[int]:
    """Yield the end of each sentence that sentencex finds.

    It takes an item of a list for one sentence, so that what follows the marker is asked again.
    """
    for window in _windows(text):
        for bound in _bounds_in(text, window):
            if window.bounds or bound < window.end:
                yield bound


def _bounds_in(text: str, window: _Window) -> Iterator[int]:
    start = window.start
    for first, last in _boundaries(text[start : window.end]):
        yield start + last
        marker = _MARKER.match(text, start + first, start + last)
        if marker is not None:
            inside = text[marker.end() : start + last]
            yield from (marker.end() + bound for _, bound in _boundaries(inside))


def _boundaries(chunk: str) -> Iterator[tuple[int, int]]:
    """Yield where sentencex's sentences begin and end.

    Lone surrogates, which it cannot be given, stand in as U+FFFD: one code point for another.
    """
    try:
        bounds = sentencex.get_sentence_boundaries("en", chunk)
    except UnicodeEncodeError:
        bounds = sentencex.get_sentence_boundaries("en", _SURROGATE.sub("\ufffd", chunk))
    for sentence in bounds:
        if not _within(chunk, sentence["end_index"]):
            yield sentence["start_index"], sentence["end_index"]


def _within(text: str, end: int) -> bool:
    """Return whether a bound is none: in `sys._getframe`, after a title's number or an "Ms."."""
    if _SHORTENED.search(text, max(0, end - _NUMBER_LENGTH), end) is not None:
        return True
    following = end + (text[end : end + 1] == " ")
    if any(
        short.search(text, max(0, end - _NUMBER_LENGTH), end) and more.match(text, following)
        for short, more in _GOES_ON.items()
    ):
        return True
    after = text[end : end + 1]
    if _STOP.fullmatch(text, max(0, end - 2), end) and (after == "_" or after.islower()):
        return True
    begin = max(
        text.rfind("\n", max(0, end - _NUMBER_LENGTH), end - 1) + 1, end - _NUMBER_LENGTH, 0
    )
    at_start = begin == 0 or text[begin - 1] == "\n"
    return (
        at_start
        and _NUMBER.fullmatch(text, begin, end) is not None
        and "\n" not in text[end - 1 : end + 1]
    )


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text at ends of paragraphs, which are bounds in any case."""
    start = 0
    while len(text) - start > _CHUNK:
        end = _PARAGRAPH_END.search(text, start + _CHUNK)
        if end is None:
            break
        yield start, end.end()
        start = end.end()
    yield start, len(text)
