"""`python -m eval.cross_check --data IR_DIR`: our ranking figures beside pytrec_eval's, set by set.

Every BEIR folder under IR_DIR is measured as `excerpt-eval retrieval --run FILE` does. Then the
saved TREC run and the judgements are read again with nothing of ours but `str.split`, and scored
by pytrec_eval. Printed is the largest difference of any query and of any mean; the exit code is 1
where one exceeds 1e-6.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytrec_eval

from eval.bench.table import Table
from eval.errors import RunError
from eval.harness.ir import IRConfig, run_retrieval
from eval.peers.excerpts import any_split
from eval.runs.record import Run
from eval.runs.trec import write_run
from index.errors import ExcerptError, InputError

TOLERANCE = 1e-6

PEERS = {
    "nDCG@10": "ndcg_cut_10",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "AP@100": "map_cut_100",
    "P@10": "P_10",
    "Success@1": "success_1",
    "Success@5": "success_5",
}
"""pytrec_eval's names of our measures; it has no RR@10, which is `recip_rank` of the first ten."""

Scores = dict[str, dict[str, float]]
"""`{query: {measure: value}}`."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two computations differ: at most, for one query and for a mean."""

    queries: int
    by_query: float
    by_mean: float

    @property
    def holds(self) -> bool:
        """Return whether they agree to 1e-6."""
        return max(self.by_query, self.by_mean) <= TOLERANCE


def peer_scores(run: Path, qrels: Path) -> Scores:
    """Return pytrec_eval's figures of a TREC run, 0 for judged queries that it does not hold."""
    ranked: dict[str, list[tuple[str, float]]] = {}
    for line in run.read_text("utf-8").splitlines():
        query, _, document, _, score, _ = line.split()
        ranked.setdefault(query, []).append((document, float(score)))
    judged: dict[str, dict[str, int]] = {}
    for line in qrels.read_text("utf-8-sig").splitlines():
        query, document, grade = line.split("\t")
        if grade.lstrip("-").isdigit():
            judged.setdefault(query, {})[document] = int(grade)
    whole = _evaluated(judged, {q: dict(found) for q, found in ranked.items()}, set(PEERS.values()))
    first = {q: dict(sorted(found, key=lambda p: -p[1])[:10]) for q, found in ranked.items()}
    reciprocal = _evaluated(judged, first, {"recip_rank"})
    return {
        query: {
            **{ours: whole.get(query, {}).get(theirs, 0.0) for ours, theirs in PEERS.items()},
            "RR@10": reciprocal.get(query, {}).get("recip_rank", 0.0),
        }
        for query in judged
    }


def _evaluated(
    judged: dict[str, dict[str, int]], run: dict[str, dict[str, float]], names: set[str]
) -> Scores:
    found: Scores = pytrec_eval.RelevanceEvaluator(judged, names).evaluate(run)
    return found


def agreement(run: Run, theirs: Scores) -> Agreement:
    """Set a run's figures, by query and as printed, beside another computation's."""
    ours = {row["id"]: row["columns"] for row in run.rows}
    if ours.keys() != theirs.keys():
        raise RunError(f"{run.folder}: {len(ours)} queries, judged are {len(theirs)}")
    by_query = max(
        abs(ours[query][name] - value) for query in theirs for name, value in theirs[query].items()
    )
    by_mean = max(
        abs((run.measures[name] or 0.0) - sum(each[name] for each in theirs.values()) / len(theirs))
        for name in (*PEERS, "RR@10")
    )
    return Agreement(len(theirs), by_query, by_mean)


def verify(folder: Path, workspace: Path, fusion: str | None = None) -> Agreement:
    """Measure a BEIR folder and check the figures; what is made stays under `workspace`."""
    split = any_split(folder).split
    run = run_retrieval(folder, split, workspace, IRConfig(fusion=fusion))
    trec = workspace / f"{folder.name}.trec"
    write_run(trec, run)
    return agreement(run, peer_scores(trec, folder / "qrels" / f"{split}.tsv"))


def set_folders(folder: Path) -> list[Path]:
    """Return the BEIR folders in a folder, or the folder itself where it is one.

    Raises:
        InputError: when there is none.
    """
    if (folder / "qrels").is_dir():
        return [folder]
    found = sorted(each.parent for each in folder.glob("*/qrels"))
    if not found:
        raise InputError(f"{folder}: has no BEIR folder; give --data one, or a folder of them")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Check by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.cross_check", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of BEIR folders, or one")
    parser.add_argument("--fusion", help="a fusion by name")
    options = parser.parse_args(arguments)
    try:
        sets = set_folders(options.data)
        with tempfile.TemporaryDirectory(prefix="excerpt-verify-") as workspace:
            found = {each.name: verify(each, Path(workspace), options.fusion) for each in sets}
    except ExcerptError as error:
        print(f"eval.cross_check: {error}", file=sys.stderr)
        return 1
    rows = [(n, str(a.queries), f"{a.by_query:.1e}", f"{a.by_mean:.1e}") for n, a in found.items()]
    columns = ("", "queries", "largest, a query", "largest, a mean")
    print(Table("difference to pytrec_eval, all measures", columns, tuple(rows)))
    return 0 if all(each.holds for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
