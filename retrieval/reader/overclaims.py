"""Answers that say more than their sentence does, or in whose words they were not asked for.

In "what Pete Hegseth has termed Operation Southern Spear" the name is right there, beside the
words of "who leads Operation Southern Spear?", and a reader trained to find *who* takes it. But
the sentence says who spoke, not who led. So a speaker's name is no sure answer unless the
question asks who spoke, or its own words for the deed stand near the name.
"""

import re

from index.text.sentences import sentences
from index.types import Span

_WORD = re.compile(r"[^\W\d_]+")


def only_speaks(question: str, text: str, answer: Span) -> bool:
    """Tell whether `answer` is the speaker of a report in its sentence, and no more was asked.

    Args:
        question: what was asked; one that asks for a report ("who said …") is answered by a
            speaker.
        text: the passage.
        answer: its span in the passage.
    """
    from retrieval.attribution import attribute
    from retrieval.attribution.lexicon import verb_forms

    if any(word.lower() in verb_forms() for word in _WORD.findall(question)):
        return False
    sentence = _sentence_of(text, answer)
    if sentence is None:
        return False
    speaker = attribute(text, sentence).speaker
    return speaker is not None and speaker.span is not None and speaker.span.overlaps(answer)


def another_speaks(question: str, text: str, answer: Span) -> bool:
    """Tell whether a question asks for somebody's words, and `answer` is in another's.

    Whom he or she stands for is not always known, and who speaks may not be told.
    """
    from retrieval.attribution import asked_speaker, attribute, speaker_matches
    from retrieval.attribution.names import PERSONAL

    asked = asked_speaker(question)
    sentence = _sentence_of(text, answer) if asked else None
    if asked is None or sentence is None:
        return False
    found = attribute(text, sentence, answer)
    name = found.full_name or found.speaker
    if name is None or name.text.lower() in PERSONAL:
        return False
    return not speaker_matches(asked, found, text)


def _sentence_of(text: str, answer: Span) -> Span | None:
    return next((one for one in sentences(text) if one.overlaps(answer)), None)
