"""How sure to be: what a reading shows, and the calibrated probability that it is right."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from index.errors import ModelError
from index.types import Hit
from retrieval.reader.merge import Group, fold
from retrieval.types import Verdict

Mode = Literal["closed", "open"]
MODES: tuple[Mode, ...] = ("closed", "open")

EVEN = 0.5
_CLIP = 15.0
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"\d[\d.,]*\d|\d|(?<=\s)[A-Z][\w’'-]+")
QUESTION_WORDS = frozenset(
    """
    a about an and any are as at be been by can could did do does for from had has have how if
    in into is it its kind many much name of on one or some that the their them there these
    they this to type was were what when where which who whom whose why will with would you
    """.split()
)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Logistic":
        """Read a model from `{"intercept", "weights": {name: value}}`; ValueError if not finite."""
        weights = {str(name): float(value) for name, value in values["weights"].items()}
        intercept = float(values["intercept"])
        if not all(map(math.isfinite, [intercept, *weights.values()])):
            raise ValueError("a weight that is not finite")
        return cls(intercept, weights)

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the modelled probability, from 0 to 1."""
        total = self.intercept + sum(w * features[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one way of reading is worth.

    Attributes:
        right: P(the best span is right), its confidence.
        other: P(a span that others beat is right), its confidence.
        answerable: P(the passages answer the question at all), which decides `not_found`.
        cosine: what is taken for a passage's cosine with the question where it is not known.
        not_found: the least P(answerable) that is not refused, unless P(right) is even.
        answered: the least confidence that is called `answered`.
    """

    right: Logistic
    other: Logistic
    answerable: Logistic
    cosine: float
    not_found: float
    answered: float

    @classmethod
    def of(cls, values: Mapping[str, Any], mode: Mode) -> "Calibration":
        """Read one mode's part of `calibration.json`.

        Raises:
            ModelError: an entry is missing or not a finite number.
        """
        try:
            part = values[mode]
            numbers = [float(part[name]) for name in ("cosine", "not_found", "answered")]
            if not all(map(math.isfinite, numbers)):
                raise ValueError("a threshold or cosine that is not finite")
            right, other, answerable = (
                Logistic.of(part[name]) for name in ("right", "other", "answerable")
            )
            return cls(right, other, answerable, *numbers)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                f"the reader's calibration.json spoils the entry {error} of {mode!r}; fit it "
                "again with: python -m eval.calibration.calibrate"
            ) from error

    def verdict(self, confidence: float, answerable: float) -> Verdict:
        """Return what may be said, by P(right) and P(answerable).

        What is as likely right as wrong is not refused.
        """
        if answerable < self.not_found and confidence < EVEN:
            return "not_found"
        return "answered" if confidence >= self.answered else "uncertain"


def features(
    question: str,
    groups: Sequence[Group],
    hits: Sequence[Hit],
    place: int = 0,
    *,
    cosine: float = 0.0,
) -> dict[str, float]:
    """Describe an answer by what tells right ones from wrong ones.

    Args:
        question: what was asked.
        groups: distinct answers, best first; at least one.
        hits: the passages read, by rank.
        place: which of the groups to describe.
        cosine: what is taken for a passage's cosine with the question where its hit has none.
    """
    group = groups[place]
    hit = hits[group.best.rank]
    rival = max((g.score for g in groups if g is not group), default=-_CLIP)
    everything = math.log1p(sum(math.exp(min(g.score, 50.0)) for g in groups))
    passage = hit.passage.title + "\n" + hit.passage.text
    around = _around(hit, group)
    return {
        "margin": _clip(group.best.margin),
        "alone": _clip(group.best.margin if group.alone is None else group.alone),
        "led": _clip(group.best.margin if group.led is None else group.led),
        "margin_squared": _clip(group.best.margin) ** 2 / _CLIP,
        "gap": _clip(group.score - rival),
        "share": max(-_CLIP, group.score - everything),
        "words": math.log1p(len(group.best.text.split())),
        "coverage": coverage(question, passage),
        "nearby": coverage(question, around),
        "predicate": _predicate(question, around),
        "unnamed": _missing_names(question, passage),
        "asked": math.log1p(len(question.split())),
        "negated": float(bool(re.search(r"n['’]t\b|\bnot\b|\bnever\b", question.lower()))),
        "rank": math.log1p(group.best.rank),
        "cosine": hit.scores.get("dense", cosine),
        "places": math.log(group.places),
        "passages": math.log(len(hits)),
    }


def coverage(question: str, text: str) -> float:
    """Return the share of the question's content words that a text has, by their first letters."""
    asked = {word[:5] for word in _folded(question) if word not in QUESTION_WORDS}
    said = {word[:5] for word in _folded(text)}
    return len(asked & said) / len(asked) if asked else 0.0


def _clip(value: float) -> float:
    return max(-_CLIP, min(_CLIP, value))


def _predicate(question: str, text: str) -> float:
    """Share of the question's common words, what it says of the names in it, near the answer.

    1 where it has none.
    """
    common = " ".join(word for word in question.split() if word[:1].islower())
    asked = {word[:4] for word in _folded(common) if word not in QUESTION_WORDS}
    said = {word[:4] for word in _folded(text)}
    return len(asked & said) / len(asked) if asked else 1.0


@lru_cache(maxsize=32)
def _folded(text: str) -> frozenset[str]:
    """Return a text's words; kept, since every answer of a passage asks for them."""
    return frozenset(fold(text).split())


def _around(hit: Hit, group: Group) -> str:
    """The text within 120 code points of the answer."""
    at = group.best.span.start - hit.passage.span.start
    return hit.passage.text[max(0, at - 120) : at + len(group.best.span) + 120]


def _missing_names(question: str, text: str) -> float:
    """How many of the question's names and numbers the text does not have, at most 3."""
    folded = text.casefold()
    names = {
        name.casefold().removesuffix("'s").removesuffix("’s") for name in _NAME.findall(question)
    }
    return float(min(3, sum(name not in folded for name in names)))
