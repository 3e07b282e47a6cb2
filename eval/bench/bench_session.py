"""What benchmarks share in one run: options, a workspace, and work that serves several of them."""

import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.bench import light
from eval.bench.scale_comparison import TOOLS
from eval.data.beir import RetrievalSet
from eval.data.question_sets import SEEDS
from eval.peers.adapters import PEERS
from eval.peers.excerpts import any_split, excerpt
from eval.peers.side_by_side import Measured, compare
from index.store import FileStore
from index.types import SyncReport

SETS = ("cranfield", "scifact")
"""The sets that indexing and searching are measured on."""


GOLD = Path(__file__).parents[1] / "gold"
"""The small sets that come with the repository."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure.

    `data` holds one BEIR folder a set. `docs` and `queries` bound what peers are given, `limit`
    the documents of a whole set (all by default). `pairs` are paired process starts, `sizes` the
    document counts of `memory` (chosen by speed when none are given), `questions` those of `ask`
    and `overhead`, `qa` the question set of `overhead`, `seconds` each level of `serve`,
    `requests` all of `soak`. Of `scale`, `passages` are the sizes, `real` how many texts are really
    embedded, `tools` what it is held against up to the size `tools_up_to`, and `milvus` the server
    `milvus://HOST:PORT/NAME` that is one more.
    """

    data: Path
    docs: int = 200
    queries: int = 200
    limit: int | None = None
    peers: tuple[str, ...] = PEERS
    pairs: int = 7
    sizes: tuple[int, ...] = ()
    questions: int = 20
    qa: str = SEEDS
    seconds: float = 20.0
    requests: int = 100_000
    passages: tuple[int, ...] = (10_000, 100_000)
    real: int = 2_000
    tools: tuple[str, ...] = TOOLS
    tools_up_to: int = 1_000_000
    milvus: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A whole set, the index made of it by one sync, and how long that took."""

    data: RetrievalSet
    index: Path
    report: SyncReport
    seconds: float


class Session:
    """One run of benchmarks; each piece of shared work is done once, when first asked for."""

    def __init__(self, options: Options, workspace: Path) -> None:
        """Keep everything made under `workspace`."""
        self.options = options
        self.workspace = workspace
        self.light = cache(light.wordpieces_a_second)
        self.data = cache(self._data)
        self.comparison = cache(self._comparison)
        self.built = cache(self._built)

    def _data(self, name: str) -> RetrievalSet:
        return any_split(self.options.data / name)

    def _part(self, name: str, label: str, docs: int | None, queries: int | None) -> RetrievalSet:
        return excerpt(self.data(name), self.workspace / f"{name}-{label}", docs, queries)

    def _comparison(self, name: str) -> list[Measured]:
        """Return ours and then every peer, on the part of a set that peers are given."""
        options = self.options
        return compare(self._part(name, "part", options.docs, options.queries), options.peers)

    def _built(self, name: str) -> Built:
        """Index a whole set through the path of `excerpt index`."""
        say(f"indexing the whole of {name} …")
        data = self._part(name, "whole", self.options.limit, None)
        index = self.workspace / f"{name}-index"
        with FileStore.create(index) as store:
            seconds, report = timed_sync(store, data.corpus)
        return Built(data, index, report, seconds)


def timed_sync(store: FileStore, path: Path) -> tuple[float, SyncReport]:
    """Return the seconds that one sync of `path` took, the model loaded before, and its report."""
    store.embedder.embed(["loaded"])
    start = time.perf_counter()
    report = store.sync([path])
    return time.perf_counter() - start, report


def say(message: str) -> None:
    """Write one line of progress to stderr."""
    print(f"  {message}", file=sys.stderr, flush=True)
