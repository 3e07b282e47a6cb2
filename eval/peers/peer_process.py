"""`python -m eval.peers.peer_process PEER BEIR_DIR MODEL_DIR`: one peer's run, as one line of JSON.

Imports nothing but the standard library and the peer itself, so that any environment runs it.
The last line of stdout is `{"seconds", "wordpieces", "latencies_ms", "ranked", "peak_mib"}`.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.peers.adapters import OURS, Peer, judged, open_peer

_WARM_UP = 5


class WordpieceCounter:
    """Counts the wordpieces that PyTorch's BERT is given; padding is not counted."""

    def __init__(self) -> None:
        """Stand before every forward pass from now on."""
        from transformers import BertModel

        self.seen = 0
        network: Any = BertModel
        forward: Callable[..., Any] = network.forward

        def counted(model: Any, *args: Any, **kwargs: Any) -> Any:
            ids: Any = kwargs.get("input_ids", args[0] if args else None)
            mask: Any = kwargs.get("attention_mask")
            whole = mask is None or mask.shape != ids.shape
            self.seen += ids.numel() if whole else int(mask.sum())
            return forward(model, *args, **kwargs)

        network.forward = counted


def timed_searches(peer: Peer, queries: dict[str, str]) -> list[float]:
    """Return milliseconds a query, some warming up left out."""
    for query in list(queries.values())[:_WARM_UP]:
        peer.search(query)
    latencies = []
    for query in queries.values():
        start = time.perf_counter()
        peer.search(query)
        latencies.append((time.perf_counter() - start) * 1e3)
    return latencies


def read_queries(path: Path) -> dict[str, str]:
    """Return the texts of a `queries.jsonl` by id."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["_id"]: row["text"] for row in rows}


def run(name: str, folder: Path, model: str, workspace: Path) -> dict[str, Any]:
    """Index `corpus.jsonl`, ask every query, and return what it took."""
    peer = open_peer(name, model, workspace)
    counter = None if name == OURS else WordpieceCounter()
    start = time.perf_counter()
    wordpieces = peer.index(folder / "corpus.jsonl")
    seconds = time.perf_counter() - start
    if counter is not None:
        wordpieces = counter.seen
    queries = read_queries(folder / "queries.jsonl")
    latencies = timed_searches(peer, queries)
    ranked = {key: judged(peer, query) for key, query in queries.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "wordpieces": wordpieces,
        "latencies_ms": latencies,
        "ranked": ranked,
        "peak_mib": peak,
    }


def main() -> None:
    """Run the peer named on the command line."""
    name, folder, model = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="excerpt-peer-") as workspace:
        print(json.dumps(run(name, Path(folder), model, Path(workspace))), flush=True)


if __name__ == "__main__":
    main()
