"""Which articles of the held-out SQuAD questions may be used for what.

SQuAD 1.1 and 2.0 ask about the same articles, so the split goes by article title and holds for
both: an article trained on is never reported on, and thresholds are fitted on articles apart.
"""

import hashlib
from typing import Literal, TypeVar

Part = Literal["train", "calibrate", "report"]

_T = TypeVar("_T")

_QUARTERS: tuple[Part, Part, Part, Part] = ("train", "calibrate", "train", "report")


def squad2_part(title: str) -> Part:
    """Return the part that the article ``title`` belongs to, from its sha256 modulo 4.

    Half of all titles are ``train``, a quarter ``calibrate`` and a quarter ``report``.
    """
    digest = hashlib.sha256(title.encode("utf-8")).digest()
    return _QUARTERS[digest[-1] % 4]


def part_of(source: str, title: str) -> Part:
    """Return what a row of the set ``source`` may be used for.

    Sets that trained nothing have two halves.
    """
    part = squad2_part(title)
    return "calibrate" if part == "train" and "squad" not in source else part


def thinned(rows: list[_T], limit: int | None) -> list[_T]:
    """Return at most ``limit`` of the rows, evenly spread; all without a limit."""
    return rows if limit is None else rows[:: max(1, len(rows) // limit)][:limit]
