"""Speakers named before a colon that opens a line: Merkel: "…", and in transcripts SMITH: …."""

import re

from index.types import Span
from retrieval.attribution import lexicon, people, words
from retrieval.attribution.names import TITLES
from retrieval.attribution.parts import is_capital_at
from retrieval.attribution.quotes import paragraph_start
from retrieval.attribution.tokens import Phrase, Sentence, tokenize
from retrieval.attribution.words import word_set
from retrieval.types import Attribution, Words

_REACH = 6
"""A name before a colon, its titles included, has fewer tokens than this."""

_SPOKEN = 5
"""A quotation is speech from this many tokens on, marks included."""

_LABELS = word_set(
    "note notes tip warning caution danger notice important attention update correction"
    " question answer q a faq example examples quote quotation motto slogan caption headline"
    " heading subject topic summary abstract background objective objectives aim aims purpose"
    " method methods materials design setting participants patients results conclusion"
    " conclusions discussion introduction interpretation significance hypothesis definition"
    " translation inscription lyrics chorus verse scene act message error output input usage"
    " prompt todo fixme hint reply response comment date time place location name author"
    " editor source sources contact address signed recipe ingredients history overview preface"
    " chapter part step day week reason fact myth verdict status version warranty disclaimer"
    " review rating edit psa eli5 pros cons description details required optional default"
)
"""Headings and labels, which a colon follows as it does a speaker."""

_OPENING = re.compile(r"[^\n:]{1,60}:(?=\s)")
_LINE_OPENING = re.compile(r"^([^\n:]{1,60}):(?=[^\S\n])", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
_WINDOW = 1000
"""Other turns, and the first person, are looked for so many code points around a sentence."""

_OWN_VOICE = ("i", "my", "me")


def line_turn(text: str, wanted: Span) -> Attribution | None:
    """Tell whose turn holds what is wanted: every sentence of a line is its speaker's.

    Null for what is no part of a turn, for a quotation, whose own marks say how far it goes, and
    for a line of which the start is out of sight.
    """
    begin = paragraph_start(text, wanted.start)
    if begin > 0 and text[begin - 1] != "\n":
        return None
    opening = _OPENING.match(text, begin, wanted.start)
    if opening is None:
        return None
    end = _line_end(text, wanted.end)
    first = _SENTENCE_END.search(text, opening.end(), end)
    talk = _is_talk(text, opening, Span(begin, end))
    tokens = tokenize(text, Span(begin, end if talk or first is None else first.end()))
    parsed = Sentence(tokens, [False] * len(tokens))
    colon = next(at for at, token in enumerate(tokens) if token.text == ":")
    who = _speaker_in_own_voice(parsed, colon, capitals=not talk)
    if who is None or tokens[colon + 1].is_quote:
        return None
    speaker, cue = parsed.span(who), parsed.span(Phrase(colon, colon + 1))
    return Attribution("reported", Words(speaker.of(text), speaker), Words(":", cue))


def _line_end(text: str, at: int) -> int:
    reach = min(len(text), at + _WINDOW)
    stop = text.find("\n", at, reach)
    return reach if stop < 0 else stop


def _is_talk(text: str, opening: re.Match[str], line: Span) -> bool:
    """Tell a line among others that open with other names from a headline: Awake: The Rise."""
    start, end = max(0, line.start - _WINDOW), min(len(text), line.end + _WINDOW)
    names = {found.group(1) for found in _LINE_OPENING.finditer(text, start, end)}
    return any(_is_only_name(name) for name in names - {opening.group().rstrip(":").strip()})


def _is_only_name(words_: str) -> bool:
    tokens = tokenize(words_, Span(0, len(words_)))
    parsed = Sentence(tokens, [False] * len(tokens))
    return 0 < len(tokens) < _REACH and all(_is_name(parsed, at) for at in range(len(tokens)))


def turn_speaker(sentence: Sentence, colon: int) -> Phrase | None:
    """Return whose turn a line is: a name and a colon before a quotation or somebody's own voice.

    Without quotation marks, a name in capitals speaks only in the first person: headings are in
    capitals too.
    """
    if any(sentence.quoted[colon + 1 : colon + 2]):
        first = 1 if sentence.lower(0) in lexicon.verb_forms() else 0  # Said Old Ben: "…"
        named = _names_somebody(sentence, first, colon) and _is_speech(sentence, colon + 1)
        return Phrase(first, colon) if named else None
    return _speaker_in_own_voice(sentence, colon, capitals=True)


def _speaker_in_own_voice(sentence: Sentence, colon: int, *, capitals: bool) -> Phrase | None:
    if not _names_somebody(sentence, 0, colon):
        return None
    long = _is_long(sentence, colon, 3 if capitals else 2)
    if not long or (
        capitals and any(token.text != token.text.upper() for token in sentence.tokens[:colon])
    ):
        return None
    spoken = any(token.lower in _OWN_VOICE for token in sentence.tokens[colon + 1 :])
    return Phrase(0, colon) if spoken else None


def _names_somebody(sentence: Sentence, first: int, colon: int) -> bool:
    """Tell whether what stands before a colon is a name, rather than only a title."""
    if not first < colon < _REACH:
        return False
    names = all(_is_name(sentence, at) for at in range(first, colon))
    return names and any(sentence.lower(at) not in TITLES for at in range(first, colon))


def _is_name(sentence: Sentence, at: int) -> bool:
    lower = sentence.lower(at)
    if (lower == "." and sentence.lower(at - 1) in TITLES) or sentence.tokens[at].text == "THE":
        return True
    label = lower in _LABELS | people.LAWS | people.SOURCES or lower in lexicon.NOUNS
    small = lower in words.DETERMINER | words.PREPOSITION | words.SUBORDINATOR
    other = small or lower in words.SUBJECT_PRONOUN | words.CONJUNCTION | words.TIME
    return is_capital_at(sentence, at) and not label and not other


def _is_speech(sentence: Sentence, begin: int) -> bool:
    """Tell a quotation that is a sentence from one that is a title (Smith: "On Bridges")."""
    end, size = begin, len(sentence.tokens)
    while end < size and sentence.quoted[end]:
        end += 1
    closing = end - 2 if sentence.tokens[end - 1].is_quote else end - 1
    return end - begin >= _SPOKEN and sentence.lower(closing) in (".", "!", "?", ",", "\u2026")


def _is_long(sentence: Sentence, colon: int, least: int) -> bool:
    """Tell a name from initials and from the letter of a question (Q: …)."""
    return any(len(sentence.tokens[at].text) >= least for at in range(colon))
