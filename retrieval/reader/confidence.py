"""How sure to be: what a reading shows, and the calibrated probability that it is right."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from index.errors import ModelError
from index.types import Hit
from retrieval.answering.question import answer_kind
from retrieval.answering.wording import around, coverage, predicate_support
from retrieval.reader.merge import Group
from retrieval.types import ConfidenceScale

Mode = Literal["closed", "open"]
MODES: tuple[Mode, ...] = ("closed", "open")

_CLIP = 15.0
_WHOLE_CLAUSE = frozenset({"how", "why", "definition", "clause", "list"})
_FIGURES = frozenset({"number", "date"})
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"\d[\d.,]*\d|\d|(?<=\s)[A-Z][\w’'-]+")


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
        cosine: what is taken for a passage's cosine with the question where it is not known.
        scale: from which confidence on what may be said.
    """

    right: Logistic
    other: Logistic
    cosine: float
    scale: ConfidenceScale

    @classmethod
    def of(cls, values: Mapping[str, Any], mode: Mode) -> "Calibration":
        """Read one mode's part of `calibration.json`.

        Raises:
            ModelError: an entry is missing or not a finite number.
        """
        try:
            part = values[mode]
            right, other = (Logistic.of(part[name]) for name in ("right", "other"))
            return cls(right, other, _finite(part["cosine"]), _scale(part))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                f"the reader's calibration.json spoils the entry {error} of {mode!r}; fit it "
                "again with: python -m eval.calibration.calibrate"
            ) from error


def _scale(part: Mapping[str, Any]) -> ConfidenceScale:
    """Read the thresholds; those of `answered` are listed as strings of their risks."""
    answered = sorted((_finite(risk), _finite(least)) for risk, least in part["answered"].items())
    return ConfidenceScale(_finite(part["not_found"]), tuple(answered), _finite(part["doubted"]))


def _finite(value: str | float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a threshold or cosine that is not finite")
    return number


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
    nearby = around(hit.passage.text, group.best.span.shift(-hit.passage.span.start))
    kind = answer_kind(question)
    has_digit = _DIGIT.search(group.best.text) is not None
    return {
        "margin": _clip(group.best.margin),
        "alone": _clip(group.best.margin if group.alone is None else group.alone),
        "led": _clip(group.best.margin if group.led is None else group.led),
        "margin_squared": _clip(group.best.margin) ** 2 / _CLIP,
        "gap": _clip(group.score - rival),
        "share": max(-_CLIP, group.score - everything),
        "words": math.log1p(len(group.best.text.split())),
        "coverage": coverage(question, passage),
        "nearby": coverage(question, nearby),
        "headed": coverage(
            question, "\n".join((*hit.passage.headings, hit.passage.document_id, passage))
        ),
        "predicate": predicate_support(question, nearby),
        "unnamed": _missing_names(question, passage),
        "asked": math.log1p(len(question.split())),
        "negated": float(bool(re.search(r"n['’]t\b|\bnot\b|\bnever\b", question.lower()))),
        "rank": math.log1p(group.best.rank),
        "cosine": hit.scores.get("dense", cosine),
        "places": math.log(group.places),
        "by_unit": float(group.best.by_unit),
        "asks_clause": float(kind in _WHOLE_CLAUSE),
        "asks_figure": float(kind in _FIGURES),
        "lacks_figure": float(kind in _FIGURES and not has_digit),
        "asks_name": float(kind in ("name", "place")),
        "lacks_name": float(kind == "name" and group.best.text == group.best.text.lower()),
        "asks_yes_or_no": float(kind == "yes_no"),
    }


def _clip(value: float) -> float:
    return max(-_CLIP, min(_CLIP, value))


def _missing_names(question: str, text: str) -> float:
    """How many of the question's names and numbers the text does not have, at most 3."""
    folded = text.casefold()
    names = {
        name.casefold().removesuffix("'s").removesuffix("’s") for name in _NAME.findall(question)
    }
    return float(min(3, sum(name not in folded for name in names)))
