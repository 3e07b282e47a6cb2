"""Speakers named before a colon that opens a line: Merkel: "…", and in transcripts SMITH: …."""

from retrieval.attribution import lexicon, people, words
from retrieval.attribution.names import TITLES
from retrieval.attribution.parts import is_capital_at
from retrieval.attribution.tokens import Phrase, Sentence
from retrieval.attribution.words import word_set

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
    " review rating pros cons description details required optional default"
)
"""Headings and labels, which a colon follows as it does a speaker."""

_OWN_VOICE = ("i", "my", "me")


def turn_speaker(sentence: Sentence, colon: int) -> Phrase | None:
    """Return whose turn a line is: a name and a colon before a quotation or somebody's own voice.

    Without quotation marks, a name in capitals speaks only in the first person: headings are in
    capitals too.
    """
    first = 1 if sentence.lower(0) in lexicon.verb_forms() else 0  # Said Old Ben: "…"
    if not first < colon < _REACH or not all(_is_name(sentence, at) for at in range(first, colon)):
        return None
    if all(sentence.lower(at) in TITLES for at in range(first, colon)):
        return None
    if any(sentence.quoted[colon + 1 : colon + 2]):
        return Phrase(first, colon) if _is_speech(sentence, colon + 1) else None
    capitals = not any(token.text != token.text.upper() for token in sentence.tokens[:colon])
    spoken = any(token.lower in _OWN_VOICE for token in sentence.tokens[colon + 1 :])
    return Phrase(0, colon) if capitals and spoken and _is_long(sentence, colon) else None


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


def _is_long(sentence: Sentence, colon: int) -> bool:
    """Tell a name from initials and from the letter of a question (Q: …)."""
    return any(len(sentence.tokens[at].text) > 2 for at in range(colon))
