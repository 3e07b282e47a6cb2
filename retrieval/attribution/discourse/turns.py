"""Speakers named before a colon that opens a line: Merkel: "…", and in transcripts SMITH: …."""

import re
from collections.abc import Collection, Mapping, Sequence

from index.types import Span
from retrieval.attribution.discourse.names import fuller_name
from retrieval.attribution.reports.labels import is_own_voice, is_shouted, names_somebody
from retrieval.attribution.vocabulary import Tag, has
from retrieval.types import Attribution, Words

_CLOCK = (
    r"[\[(]?(?:\d{4}-\d\d-\d\d[T ]|\d{1,2}[./]\d{1,2}[./]\d{2,4},?[ ])?"
    r"\d{1,2}[:.]\d\d(?::\d\d)?(?:[^\S\n]?[AaPp]\.?[Mm]\.?)?[\])]?"
)
"""A time of day, with its date and in brackets or without."""
_ALONE = re.compile(
    rf"^[^\S\n]*(?:#{{1,6}}[^\S\n]+)?[*_]{{0,3}}(?P<label>[A-Z][^\n:*_()<>\[\]]{{0,40}}?)[*_]{{0,3}}"
    rf"(?:,?[^\S\n]+[(\[]?(?:{_CLOCK})[)\]]?)?:?[*_]{{0,3}}[^\S\n]*\n(?=[^\S\n]*\S)",
    re.MULTILINE,
)
"""A line that is a name alone, perhaps with a time, above what that person says."""

_HEADED = re.compile(
    r"^#{1,6}[^\S\n]+[*_]{0,3}(?P<label>[A-Z][^\n:*_()<>\[\]]{0,40}?)[*_]{0,3}:?[^\S\n]*\n(?=\n)",
    re.MULTILINE,
)
"""A heading that is a name, above what that person says."""

_LINE = re.compile(
    rf"^[^\S\n]*(?P<mark>[-*+>\u2022][^\S\n]+)?(?P<time>{_CLOCK}[^\S\n]+(?:[-\u2013\u2014][^\S\n]+)?)?"
    r"@?[*_]{0,3}(?P<angle>[<(\[])?(?P<label>[^\s,:*_()<>\[\]\u2014](?:[^\n,:*_()<>\[\]\u2014]{0,58}[^\s,:*_()<>\[\]\u2014])?)"
    r"(?P<role>[^\S\n]?[(\[][^()\n]{1,40}[)\]]|,[^\S\n]+[^\n,:()\u2014]{2,40}(?=:))?[*_]{0,3}"
    r"(?P<end>:|(?(angle)[>)\]]:?|(?:[^\S\n][-\u2013\u2014>|]|(?<=[A-Z]{3})\.)))[*_]{0,3}"
    r"(?=[^\S\n])",
    re.MULTILINE,
)
"""A line that opens with a label and a colon, which Markdown may set in bold.

Before it may stand an item's mark, a reply's or a time of day, after it a role or a time in
brackets; chat logs have <Name>, plays a dash.
"""

_NICK = re.compile(
    rf"^[^\S\n]*(?P<time>{_CLOCK}[^\S\n]+)?(?P<angle><)(?P<label>[@+%]?[\w.|-]{{2,30}})"
    r"(?P<role>(?!))?(?P<end>>)(?=[^\S\n])",
    re.MULTILINE,
)
"""A line of a chat, whose <name> is of any make."""

_BOLD = re.compile(
    r"^[^\S\n]*(?:[-*+>\u2022][^\S\n]+)?(?P<time>(?!))?(?P<angle>\*\*|__)(?P<label>[A-Z][^\n*_:()]{1,40})"
    r"(?P<role>(?!))?(?P<end>\*\*|__)(?=[^\S\n]+\S)",
    re.MULTILINE,
)
"""A name in bold, without a colon, before what that person says."""

_STAMPED = re.compile(
    rf"^(?P<angle>(?!))?(?P<label>[A-Z][^\n:*_()<>\[\]|]{{1,40}})[^\S\n]+(?P<time>(?=[\[(]){_CLOCK})"
    r"(?P<role>(?!))?(?P<end>:?)(?=[^\S\n]+\S)",
    re.MULTILINE,
)
"""A name and a time in brackets before what that person says: Ines [12:04] …."""

_VOICE = re.compile(
    r"^(?P<time>(?!))?(?P<angle><)v(?:\.\w+)*[^\S\n]+(?P<label>[^\n<>]{1,40})(?P<role>(?!))?(?P<end>>)",
    re.MULTILINE,
)
"""A voice of WebVTT: <v Ines>….

https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span
"""
_OPENINGS = (_LINE, _NICK, _BOLD, _STAMPED, _VOICE)

_QUOTED = re.compile('["\u201c\u00ab][^"\u201d\u00bb]*["\u201d\u00bb]')
_MARKS = tuple("\"'`\u2018\u201c\u00ab\u201e")
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
_I = re.compile(r"\b[iI]\b")
_REPLY = re.compile(r"\s*(?:(?:Yes|Yeah|Well|Sure|Exactly|Absolutely|Thanks)\b[,.!]|No,)")
_BETWEEN_TWO = re.compile(r"\b(?:[Ww]e|[Oo]ur|us|[Yy]ou|[Yy]our)\b|\?")
"""What is said where people talk; brochures say it as well."""

