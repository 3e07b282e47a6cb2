"""`python -m eval.bench.scale_peers PEER FOLDER`: one single-purpose tool on an index's passages.

    FOLDER/vectors.npy      (n, d) float32, of unit length, a passage a row
    FOLDER/queries.npy      (q, d) float32
    FOLDER/nearest.npy      (q, 10) int64, the rows of the exact best of each query
    FOLDER/passages.jsonl   the words of each passage, a string a line
    FOLDER/questions.json   the words of each query

Imports NumPy and the tool alone (for Milvus, our own client), so that any environment runs it. The
last line of stdout is
`{"seconds", "latencies_ms", "recall", "bytes"}`: to build it, of each query, of the best ten
(`null` for tools of words), and on the disk. Each is built on one thread with its usual settings.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Search = Callable[[int], list[int]]
"""Returns the rows found for the query of a number, best first."""

_FOUND = 100
_AT_ONCE = 10_000


class Given:
    """What tools are given."""

    def __init__(self, folder: Path) -> None:
        """Map the arrays."""
        self.vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r")
        self.queries: NDArray[np.float32] = np.load(folder / "queries.npy")
        self.nearest: NDArray[np.int64] = np.load(folder / "nearest.npy")
        self.questions: list[str] = json.loads((folder / "questions.json").read_text("utf-8"))
        self._passages = folder / "passages.jsonl"

    def words(self) -> Iterator[str]:
        """Yield the words of each passage."""
        with self._passages.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def runs(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield vectors some at a time, with the row of the first."""
        for at in range(0, len(self.vectors), _AT_ONCE):
            yield at, np.asarray(self.vectors[at : at + _AT_ONCE])


def usearch(given: Given, place: Path) -> Search:
    """HNSW, exact numbers."""
    from usearch.index import Index

    index = Index(ndim=given.vectors.shape[1], metric="ip", dtype="f32")
    for at, some in given.runs():
        index.add(np.arange(at, at + len(some)), some, threads=1)
    index.save(str(place / "usearch"))
    return lambda query: [int(key) for key in index.search(given.queries[query], _FOUND).keys]


def lancedb(given: Given, place: Path) -> Search:
    """IVF with product quantisation, re-scored, once there are rows enough to learn it from."""
    import lancedb
    import pyarrow as pa

    width = given.vectors.shape[1]
    schema = pa.schema([("id", pa.int64()), ("vector", pa.list_(pa.float32(), width))])

    def batches() -> Iterator[Any]:
        for at, some in given.runs():
            flat = pa.FixedSizeListArray.from_arrays(pa.array(some.ravel()), width)
            ids = pa.array(np.arange(at, at + len(some)))
            yield pa.record_batch([ids, flat], schema=schema)

    table = lancedb.connect(str(place)).create_table("passages", batches(), schema=schema)
    if len(given.vectors) >= _AT_ONCE:
        table.create_index(metric="dot", vector_column_name="vector")

    def search(query: int) -> list[int]:
        asked = table.search(given.queries[query]).distance_type("dot").nprobes(64)
        rows = asked.refine_factor(4).limit(_FOUND).select(["id"]).to_list()
        return [int(row["id"]) for row in rows]

    return search


def milvus(given: Given, _: Path) -> Search:
    """HNSW in the server of the URL SCALE_MILVUS; its bytes are not looked at."""
    from index.milvus.address import read_address
    from index.milvus.client import Client

    def build(kinds: Any, client: Any) -> tuple[Any, Any]:
        schema = client.create_schema(auto_id=False)
        schema.add_field("id", kinds.DataType.INT64, is_primary=True)
        schema.add_field("vector", kinds.DataType.FLOAT_VECTOR, dim=given.vectors.shape[1])
        indexes = client.prepare_index_params()
        shape = {"M": 16, "efConstruction": 200}
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=shape)
        return schema, indexes

    address = read_address(os.environ["SCALE_MILVUS"])
    client, name = Client(address), address.name
    if client.has(name):
        client.drop(name)
    client.create(name, build)
    client.load([name])
    seen = 0
    for at, some in given.runs():
        rows = enumerate(some.tolist(), at)
        seen = client.insert(name, [{"id": row, "vector": vector} for row, vector in rows])
    parameters = {"metric_type": "IP", "params": {"ef": 2 * _FOUND}}

    def search(query: int) -> list[int]:
        asked = given.queries[query].tolist()
        found = client.search(
            name, "vector", asked, _FOUND, parameters=parameters, where="id >= 0", at=seen
        )
        return [row for row, _ in found]

    return search


def bm25s(given: Given, place: Path) -> Search:
    """BM25, scored when it is built."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(given.words()), show_progress=False), show_progress=False)
    index.save(str(place / "bm25s"))

    def search(query: int) -> list[int]:
        words = bm25s.tokenize(given.questions[query], show_progress=False)
        k = min(_FOUND, len(given.vectors))
        found, _ = index.retrieve(words, k=k, show_progress=False, n_threads=1)
        return [int(row) for row in found[0]]

    return search


def tantivy(given: Given, place: Path) -> Search:
    """BM25 of stemmed words, merged."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, fast=True)
    builder.add_text_field("words", tokenizer_name="en_stem", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(place))
    writer = index.writer(num_threads=1)
    for row, words in enumerate(given.words()):
        writer.add_document(tantivy.Document(id=row, words=words))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: int) -> list[int]:
        asked, _ = index.parse_query_lenient(given.questions[query], ["words"])
        hits = searcher.search(asked, _FOUND).hits
        return [int(searcher.doc(address)["id"][0]) for _, address in hits]

    return search


def sqlite(given: Given, place: Path) -> Search:
    """The words alone, by row."""
    with sqlite3.connect(place / "words.sqlite") as db:
        db.execute("CREATE TABLE passages (row INTEGER PRIMARY KEY, words TEXT)")
        db.executemany("INSERT INTO passages VALUES (?, ?)", enumerate(given.words()))
    found = "SELECT row, words FROM passages WHERE row >= ? LIMIT ?"
    return lambda query: [int(row) for row, _ in db.execute(found, (query, _FOUND))]


TOOLS: dict[str, Callable[[Given, Path], Search]] = {
    "usearch": usearch,
    "lancedb": lancedb,
    "milvus": milvus,
    "bm25s": bm25s,
    "tantivy": tantivy,
    "sqlite": sqlite,
}
VECTORS = ("usearch", "lancedb", "milvus")
WORDS = ("bm25s", "tantivy")


def measure(name: str, given: Given) -> dict[str, object]:
    """Build a tool's index in a folder of its own, and ask it every query."""
    with tempfile.TemporaryDirectory(prefix=f"excerpt-{name}-") as folder:
        start = time.perf_counter()
        search = TOOLS[name](given, Path(folder))
        seconds = time.perf_counter() - start
        search(0)
        latencies, shares = [], []
        for query, nearest in enumerate(given.nearest):
            start = time.perf_counter()
            found = search(query)
            latencies.append((time.perf_counter() - start) * 1e3)
            shares.append(len(set(found[:10]) & set(nearest.tolist())) / len(nearest))
        size = sum(each.stat().st_size for each in Path(folder).rglob("*") if each.is_file())
    recall = float(np.mean(shares)) if name in VECTORS else None
    return {"seconds": seconds, "latencies_ms": latencies, "recall": recall, "bytes": size}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Given(Path(sys.argv[2])))))
