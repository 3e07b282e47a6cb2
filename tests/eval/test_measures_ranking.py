"""Ranking figures equal pytrec_eval's on the TREC run that was written, ties and gaps included."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
import pytrec_eval

from eval.measures.ranking import NAMES, score, strictly_falling
from eval.runs.trec import write_trec

PEER = {
    "nDCG@10": "ndcg_cut_10",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "P@10": "P_10",
    "Success@1": "success_1",
    "Success@5": "success_5",
}


def made_run(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]]:
    draw = random.Random(seed)
    documents = [f"d{n}" for n in range(300)]
    qrels = {
        f"q{q}": {d: draw.choice([0, 1, 1, 2, 3]) for d in draw.sample(documents, 12)}
        for q in range(40)
    }
    for judged in qrels.values():
        judged[next(iter(judged))] = 1
    rankings = {}
    for query in list(qrels)[:-3]:
        found = draw.sample(documents, draw.choice([0, 5, 100]))
        scores = sorted((draw.choice([0.1, 0.25, draw.random()]) for _ in found), reverse=True)
        rankings[query] = strictly_falling(list(zip(found, scores, strict=True)))
    return qrels, rankings


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_pytrec_eval_from_the_saved_run(seed: int, tmp_path: Path) -> None:
    qrels, rankings = made_run(seed)
    ours = score(qrels, rankings)
    write_trec(tmp_path / "run.trec", rankings)
    with (tmp_path / "run.trec").open(encoding="utf-8") as opened:
        saved = pytrec_eval.parse_run(opened)
    evaluator = pytrec_eval.RelevanceEvaluator(
        qrels, {"ndcg_cut.10", "recall.10,100", "P.10", "success.1,5", "map_cut.100", "recip_rank"}
    )
    theirs = evaluator.evaluate(saved)
    for query in qrels:
        given = theirs.get(query)
        for name, peer in {**PEER, "AP@100": "map_cut_100"}.items():
            expected = given[peer] if given else 0.0
            assert ours[query][name] == pytest.approx(expected, abs=1e-6), (query, name)
        reciprocal = given["recip_rank"] if given else 0.0
        cut = reciprocal if reciprocal >= 0.1 else 0.0
        assert ours[query]["RR@10"] == pytest.approx(cut, abs=1e-6)


def test_a_query_without_results_counts_as_zero() -> None:
    qrels = {"q1": {"d1": 1}, "q2": {"d2": 1}}
    values = score(qrels, {"q1": [("d1", 1.0)]})
    assert values["q1"] == dict.fromkeys(NAMES, 1.0) | {"P@10": pytest.approx(0.1)}
    assert values["q2"] == dict.fromkeys(NAMES, 0.0)


def test_ties_keep_the_order_they_were_given() -> None:
    fallen = strictly_falling([("b", 0.5), ("z", 0.5), ("a", 0.5), ("c", 0.2)])
    assert [document for document, _ in fallen] == ["b", "z", "a", "c"]
    assert all(one > two for (_, one), (_, two) in pairwise(fallen))
    assert fallen[0][1] == 0.5
    assert score({"q": {"b": 1}}, {"q": fallen})["q"]["RR@10"] == 1.0