_NEAR = 1000
"""Other names that take turns are looked for so many code points around a line."""

_WINDOW = 8000
"""Other turns of one speaker are looked for so many code points around a line."""

_SOON = 200
"""A name that opens one line alone says I within so many code points."""

_LONGEST_TURN = 20_000
"""A turn is followed over so many code points of its line."""

_NAMED = 20_000
"""Whose initials open a turn is looked for so many code points around it."""


def line_turn(text: str, at: int, speakers: Collection[str] = ()) -> Attribution | None:
    """Return whose turn the line that holds a place is, label and every sentence included.

    The labels `speakers` are known to open turns, whatever their lines say. None for what is no
    part of a turn, for a quotation, whose own marks say how far it goes, and for a line of which
    the start is out of sight.
    """
    begin = text.rfind("\n", max(0, at - _LONGEST_TURN), at) + 1
    openings = [each for pattern in _OPENINGS if (each := pattern.match(text, begin)) is not None]
    opening = next(
        (each for each in openings if each["label"] in speakers or _is_somebody(each)), None
    )
    known = opening is not None and opening["label"] in speakers
    if opening is None:
        return _block_turn(text, at)
    quoted = text[opening.end() :][:2].lstrip().startswith(_MARKS)
    if not known and (quoted or not _is_turn(text, opening)):
        return None
    speaker, colon = Span(*opening.span("label")), Span(*opening.span("end"))
    name = Words(speaker.of(text), speaker)
    full = fuller_name(text, name) or _name_with_initials(text, name.text, speaker)
    full = full or _in_brackets(text, opening)
    return Attribution("reported", name, Words(colon.of(text), colon), full)


def _block_turn(text: str, at: int) -> Attribution | None:
    """Return whose turn a place is that stands below a name on a line of its own.

    Such names take turns: this one opens another block of lines too, and others do.
    """
    begin = text.rfind("\n\n", max(0, at - _LONGEST_TURN), at)
    begin = 0 if begin < 0 else begin + 2
    opening = _ALONE.match(text, begin) or _heading_above(text, begin)
    if opening is None or opening.end() > at or not names_somebody(opening["label"]):
        return None
    around = text[max(0, begin - _WINDOW) : begin + _WINDOW]
    blocks = [
        match["label"]
        for pattern in (_ALONE, _HEADED)
        for match in pattern.finditer(around)
        if names_somebody(match["label"]) and around[: match.start()][-2:] in ("", "\n", "\n\n")
    ]
    if blocks.count(opening["label"]) < 2 or len(set(blocks)) < 2:
        return None
    speaker = Span(*opening.span("label"))
    name = Words(speaker.of(text), speaker)
    return Attribution("reported", name, name, fuller_name(text, name))


def _heading_above(text: str, begin: int) -> re.Match[str] | None:
    """Return the heading that is a name right above a paragraph, None where there is none."""
    above = text.rfind("\n\n", 0, max(0, begin - 2)) + 2 if begin > 2 else begin
    line = text[max(0, above) : begin]
    if line.startswith("#") and line.count("\n") == 2:
        return _HEADED.match(text, max(0, above))
    return None


def _in_brackets(text: str, opening: re.Match[str]) -> Words | None:
    """Return the name that stands in brackets behind an office: Chair (M. Reed)."""
    if opening["role"] is None:
        return None
    span = Span(opening.start("role"), opening.end("role"))
    inner = opening["role"].strip().strip("()[]")
    at = text.index(inner, span.start) if inner else span.start
    named = len(inner.split()) > 1 and names_somebody(inner)
    return Words(inner, Span(at, at + len(inner))) if named else None


def _is_somebody(opening: re.Match[str]) -> bool:
    """Return whether a line's label is a name, an office with a name, or a name in a chat."""
    label = opening["label"]
    if opening.re is _NICK or names_somebody(label):
        return True
    if label.isalpha() and label.islower():
        return len(label) > 2 and names_somebody(label.capitalize())
    role = (opening["role"] or "").strip().strip("()[]")
    return " " in role and names_somebody(role) and has(label.lower(), Tag.TITLE | Tag.PERSON)


def _is_formal(opening: re.Match[str]) -> bool:
    """Return whether a label is set as only turns are: with a time, a role, or as <Name>."""
    return any(opening[part] is not None for part in ("time", "role", "angle"))


def is_transcript(text: str, at: int) -> bool:
    """Return whether turns are taken around a place, so that I there is nobody known."""
    return any(_takes_turns(text, turns) for turns in _label_lines(text, at, at).values())


