"""The measures of each kind of run, each with its meaning and where it is defined.

A measure is computed from columns, one value a question, so the same definition serves the
headline figure, its bootstrap interval, a comparison of two runs, and a check against a baseline.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np

from eval.measures import confidence_measures, ranking, speakers
from eval.types import Column, Columns, Kind, Measure


def _mean(column: str, columns: Columns, where: float | None = None) -> float | None:
    values = columns[column]
    if where is not None:
        values = values[columns["answerable"] == where]
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else None


def mean_of(column: str, where: float | None = None) -> Callable[[Columns], float | None]:
    """Return a measure's `compute`: the column's mean over the questions it applies to.

    `where` keeps the answerable (1) or unanswerable (0) questions only.
    """
    return partial(_mean, column, where=where)


def _columns(columns: Columns) -> tuple[Column, Column]:
    known = ~np.isnan(columns["right"])
    return columns["right"][known], columns["confidence"][known]


def _auroc(columns: Columns) -> float | None:
    return confidence_measures.auroc(columns["answerable"], columns["confidence"])


def _aurc(columns: Columns) -> float | None:
    return confidence_measures.area_under_risk(*_columns(columns))


def _ece(columns: Columns) -> float | None:
    return confidence_measures.expected_calibration_error(
        confidence_measures.reliability(*_columns(columns))
    )


def _brier(columns: Columns) -> float | None:
    return confidence_measures.brier(*_columns(columns))


def _shown_citation_precision(columns: Columns) -> float | None:
    made = float(np.nansum(columns["citations"]))
    return float(np.nansum(columns["supporting"])) / made if made else None


_ALCE = "after ALCE, Gao et al. 2023"
_SPEAKERS = "span overlap, after Pareti 2016"
_SQUAD = "SQuAD evaluation script 2.0; Rajpurkar et al. 2018"

QA: tuple[Measure, ...] = (
    Measure("EM", "exact match of the answer given, no answer being one", _SQUAD, mean_of("exact")),
    Measure("F1", "token F1 of the answer given, no answer being one", _SQUAD, mean_of("f1")),
    Measure("answerable_EM", "EM, answerable questions", _SQUAD, mean_of("exact", 1)),
    Measure("answerable_F1", "F1, answerable questions", _SQUAD, mean_of("f1", 1)),
    Measure("unanswerable_F1", "unanswerable questions refused", _SQUAD, mean_of("f1", 0)),
    Measure("best_EM", "EM of the best span whatever the verdict, answerable questions",
            "SQuAD evaluation script 1.1; Rajpurkar et al. 2016", mean_of("best_exact")),
    Measure("best_F1", "F1 of the best span whatever the verdict, answerable questions",
            "SQuAD evaluation script 1.1; Rajpurkar et al. 2016", mean_of("best_f1")),
    Measure("answerable_refused", "answerable questions refused",
            "share of not_found", mean_of("refused", 1), higher_is_better=False),
    Measure("character_IoU", "overlap of the best span's code points with the nearest gold's",
            "Jaccard 1912", mean_of("character_iou")),
    Measure("token_IoU", "overlap of the best span's tokens with the nearest gold's",
            "Jaccard 1912", mean_of("token_iou")),
    Measure("citation_recall", "answerable questions with a gold span in a sentence cited",
            _ALCE, mean_of("cited")),
    Measure("citation_precision", "first answers given whose cited sentence holds a gold span",
            _ALCE, mean_of("first_supports")),
    Measure("shown_citation_precision", "the same of all the answers shown, at most k a question",
            _ALCE, _shown_citation_precision),
    Measure("speaker_accuracy", "right answers put in the right mouth, or in nobody's",
            _SPEAKERS, mean_of("speaker")),
    Measure("abstention_AUROC", "confidence telling answerable questions from unanswerable ones",
            "Fawcett 2006", _auroc),
    Measure("AURC", "area under the risk–coverage curve", "Geifman et al. 2019", _aurc,
            higher_is_better=False),
    Measure("ECE", f"expected calibration error, {confidence_measures.BINS} equal-width bins",
            "Naeini et al. 2015; Guo et al. 2017", _ece, higher_is_better=False),
    Measure("Brier", "mean squared error of the confidence", "Brier 1950", _brier,
            higher_is_better=False),
)  # fmt: skip

_RANKING_MEANING = {
    "nDCG@10": ("graded gain, discounted by rank", "Järvelin and Kekäläinen 2002; trec_eval"),
    "R@10": ("share of the relevant documents in the first 10", "trec_eval"),
    "R@100": ("share of the relevant documents in the first 100", "trec_eval"),
    "RR@10": ("reciprocal rank of the first relevant document", "Voorhees 1999; trec_eval"),
    "AP@100": ("average precision; its mean is MAP", "trec_eval"),
    "P@10": ("share of the first 10 that are relevant", "trec_eval"),
    "Success@1": ("a relevant document comes first", "trec_eval"),
    "Success@5": ("a relevant document in the first 5", "trec_eval"),
}

RETRIEVAL: tuple[Measure, ...] = tuple(
    Measure(name, *_RANKING_MEANING[name], mean_of(name)) for name in ranking.NAMES
)

ATTRIBUTION: tuple[Measure, ...] = (
    Measure("precision", "given speakers that are right", _SPEAKERS, speakers.precision),
    Measure("recall", "speakers that were found", _SPEAKERS, speakers.recall),
    Measure("F1", "harmonic mean of precision and recall", _SPEAKERS, speakers.f1),
    Measure("exact_F1", "F1 counting only the very span",
            _SPEAKERS, partial(speakers.f1, match="exact")),
    Measure("false_speaker_rate", "sentences without reported speech that were given a speaker",
            _SPEAKERS, speakers.false_speaker_rate, higher_is_better=False),
)  # fmt: skip

MEASURES: dict[Kind, tuple[Measure, ...]] = {
    "qa": QA,
    "retrieval": RETRIEVAL,
    "attribution": ATTRIBUTION,
}


def measure(kind: Kind, columns: Columns) -> dict[str, float | None]:
    """Return every measure of `kind` over `columns`, None where one is undefined."""
    return {each.name: each.compute(columns) for each in MEASURES[kind]}


class _Columns(dict[str, Column]):
    """Columns by name; one that is not there is NaN throughout.

    Runs made before a measure was added have none of its columns: it is undefined for them.
    """

    def __missing__(self, name: str) -> Column:
        return np.full(len(next(iter(self.values()), ())), np.nan)


def to_columns(rows: Iterable[Mapping[str, float]]) -> dict[str, Column]:
    """Return per-question scores as columns, in order; every row has the first row's names.

    A name that no row has gives a column of NaN.
    """
    columns: dict[str, array[float]] = {}
    for row in rows:
        columns = columns or {name: array("d") for name in row}
        for name, values in columns.items():
            values.append(row[name])
    return _Columns((name, np.array(values)) for name, values in columns.items())


def joined(a: Columns, b: Columns) -> Columns:
    """Return the rows of `a` and then those of `b`."""
    names = dict.fromkeys([*a, *b])
    return _Columns((name, np.concatenate([a[name], b[name]])) for name in names)
