"""Why the best words may be no sure answer, however sure the network is of them.

In "what Pete Hegseth has termed Operation Southern Spear" the name is right there, beside the
words of "who leads Operation Southern Spear?", and a reader trained to find *who* takes it. But
the sentence says who spoke, not who led. So a speaker's name is no sure answer unless the
question asks who spoke, or its own words for the deed stand near the name. Nor are the words of
another than the speaker who was asked for, nor what a document only asks, denies, plans, supposes
or says of an earlier time, nor what it says of another room, day or version; and few words are yes
or no.
"""

import re

from index.text.sentences import sentences
from index.types import Passage, Span
from retrieval.answering.answer_kinds import asks_yes_or_no
from retrieval.answering.identifiers import holds_identifier, identifiers
from retrieval.answering.measures import lacks_number, missing_measure
from retrieval.answering.missing import comparable, mentions, missing_detail, names_of
from retrieval.answering.wording import around, predicate_support
from retrieval.answering.yes_no import BEFORE, YES_OR_NO, decides
from retrieval.types import Reason

_WORD = re.compile(r"[^\W\d_]+")
_STOP = re.compile(r"[.!?](?=[\"'”’»)\]]*(?:\s|$))")
_TOLD = re.compile(r"(?:yes|no)\b", re.IGNORECASE)
_SUPPORTED = 0.5

SPEAKER = "the best words name who says so; the passage does not say outright what was asked"
ANOTHER = "the best words are not those of the speaker who was asked for"
ASKED = "the best words stand in a question, which does not say that it is so"

NOT_ASSERTED = {
    "denied": "the document denies this",
    "doubted": "the document does not confirm this, or doubts it",
    "hypothetical": "the document only supposes this",
    "planned": "the document says that this was meant to be, not that it is so",
    "former": "the document says this of an earlier time",
}
"""What is said of an answer by its polarity; its sentence follows."""

_QUOTED = 160
_LABELLED = re.compile(r"\W{0,3}(?:[:>\u2014\n(\[]|\.\s)")
_BY = re.compile(r"\b(?:by|from|of|to|was|is|were|are)(?:\W+(?:the|a|an))?\W*$", re.IGNORECASE)
NOT_IN_ENTRY = "{}, which was asked about, is mentioned beside the cited item and not in it"
NO_NUMBER = "a number was asked for, and the best words say none"
NOT_SAID = "the best words are of somebody who is not said to have said it"


def passage_doubt(question: str, passage: Passage, answer: Span) -> Reason | None:
    """Return what `doubt` does of an answer by its span in the document, below all its heads.

    What only the neighbours of the cited item or row mention counts as missing too.
    """
    heads = "\n".join((passage.title, *passage.headings, passage.document_id))
    place = answer.shift(-passage.span.start)
    found = doubt(question, passage.text, place, heads)
    if found is not None and found.code == "missing":
        return found
    missing = _missing_in_entry(question, passage, place, heads)
    return Reason("missing", NOT_IN_ENTRY.format(missing)) if missing else found


def _missing_in_entry(question: str, passage: Passage, place: Span, heads: str) -> str:
    """Return a detail of a question that a passage has, and the cited entry has not, or ""."""
    from retrieval.answering.entries import entry_text, is_headed_beside

    entry = entry_text(passage, place)
    if entry == passage.text:
        return ""
    held = f"{heads}\n{passage.text}"
    return (
        missing_detail(question, f"{heads}\n{entry}")
        or next(
            (
                name
                for name in names_of(question)
                if is_headed_beside(passage.text, place, name)
                and not mentions(comparable(f"{heads}\n{entry}"), name)
            ),
            "",
        )
        or next(
            (
                each
                for each in identifiers(question)
                if holds_identifier(held, each) and not holds_identifier(f"{heads}\n{entry}", each)
            ),
            "",
        )
    )