def _name_with_initials(text: str, letters: str, span: Span) -> Words | None:
    """Return the one name of a text that has the initials of a turn: KH: …, Kristian Hanson."""
    if not _are_initials(letters):
        return None
    parts = (rf"{letter}[^\W\d_][\w'\u2019-]*" for letter in letters)
    pattern = re.compile(r"\b" + r"\.?[^\S\n]+".join(parts) + r"(?![^\S\n]+[A-Z])")
    low, high = max(0, span.start - _NAMED), span.end + _NAMED
    around = text[low:high]
    named = {match.group(): Span(*match.span()).shift(low) for match in pattern.finditer(around)}
    names = [
        span
        for name, span in named.items()
        if names_somebody(name) and not any(_is_common(around, part) for part in name.split())
    ]
    return Words(names[0].of(text), names[0]) if len(names) == 1 else None


def _is_turn(text: str, opening: re.Match[str]) -> bool:
    """Tell a turn from a heading, a headline or a field of a form.

    A name in capitals speaks where it says I at once. Any other label must take turns: it opens
    several lines, of which some say I, or it says I itself among others; or it speaks to somebody
    where another takes turns. Names in capitals need but one of them that says I.
    """
    label, spoken = opening["label"], _speech(text, opening)
    first = _SENTENCE_END.search(spoken)
    if is_shouted(label) and is_own_voice(spoken[: first.end()] if first else spoken):
        return True
    start, end = opening.span()
    around = text[max(0, start - _WINDOW) : end + _WINDOW]
    if len(max(label.split(), key=len)) < 2 or _is_common(around, label):
        return False
    lines = _label_lines(text, start, end)
    own = lines.pop(label)
    formal = [turn for turns in (own, *lines.values()) for turn in turns if _is_formal(turn)]
    if label.islower():
        small = [turn for name, turns in lines.items() if name.islower() for turn in turns]
        return sum(_I.search(_speech(text, turn)) is not None for turn in (*own, *small)) > 1
    if _takes_turns(text, own):
        return True
    if _is_formal(opening) and len(formal) > 1 and any(_is_speech(text, turn) for turn in formal):
        return True
    stop = text.find("\n", end, end + _LONGEST_TURN)
    others = [
        turns
        for turns in lines.values()
        if any(min(abs(turn.start() - edge) for edge in (start, stop)) < _NEAR for turn in turns)
    ]
    if is_own_voice(spoken[:_SOON]):
        return bool(others)
    if is_shouted(label) and _is_minuted(text, lines, start):
        return True
    talks = len(own) > 1 or _REPLY.match(spoken) or _BETWEEN_TWO.search(spoken)
    return bool(talks) and any(_takes_turns(text, turns) for turns in others)


def _is_minuted(text: str, lines: Mapping[str, Sequence[re.Match[str]]], at: int) -> bool:
    """Return whether another name in capitals says I of itself near a place, as in minutes."""
    return any(
        is_shouted(label) and abs(turn.start() - at) < _NEAR and is_own_voice(_speech(text, turn))
        for label, turns in lines.items()
        for turn in turns
    )


def _is_speech(text: str, turn: re.Match[str]) -> bool:
    """Tell what somebody says from an entry with a time (09:15 Oster: platform 2) or a note."""
    spoken = _speech(text, turn)
    if is_own_voice(spoken) or _REPLY.match(spoken) or _BETWEEN_TWO.search(spoken):
        return True
    return turn["role"] is None and _SENTENCE_END.search(spoken + "\n") is not None


def _label_lines(text: str, start: int, end: int) -> dict[str, list[re.Match[str]]]:
    """Return the lines around a stretch that open with a name, by name."""
    lines: dict[str, list[re.Match[str]]] = {}
    low, high = max(0, start - _WINDOW), end + _WINDOW
    openings = [line for pattern in _OPENINGS for line in pattern.finditer(text, low, high)]
    starts = set[int]()
    for line in openings:
        if line.start() not in starts and _is_somebody(line):
            starts.add(line.start())
            lines.setdefault(line["label"], []).append(line)
    return lines


def _takes_turns(text: str, turns: Sequence[re.Match[str]]) -> bool:
    """Return whether several lines of one label are speech; initials may do with a reply."""
    if len(turns) < 2:
        return False
    speeches = (_speech(text, turn) for turn in turns)
    initials = _are_initials(turns[0]["label"])
    return any(is_own_voice(words_) or (initials and _REPLY.match(words_)) for words_ in speeches)


def _speech(text: str, opening: re.Match[str]) -> str:
    """Return what follows a label on its line, without quotations of others."""
    stop = text.find("\n", opening.end(), opening.end() + _NEAR)
    return _QUOTED.sub("", text[opening.end() : stop if stop >= 0 else opening.end() + _NEAR])


def _is_common(text: str, label: str) -> bool:
    """Return whether a text writes the last word of a label small, as it does no name."""
    last = label.split()[-1]
    known = last.isupper() or has(last.lower(), Tag.GIVEN_NAME)
    return not known and re.search(rf" {re.escape(last.lower())}\b", text) is not None


def _are_initials(label: str) -> bool:
    return 1 < len(label) < 5 and label.isalpha() and label.isupper()
