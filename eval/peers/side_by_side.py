"""Every peer in turn on one set, ours run before each of them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from eval.data.beir import RetrievalSet
from eval.measures import ranking
from eval.peers.adapters import OURS
from eval.peers.environment import ROOT, PeerError, model_folder, offline, peers_python

_MEASURES = ("nDCG@10", "R@10")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: `wordpieces` embedded in `seconds`, latencies a query, quality, peak memory."""

    name: str
    docs: int
    seconds: float
    wordpieces: int
    latencies_ms: tuple[float, ...]
    ndcg10: float
    recall10: float
    peak_mib: float

    @property
    def wordpieces_a_second(self) -> float:
        """Wordpieces embedded a second, over the whole of indexing."""
        return self.wordpieces / self.seconds

    @property
    def docs_a_second(self) -> float:
        """Documents indexed a second."""
        return self.docs / self.seconds

    def percentile(self, p: float) -> float:
        """Return a percentile of the query latencies, in milliseconds."""
        return float(np.percentile(self.latencies_ms, p))


def measure(name: str, data: RetrievalSet) -> Measured:
    """Run one peer, or ours, in a process of its own.

    `data` is as `excerpt` wrote it: `queries.jsonl` beside its corpus.

    Raises:
        PeerError: when the peer fails.
    """
    python = Path(sys.executable) if name == OURS else peers_python()
    folder = data.corpus.parent
    print(f"  {name} on {data.name} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [str(python), "-m", "eval.peers.peer_process", name, str(folder), str(model_folder())],
        cwd=ROOT,
        env=offline(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PeerError(f"{name} failed on {data.name}; it said:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    rankings = {
        query: [(document, -float(rank)) for rank, document in enumerate(documents)]
        for query, documents in found["ranked"].items()
    }
    values = ranking.score(data.qrels, rankings, _MEASURES).values()
    ndcg, recall = (float(np.mean([each[name] for each in values])) for name in _MEASURES)
    with data.corpus.open(encoding="utf-8") as lines:
        docs = sum(1 for _ in lines)
    return Measured(
        name, docs, found["seconds"], found["wordpieces"], tuple(found["latencies_ms"]),
        ndcg, recall, found["peak_mib"],
    )  # fmt: skip


def middle(runs: Sequence[Measured]) -> Measured:
    """Return one run for several of the same: median times, all their latencies."""
    first = runs[0]
    return Measured(
        first.name, first.docs, median(run.seconds for run in runs), first.wordpieces,
        tuple(each for run in runs for each in run.latencies_ms),
        first.ndcg10, first.recall10, max(run.peak_mib for run in runs),
    )  # fmt: skip


def compare(data: RetrievalSet, peers: Sequence[str]) -> list[Measured]:
    """Run every peer, ours before each, and return ours (see `middle`) and then the peers'."""
    ours, theirs = [], []
    for peer in peers:
        ours.append(measure(OURS, data))
        theirs.append(measure(peer, data))
    return [middle(ours or [measure(OURS, data)]), *theirs]
