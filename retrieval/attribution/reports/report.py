"""One piece of reported speech, and what all ways to find one share."""

from typing import NamedTuple

from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import Form
from retrieval.types import Stance


class Report(NamedTuple):
    """One piece of reported speech: who, by which cue, and the tokens of what is reported.

    `strength` ranks several in a sentence: 3 says so outright, 2 needs its complement,
    1 names, 0 hedges.
    """

    speaker: Phrase | None
    cue: Phrase
    stance: Stance
    content: tuple[Phrase, ...]
    strength: int


def except_tokens(sentence: Sentence, *bounds: int) -> tuple[Phrase, ...]:
    """Return the sentence without the tokens from the first bound up to the second, and so on."""
    edges = (0, *bounds, len(sentence.tokens))
    parts = map(Phrase, edges[::2], edges[1::2])
    return tuple(part for part in parts if part.last > part.first)


def strength(form: Form) -> int:
    """Rank a verb by its frame: how outright it says that something was said."""
    return {"free": 3, "deny": 3, "accuse": 3, "name": 1}.get(form.frame, 2)
