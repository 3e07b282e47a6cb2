"""Ranking measures, computed by ir-measures (MacAvaney et al. 2022) over pytrec_eval.

nDCG@10 (Järvelin and Kekäläinen 2002, trec_eval's gains), R@k, RR@10 (Voorhees 1999), AP@100
and Success@k. A query for which nothing was found scores 0; none is dropped.
"""

from collections.abc import Mapping, Sequence

import numpy as np

NAMES = ("nDCG@10", "R@10", "R@100", "RR@10", "AP@100", "P@10", "Success@1", "Success@5")

Qrels = Mapping[str, Mapping[str, int]]
Ranking = Sequence[tuple[str, float]]
"""Document ids and scores, best first."""


def strictly_falling(ranking: Ranking) -> list[tuple[str, float]]:
    """Return the ranking with float32 scores that fall strictly, its order kept.

    trec_eval sorts by score in single precision and breaks ties by document number; without
    ties every tool ranks as we did.
    """
    fallen: list[tuple[str, float]] = []
    ceiling = np.float32(np.inf)
    for document, score in ranking:
        ceiling = min(np.float32(score), np.nextafter(ceiling, np.float32(-np.inf)))
        fallen.append((document, float(ceiling)))
    return fallen


def score(
    qrels: Qrels, rankings: Mapping[str, Ranking], names: Sequence[str] = NAMES
) -> dict[str, dict[str, float]]:
    """Return each measure's value for every query of `qrels`, as `{query: {measure: value}}`."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in names]
    run = {query: dict(ranking) for query, ranking in rankings.items()}
    values = {query: dict.fromkeys(names, 0.0) for query in qrels}
    judged = {query: dict(documents) for query, documents in qrels.items()}
    for metric in ir_measures.iter_calc(measures, judged, run):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values
