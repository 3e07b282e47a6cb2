"""Speakers after what they said, without quotation marks: The bridge will close, Ortiz said."""

from retrieval.attribution.reports.complements import CONTRASTS, clause_follows, content_end
from retrieval.attribution.syntax.phrases import after_adverbs, noun_phrase_from
from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence
from retrieval.attribution.vocabulary import Form, Tag

_FRAMES = ("free", "clause", "claim", "plain", "finding")
_CLAUSE_WORDS = 3
"""What is reported has at least this many tokens; fewer are an appositive or a date."""

_APPOSITIVE = 12
"""What a speaker is takes fewer tokens than this between a quotation and the name."""

_OBJECTS = ("all", "both", "so", "too", "only")
"""What reads as an adverb, but is what was said: she confessed all."""

_SOON = 6
"""A quotation that opens within so many tokens of a verb is what it reports."""

_ENDS = (";", ".", "!", "?")


def preceding_content(
    sentence: Sentence, who: Phrase, at: int, form: Form
) -> tuple[Phrase, ...] | None:
    """Return what is reported where a comma, its speaker and then the verb follow it.

    Null where something else is reported: what follows the verb, or a quotation right before the
    speaker. When and where it was said is no part of what was (…, Ortiz said on Monday), nor is
    what the speaker is ("…," the mayor's aide, Mia Chen, said); what goes on after that is.
    """
    comma = who.first - 1
    if sentence.lower(comma) != "," or sentence.quoted[comma] or sentence.quoted[comma - 1]:
        return None
    end = _quotation_end(sentence, comma)
    spoken = form.frame in _FRAMES or (form.frame == "quote" and end is not None)
    if not spoken or form.form == "ing" or form.has(Tag.DEED):
        return None
    first, rest = _clause_before(sentence, comma), _after_circumstances(sentence, at, form)
    if first is None or rest is None:
        return None
    before, size = Phrase(first, end or who.first), len(sentence.tokens)
    if rest + 1 >= size or sentence.lower(rest + 1) in CONTRASTS:
        return (before,)
    end = content_end(sentence, rest)
    stops = (at for at in range(rest + 1, min(end, rest + REACH)) if sentence.lower(at) in _ENDS)
    return before, Phrase(rest, next(stops, end))


def _quotation_end(sentence: Sentence, comma: int) -> int | None:
    """Return where a quotation ends of which an appositive before the speaker parts them."""
    for left in range(comma - 1, max(0, comma - _APPOSITIVE), -1):
        if sentence.quoted[left]:
            return left + 1 if sentence.quoted[max(0, left - 3)] else None
        if sentence.lower(left) in (",", ";", ":"):
            return None
    return None


def _clause_before(sentence: Sentence, comma: int) -> int | None:
    """Return where the clause that ends at a comma starts; None where there is only a phrase."""
    first, low = comma, max(0, comma - REACH * 2)
    while first > low and sentence.lower(first - 1) not in _ENDS:
        first -= 1
    at = first + (sentence.has(first, Tag.CONJUNCTION))
    while _introduces(sentence, at, comma):
        later = range(at, comma)
        at = next((i + 1 for i in later if sentence.lower(i) == ","), comma)
    return first if comma - at >= _CLAUSE_WORDS else None


def _introduces(sentence: Sentence, at: int, comma: int) -> bool:
    return at < comma and sentence.has(at, Tag.OPENER)


def _after_circumstances(sentence: Sentence, at: int, form: Form) -> int | None:
    """Return where listener, time and place after a verb end; None if a complement follows."""
    begin = at + 1
    if form.lemma == "tell":
        listener = noun_phrase_from(sentence, begin)
        if listener is None:
            return None
        begin = listener.last
    if clause_follows(sentence, begin - 1):
        return None
    begin = after_adverbs(sentence, begin)
    lower, size = sentence.lower(begin), len(sentence.tokens)
    if sentence.lower(begin - 1) in _OBJECTS or any(sentence.quoted[begin : begin + _SOON]):
        return None
    if sentence.has(begin, Tag.ADJUNCT | Tag.TIME | Tag.RECENCY):
        return _adjunct_end(sentence, begin)
    ends = begin >= size or lower in (",", ".", "!", "?", ";")
    return begin if ends else None


def _adjunct_end(sentence: Sentence, begin: int) -> int | None:
    size = len(sentence.tokens)
    for at in range(begin, min(size, begin + REACH)):
        lower = sentence.lower(at)
        if lower == "that" or sentence.quoted[at] or lower == ":":
            return None
        if lower in (",", ";", ".", "!", "?"):
            return at
    return size