def doubt(question: str, text: str, answer: Span, heads: str = "") -> Reason | None:
    """Return the reason why the best words are no sure answer; None where there is none.

    Its code is `missing`, `yes_or_no`, a polarity that is not `affirmed`, `speaker`,
    `not_said`, `other_speaker` or `asked`.

    Args:
        question: what was asked.
        text: the passage.
        answer: the words' span in the passage.
        heads: the titles, headings and names that the passage stands under.
    """
    missing = missing_detail(question, f"{heads}\n{text}")
    if missing:
        detail = f"the passage does not mention {missing}, which was asked about"
        return Reason("missing", detail)
    told = _TOLD.match(text, answer.start, answer.end) is not None
    sentence = next((one for one in sentences(text) if one.overlaps(answer)), None)
    if asks_yes_or_no(question) and not told:
        before = "" if sentence is None else text[: sentence.start][-BEFORE:]
        decided = sentence is not None and decides(question, sentence.of(text), before)
        return None if decided else Reason("yes_or_no", YES_OR_NO)
    if sentence is None:
        return None
    measure = missing_measure(question, f"{heads}\n{sentence.of(text)}")
    if lacks_number(question, text[answer.start : answer.end]):
        return Reason("missing", NO_NUMBER)
    if measure:
        return Reason("missing", f"the cited sentence says nothing in {measure}")
    unasserted = _not_asserted(question, text, sentence, answer)
    if unasserted is not None:
        return unasserted
    if _is_unsupported(question, text, answer) and _only_speaks(question, text, sentence, answer):
        return Reason("speaker", SPEAKER)
    if _did_not_say(question, text, sentence, answer):
        return Reason("not_said", NOT_SAID)
    if _another_speaks(question, text, sentence, answer):
        return Reason("other_speaker", ANOTHER)
    return Reason("asked", ASKED) if _only_asked(text, sentence, answer) else None


def _is_unsupported(question: str, text: str, answer: Span) -> bool:
    return predicate_support(question, around(text, answer)) < _SUPPORTED


def _not_asserted(question: str, text: str, sentence: Span, answer: Span) -> Reason | None:
    """Return how the document withholds its word from an answer; None where it asserts it."""
    from retrieval.assertion import read_assertion

    found = read_assertion(text, sentence, answer, question)
    if found.polarity == "affirmed":
        return None
    quote = " ".join(sentence.of(text).split())
    quote = quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + "…"
    return Reason(found.polarity, f"{NOT_ASSERTED[found.polarity]}: «{quote}»")


def _only_speaks(question: str, text: str, sentence: Span, answer: Span) -> bool:
    """Return whether an answer is the speaker of a report, and the question asks for no report."""
    from retrieval.attribution import attribute
    from retrieval.attribution.vocabulary import is_reporting_verb

    if any(is_reporting_verb(word.lower()) for word in _WORD.findall(question)):
        return False
    speaker = attribute(text, sentence).speaker
    return speaker is not None and speaker.span is not None and speaker.span.overlaps(answer)


def _did_not_say(question: str, text: str, sentence: Span, answer: Span) -> bool:
    """Return whether a question asks who said something, and the sentence has the answer say none.

    "The mayor was told that the bridge was closed" names nobody who said so. An answer before a
    colon, or after *by*, speaks; and so may one in a sentence that has the question's own verb.
    """
    from retrieval.attribution import asks_for_speaker, attribute
    from retrieval.attribution.syntax.tokens import tokenize
    from retrieval.attribution.vocabulary import Tag, is_reporting_verb

    if not asks_for_speaker(question):
        return False
    if _LABELLED.match(text, answer.end) or _BY.search(text[: answer.start]):
        return False
    if attribute(text, sentence, answer).says is not None:
        return False
    asked = {word.lower() for word in _WORD.findall(question)}
    saying = {word for word in asked if is_reporting_verb(word)}
    tokens = tokenize(text, sentence)
    nouns = {at + 1 for at, token in enumerate(tokens) if token.has(Tag.OPENS_NOUN)}
    said = {token.lower for at, token in enumerate(tokens) if at not in nouns}
    return not any(word[:4] == other[:4] for word in saying for other in said)


def _another_speaks(question: str, text: str, sentence: Span, answer: Span) -> bool:
    """Return whether a question asks for somebody's words, and an answer is in another's.

    Whom he or she stands for is not always known, and who speaks may not be told.
    """
    from retrieval.attribution import asked_speaker, attribute, speaker_matches
    from retrieval.attribution.discourse.names import PERSONAL

    asked = asked_speaker(question)
    if asked is None:
        return False
    found = attribute(text, sentence, answer)
    name = found.full_name or found.speaker
    if name is None or name.text.lower() in PERSONAL:
        return False
    return not speaker_matches(asked, found, text)


def _only_asked(text: str, sentence: Span, answer: Span) -> bool:
    """Return whether the words of an answer stand in a question, which says nothing of itself."""
    stop = _STOP.search(text, answer.end, sentence.end)
    return stop is not None and stop[0] == "?"
