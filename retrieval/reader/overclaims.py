"""Answers that say more than their sentence does.

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
    sentence = next((one for one in sentences(text) if one.overlaps(answer)), None)
    if sentence is None:
        return False
    speaker = attribute(text, sentence).speaker
    return speaker is not None and speaker.span is not None and speaker.span.overlaps(answer)
