"""How well a network reads what it was not trained on: exact match, F1, AUROC of its null score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eval.data.splits import Part, part_of, thinned
from eval.measures.confidence_measures import auroc
from eval.measures.squad import f1, normalise
from eval.training.example_encoding import Encoder, Example
from eval.training.labelled_rows import Row, read_rows
from eval.training.model import collate, device_of, score

MAX_ANSWER_TOKENS = 30
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """A row with the span found for it, and by how much it beats no answer (in nats)."""

    row: Row
    text: str
    margin: float


def summarise(readings: Sequence[Reading]) -> dict[str, float]:
    """EM and F1 of the best spans over answerable rows, in percent, and AUROC of the margin."""
    answerable = [r for r in readings if r.row.golds]
    exact = [max(normalise(r.text) == normalise(g) for g in r.row.answers) for r in answerable]
    overlap = [max(f1(r.text, g) for g in r.row.answers) for r in answerable]
    labels = [bool(r.row.golds) for r in readings]
    measures = {"EM": 100 * float(np.mean(exact)), "F1": 100 * float(np.mean(overlap))}
    area = auroc(labels, [r.margin for r in readings])
    if area is not None:
        measures["AUROC"] = area
    return {name: round(value, 4) for name, value in measures.items()}


def sample(path: Path, part: Part, count: int) -> list[Row]:
    """At most ``count`` rows of one part of a held-out set, which ``path`` is named by."""
    rows = [row for row in read_rows(path) if part_of(path.stem, row.title) == part]
    return thinned(rows, count)


def best_span(start: Tensor, end: Tensor) -> tuple[int, int, float]:
    """Best ``(first, last)`` token span past token 0, and its log-odds over no answer."""
    scores = start[:, None] + end[None, :]
    allowed = torch.ones_like(scores, dtype=torch.bool).triu().tril(MAX_ANSWER_TOKENS - 1)
    allowed[0] = False
    flat = int(scores.masked_fill(~allowed, -1e30).argmax())
    first, last = divmod(flat, len(end))
    return first, last, float(scores[first, last] - scores[0, 0])


def read(model: nn.Module, encoder: Encoder, rows: Sequence[Row]) -> list[Reading]:
    """Read rows in training's own way: one window from the passage's beginning."""
    asked = unanswered(encoder, rows)
    return readings(encoder, rows, asked, scores(model, asked))


def unanswered(encoder: Encoder, rows: Sequence[Row]) -> list[Example]:
    """Encode rows without their answers, so that no window is chosen by them."""
    rng = np.random.default_rng(0)
    return [encoder.encode(replace(row, golds=()), rng, None) for row in rows]


def scores(model: nn.Module, examples: Sequence[Example]) -> list[Tensor]:
    """Return each example's log-probabilities, float32 ``[2, tokens]`` (start, end)."""
    order = sorted(range(len(examples)), key=lambda at: len(examples[at].ids))
    by_index: dict[int, Tensor] = {}
    training = model.training
    model.eval()
    with torch.inference_mode():
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            scored = score(model, collate([examples[at] for at in batch]).to(device_of(model)))
            for row, at in enumerate(batch):
                kept = slice(len(examples[at].ids))
                by_index[at] = torch.stack([scored.start[row, kept], scored.end[row, kept]]).cpu()
    model.train(training)
    return [by_index[at] for at in range(len(examples))]


def mean(scored: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """Return the mean of several networks' log-probabilities, example by example."""
    return [torch.stack(each).mean(0) for each in zip(*scored, strict=True)]


def divergence(scored: Sequence[Tensor], teacher: Sequence[Tensor]) -> float:
    """Mean divergence of examples' starts and ends, both together, from a teacher's, in nats."""
    apart = [(each.exp() * (each - own)).sum() for own, each in zip(scored, teacher, strict=True)]
    return round(float(torch.stack(apart).mean()), 4)


def readings(
    encoder: Encoder, rows: Sequence[Row], examples: Sequence[Example], scored: Sequence[Tensor]
) -> list[Reading]:
    """Return the best spans by scores as ``scores`` gives them."""
    best = []
    for row, example, (start, end) in zip(rows, examples, scored, strict=True):
        first, last, margin = best_span(start, end)
        best.append(Reading(row, encoder.text(row.context, example, first, last), margin))
    return best
