"""The stretches of a training run, and how much of which data each reads.

The order goes from easy to hard, which a pilot showed to pay: single sentences first, then whole
passages, and the human adversarial questions at the end, with ordinary data among them.
"""

from dataclasses import dataclass, replace
from typing import Literal

PhaseName = Literal["sentences", "passages", "adversarial"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training, ending at ``until`` of the whole run, with a share of each source.

    A share of 1 is every row once an epoch, 2 each twice; ``.3`` a random 30 % of them. ``cropped``
    is the share of examples that are read in a window of some sentences only.
    """

    name: PhaseName
    until: float
    shares: dict[str, float]
    cropped: float = 0.65


PHASES = (
    Phase("sentences", 0.065, {"qamr": 1.0, "qasrl": 0.4}),
    Phase(
        "passages",
        0.77,
        {
            "squad": 1.0,
            "squadshifts_new_wiki": 1.0,
            "squadshifts_reddit": 0.35,
            "squadshifts_amazon_reviews": 0.35,
            "fairytaleqa": 0.35,
            "policyqa": 0.25,
            "covidqa": 0.25,
            "squad1": 1.0,
            "qamr": 0.06,
            "mined": 0.05,
            "without": 0.08,
            "edited": 0.30,
        },
    ),
    Phase(
        "adversarial",
        1.0,
        {
            "squad2": 1.0,
            "squad": 0.2,
            "squadshifts_new_wiki": 0.2,
            "squadshifts_reddit": 0.05,
            "squadshifts_amazon_reviews": 0.05,
            "fairytaleqa": 0.1,
            "mined": 0.01,
            "without": 0.015,
            "edited": 0.07,
        },
    ),
)

REFINING = (
    Phase(
        "passages",
        0.6,
        {
            "squad": 1.0,
            "squadshifts_new_wiki": 1.0,
            "squadshifts_reddit": 0.2,
            "squadshifts_amazon_reviews": 0.2,
            "fairytaleqa": 0.35,
            "policyqa": 0.15,
            "covidqa": 0.25,
            "qamr": 0.05,
            "squad1": 1.0,
            "squad2": 1.0,
            "mined": 0.025,
            "without": 0.04,
            "edited": 0.2,
        },
    ),
    Phase(
        "adversarial",
        1.0,
        {
            "squad2": 1.0,
            "squad1": 0.5,
            "squad": 0.25,
            "squadshifts_new_wiki": 0.25,
            "squadshifts_reddit": 0.04,
            "squadshifts_amazon_reviews": 0.04,
            "fairytaleqa": 0.1,
            "covidqa": 0.05,
            "mined": 0.01,
            "without": 0.015,
            "edited": 0.05,
        },
    ),
)
"""For going on from trained weights: passages again, with the adversarial questions among them."""

TEACHER = (replace(REFINING[0], cropped=1.0), REFINING[1])
"""For a teacher, whose every token is dear: it reads windows first."""

DISTILLATION = Phase(
    "passages",
    1.0,
    {
        "squad": 0.6,
        "squadshifts_new_wiki": 0.7,
        "squadshifts_reddit": 0.25,
        "squadshifts_amazon_reviews": 0.25,
        "fairytaleqa": 0.6,
        "policyqa": 0.08,
        "covidqa": 0.25,
        "qamr": 0.05,
        "articles": 0.35,
        "squad1": 1.0,
        "squad2": 1.0,
        "mined": 0.025,
        "without": 0.025,
        "articles_without": 0.04,
        "edited": 0.25,
    },
)
"""What a teacher is asked to score, once: of many kinds, so that less is learnt by heart."""

MORE_DISTILLATION = replace(
    DISTILLATION,
    shares={
        "squad": 1.0,
        "squadshifts_new_wiki": 1.0,
        "squadshifts_reddit": 0.8,
        "squadshifts_amazon_reviews": 0.8,
        "fairytaleqa": 1.0,
        "policyqa": 0.25,
        "covidqa": 1.0,
        "qamr": 0.15,
        "articles": 0.55,
        "squad1": 1.0,
        "squad2": 1.0,
        "mined": 0.05,
        "without": 0.05,
        "articles_without": 0.08,
        "edited": 0.6,
    },
)
"""And more of it, to take the questions from that ``DISTILLATION`` left out."""

MANY_EPOCHS = Phase(
    "passages",
    1.0,
    {
        "squad": 1.0,
        "squadshifts_new_wiki": 1.0,
        "squadshifts_reddit": 0.5,
        "squadshifts_amazon_reviews": 0.5,
        "fairytaleqa": 1.0,
        "policyqa": 0.25,
        "covidqa": 0.6,
        "qamr": 0.15,
        "articles": 0.45,
        "squad1": 1.0,
        "squad2": 2.0,
        "mined": 0.04,
        "without": 0.05,
        "articles_without": 0.06,
        "edited": 0.45,
    },
)
"""For a GPU, which reads all there is many times over: the same mix from beginning to end."""

GENERATED = replace(DISTILLATION, shares={"written": 1.0})
"""Or the questions that a language model wrote."""

DOCUMENTS = replace(
    DISTILLATION,
    shares={
        "documents": 2.0,
        "documents_without": 0.2,
        "conditionalqa": 1.0,
        "contractnli": 0.5,
        "omosqa": 1.0,
        "onestopqa": 0.5,
        "policyqa": 0.1,
        "squad": 0.2,
        "squadshifts_new_wiki": 0.2,
        "squadshifts_reddit": 0.03,
        "squadshifts_amazon_reviews": 0.03,
        "fairytaleqa": 0.3,
        "covidqa": 0.15,
        "qamr": 0.01,
        "squad1": 0.7,
        "squad2": 1.0,
        "mined": 0.01,
        "without": 0.01,
        "edited": 0.05,
    },
)
"""What is read of document sets and guidance, with enough of the others to keep what is known."""
