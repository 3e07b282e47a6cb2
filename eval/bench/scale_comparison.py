"""What `scale` holds an index against: single-purpose tools, on the same vectors and words."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from eval.bench.scale_peers import VECTORS, WORDS
from eval.bench.table import Table, Target
from eval.peers.environment import ROOT, PeerError, offline, peers_python
from index.protocols import Embedder
from index.store import FileStore

TOOLS = ("usearch", "lancedb", "bm25s", "tantivy", "sqlite")
"""Those that need no server."""

_FOLDER = ROOT / ".venv-scale"
_PACKAGES = ("usearch", "lancedb", "pyarrow", "bm25s", "tantivy", "numpy")
_AT_ONCE = 5_000
_MOST_BYTES = 1.5
"""What each part of an index may take of the bytes of the best tool."""

COLUMNS = (
    "passages", "part", "tool", "passages/s", "p50 ms", "p99 ms", "recall@10", "bytes a passage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A tool, or our own part of the index, at one size; `None` where it has no such figure."""

    passages: int
    part: str
    tool: str
    bytes_a_passage: float | None
    latencies: tuple[float, ...] = ()
    speed: float | None = None
    recall: float | None = None

    def cells(self) -> tuple[str, ...]:
        """Return it as cells of the table."""
        p50, p99 = (None, None)
        if self.latencies:
            p50, p99 = median(self.latencies), float(np.percentile(self.latencies, 99))
        figures = ((self.speed, 0), (p50, 2), (p99, 2), (self.recall, 4), (self.bytes_a_passage, 0))
        shown = ("–" if value is None else f"{value:.{digits}f}" for value, digits in figures)
        return (f"{self.passages:,}", self.part, self.tool, *shown)


def compare(
    store: FileStore,
    embedder: Embedder,
    questions: Sequence[str],
    tools: Sequence[str],
    folder: Path,
    server: str = "",
) -> list[Compared]:
    """Return what tools measure on the passages of a store.

    Args:
        store: whose passages.
        embedder: makes the vectors of the questions.
        questions: what is asked.
        tools: which, of `scale_peers`.
        folder: where what they are given is written.
        server: `milvus://HOST:PORT/NAME`, where a collection of that name is put.

    Raises:
        PeerError: when one fails, or their environment cannot be made.
    """
    passages = _write(store, embedder, questions, folder)
    python = peers_python(_FOLDER, _PACKAGES)
    pythons = {"milvus": Path(sys.executable)}
    return [
        _compared(tool, passages, _run(pythons.get(tool, python), tool, folder, server))
        for tool in tools
    ]


def _write(store: FileStore, embedder: Embedder, questions: Sequence[str], folder: Path) -> int:
    """Write what the tools are given; return how many passages that is."""
    folder.mkdir(exist_ok=True)
    queries = np.stack([embedder.embed_query(question) for question in questions])
    with store.snapshot() as snapshot:
        ids = np.sort(snapshot.vectors.live_ids())
        vectors = np.lib.format.open_memmap(
            folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(len(ids), embedder.dim)
        )
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as lines:
            for at in range(0, len(ids), _AT_ONCE):
                some = ids[at : at + _AT_ONCE]
                vectors[at : at + len(some)] = snapshot.vectors.vectors(some)
                for passage in snapshot.passages(some.tolist()):
                    lines.write(json.dumps(passage.text) + "\n")
        vectors.flush()
        nearest = [np.searchsorted(ids, snapshot.vectors.scan(each, 10)[0]) for each in queries]
    np.save(folder / "queries.npy", queries)
    np.save(folder / "nearest.npy", np.stack(nearest))
    (folder / "questions.json").write_text(json.dumps(list(questions)), "utf-8")
    return len(ids)


def _run(python: Path, tool: str, folder: Path, server: str) -> dict[str, Any]:
    command = [str(python), "-m", "eval.bench.scale_peers", tool, str(folder)]
    environment = {**offline(), "SCALE_MILVUS": server, "OMP_NUM_THREADS": "1"}
    environment["TMPDIR"] = str(folder)
    environment.setdefault("RAYON_NUM_THREADS", "1")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"{tool} failed: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _compared(tool: str, passages: int, found: dict[str, Any]) -> Compared:
    part = "vectors" if tool in VECTORS else "words" if tool in WORDS else "catalog"
    return Compared(
        passages,
        part,
        tool,
        found["bytes"] / passages if found["bytes"] else None,
        tuple(found["latencies_ms"]),
        passages / found["seconds"],
        found["recall"],
    )


def comparison_table(rows: Sequence[Compared]) -> Table:
    """Return ours and the tools' figures, and the bytes of ours against the best tool's."""
    below = [
        "passages/s of a tool: building it on one thread; catalog: the words alone, by row",
        *map(str, _targets(rows)),
    ]
    title = "scale: single-purpose tools on the same vectors and words"
    return Table(title, COLUMNS, tuple(each.cells() for each in rows), tuple(below))


def _targets(rows: Sequence[Compared]) -> list[Target]:
    """Return the bytes of each part of ours over the least of its tools, at each size."""
    found = []
    for ours in (each for each in rows if each.tool == "excerpt" and each.bytes_a_passage):
        tools = [
            each.bytes_a_passage
            for each in rows
            if (each.passages, each.part) == (ours.passages, ours.part)
            and each is not ours
            and each.bytes_a_passage
        ]
        if tools and ours.bytes_a_passage:
            what = f"bytes of {ours.part} at {ours.passages:,}, over the best tool's"
            found.append(Target(what, ours.bytes_a_passage / min(tools), _MOST_BYTES, unit="x"))
    return found
