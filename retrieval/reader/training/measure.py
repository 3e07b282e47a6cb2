"""A quick look at a model during training: exact match, F1, and the AUROC of its null score."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from retrieval.reader.splits import Part, squad2_part
from retrieval.reader.training.encoding import Encoder, Example
from retrieval.reader.training.model import score
from retrieval.reader.training.rows import Row, read_rows

MAX_ANSWER_TOKENS = 30
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Reading:
    """A row with the span found for it, and by how much it beats no answer (in nats)."""

    row: Row
    text: str
    margin: float


def normalise(text: str) -> str:
    """SQuAD's normalisation: lower case, no punctuation, no articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def f1(found: str, gold: str) -> float:
    """SQuAD's F1 of the words of two answers."""
    a, b = normalise(found).split(), normalise(gold).split()
    if not a or not b:
        return float(a == b)
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b))


def summarise(readings: Sequence[Reading]) -> dict[str, float]:
    """EM and F1 of the best spans over answerable rows, in percent, and AUROC of the margin."""
    answerable = [r for r in readings if r.row.golds]
    exact = [max(normalise(r.text) == normalise(g) for g in r.row.answers) for r in answerable]
    overlap = [max(f1(r.text, g) for g in r.row.answers) for r in answerable]
    labels = [bool(r.row.golds) for r in readings]
    measures = {"EM": 100 * float(np.mean(exact)), "F1": 100 * float(np.mean(overlap))}
    if len(set(labels)) == 2:
        measures["AUROC"] = float(roc_auc_score(labels, [r.margin for r in readings]))
    return {name: round(value, 4) for name, value in measures.items()}


def sample(path: Path, part: Part, count: int) -> list[Row]:
    """``count`` rows of one part of a held-out SQuAD file, evenly spaced; none without the file."""
    if not path.exists():
        return []
    rows = [row for row in read_rows(path) if squad2_part(row.title) == part]
    return rows[:: max(1, len(rows) // count)][:count]


def best_span(start: torch.Tensor, end: torch.Tensor) -> tuple[int, int, float]:
    """Best ``(first, last)`` token span past token 0, and its log-odds over no answer."""
    scores = start[:, None] + end[None, :]
    allowed = torch.ones_like(scores, dtype=torch.bool).triu().tril(MAX_ANSWER_TOKENS - 1)
    allowed[0] = False
    flat = int(scores.masked_fill(~allowed, -1e30).argmax())
    first, last = divmod(flat, len(end))
    return first, last, float(scores[first, last] - scores[0, 0])


def read(model: nn.Module, encoder: Encoder, rows: Sequence[Row]) -> list[Reading]:
    """Read rows in training's own way: one window from the passage's beginning."""
    rng = np.random.default_rng(0)
    readings = []
    model.train(False)
    with torch.inference_mode():
        for row in rows:
            example: Example = encoder.encode(
                Row(row.title, row.context, row.question, ()), rng, None
            )
            scored = score(model, [example])
            first, last, margin = best_span(scored.start[0], scored.end[0])
            text = encoder.text(row.context, example, first, last)
            readings.append(Reading(row, text, margin))
    model.train()
    return readings
