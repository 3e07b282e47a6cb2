"""One index as it grows: latency by size, recall, filters, small changes, bytes a passage.

The index is built through the store, of real sentences drawn at random, ten passages a document.
Vectors are made: each is a real one (of the texts at hand) moved part of the way to another and
shaken, since embedding a million passages takes hours. Queries are real questions with their own
vectors. Ratios between sizes are what counts; milliseconds need a quiet machine.
"""

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from eval.bench.bench_session import Session, say
from eval.bench.scale_comparison import Compared, compare, comparison_table
from eval.bench.table import Table, Target
from eval.data.question_sets import SEEDS, read_questions
from eval.harness.sample import every_nth
from index.embedding import DEFAULT_MODEL, open_embedder
from index.protocols import Embedder, Vectors
from index.store import FileStore
from index.text.digest import text_digest
from index.text.sentences import sentences
from index.types import Document, MetadataValue
from retrieval.engine import Engine, EngineConfig

_PASSAGES = 10
_WORDS_A_PASSAGE = 95
_DOCUMENTS_AT_ONCE = 2000
_QUERIES = 100
_FEW_QUERIES = 12
"""Of what takes long."""
_SHAKEN = 0.5
_LARGE = 500_000
"""Passages from which on the vector arm is held against a scan."""

_SETTLED = 3.0
"""Seconds after which a sync believes the times of files."""

_FILTER = 'year = 1980 and set = "s10"'
_COLUMNS = (
    "passages", "search p50", "p99", "vectors p50", "scan p50", "recall@10", "filter p50",
    "ask p50", "add one", "remove one", "sync again", "open", "tend s", "passages/s",
)  # fmt: skip
_PARTS = ("catalog.sqlite", "vectors", "lists", "terms")


class MadeVectors:
    """Makes passages' vectors by shaking real ones; questions get their own."""

    max_tokens = 512
    fingerprint = "5ca1e" + "0" * 59

    def __init__(self, real: Embedder, texts: Sequence[str]) -> None:
        """Embed the real texts."""
        self.dim = real.dim
        self._real = real
        self._vectors = real.embed(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return a guess: the texts are short."""
        return [len(text) // 5 + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return made vectors (n, dim), each by its text alone."""
        rows = [self._vector(zlib.crc32(text.encode())) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dim), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return the real vector (dim,) of a question."""
        return self._real.embed_query(text)

    def _vector(self, seed: int) -> Vectors:
        draw = np.random.default_rng(seed)
        one, other = self._vectors[draw.integers(len(self._vectors), size=2)]
        share = draw.uniform(0, 0.5)
        noise = draw.standard_normal(self.dim, dtype=np.float32) * (_SHAKEN / self.dim**0.5)
        vector = (1 - share) * one + share * other + noise
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Size:
    """What was measured at one size: the table's cells, and what the targets are about."""

    cells: tuple[str, ...]
    parts: tuple[str, ...]
    passages: int
    search: float
    vectors: float
    scan: float
    recall: float
    ask: float
    add: float
    remove: float


def run(session: Session) -> list[Table]:
    """Grow one index through the sizes, and measure it at each."""
    texts = _texts(session)
    real = open_embedder(DEFAULT_MODEL)
    embedder = MadeVectors(real, texts[: session.options.real])
    questions = _questions(session)
    documents = _documents(texts)
    path = session.workspace / "scale"
    sizes: list[_Size] = []
    compared: list[Compared] = []
    with FileStore.create(path, embedder=embedder, model="made") as store:
        for wanted in sorted(session.options.passages):
            speed = _grow(store, documents, wanted)
            start = time.perf_counter()
            store.tend()
            tended = time.perf_counter() - start
            sizes.append(_measure(store, embedder, questions, tended, speed))
            say(" ".join(sizes[-1].cells))
            if wanted <= session.options.tools_up_to:
                compared += _with_tools(session, store, embedder, questions, sizes[-1])
    tables = [_table(sizes), _bytes_table(sizes), _ingest_table(session, real, texts)]
    return [*tables, comparison_table(compared)] if compared else tables


def _questions(session: Session) -> list[str]:
    """Return questions about what is indexed: of the data sets, or of the gold set."""
    asked = [
        str(json.loads(line)["text"])
        for queries in sorted(session.options.data.rglob("queries.jsonl"))
        for line in every_nth(queries.read_text("utf-8").splitlines(), _QUERIES)
    ]
    asked = asked or [question.text for question in read_questions(SEEDS).questions]
    return every_nth(asked, _QUERIES)


def _with_tools(
    session: Session,
    store: FileStore,
    embedder: Embedder,
    questions: Sequence[str],
    size: _Size,
) -> list[Compared]:
    """Return our parts at a size, and the single-purpose tools on the same passages."""
    queries = [embedder.embed_query(question) for question in questions]
    with store.snapshot() as snapshot:
        dense = _milliseconds(lambda q: snapshot.vectors.search(q, 100), queries)
        words = _milliseconds(lambda q: snapshot.terms.search(q, 100), questions)
    catalog, vectors, lists, terms = map(float, size.parts[1:])
    passages = _passages(store)  # One more than was measured: the file of the sync.
    ours = [
        Compared(passages, "vectors", "excerpt", vectors + lists, tuple(dense), recall=size.recall),
        Compared(passages, "words", "excerpt", terms, tuple(words)),
        Compared(passages, "catalog", "excerpt", catalog),
    ]
    options = session.options
    tools = (*options.tools, "milvus") if options.milvus else options.tools
    folder = session.workspace / "given"
    return ours + compare(store, embedder, questions, tools, folder, options.milvus)


def _ingest_table(session: Session, real: Embedder, texts: Sequence[str]) -> Table:
    """Return how fast real passages go in, against the embedder alone on the same ones."""
    folder = session.workspace / "real"
    folder.mkdir()
    count = -(-session.options.real // _PASSAGES)
    for document in islice(_documents(texts), count):
        (folder / f"{document.id}.txt").write_text(document.text, "utf-8")
    with FileStore.create(session.workspace / "real-index", embedder=real) as store:
        real.embed(["loaded"])
        start = time.perf_counter()
        report = store.sync([folder])
        indexed = report.passages_embedded / (time.perf_counter() - start)
        with store.snapshot() as snapshot:
            words = [each.text for each in snapshot.passages(snapshot.vectors.live_ids().tolist())]
    alone = len(words) / _seconds(lambda: real.embed(words))
    cells = (f"{len(words):,}", f"{indexed:.1f}", f"{alone:.1f}")
    share = Target("rate over the embedder's own", indexed / alone, 0.85, at_least=True)
    columns = ("real passages", "indexed/s", "embedded alone/s")
    return Table("scale: real passages indexed", columns, (cells,), (str(share),))


def _grow(store: FileStore, documents: Iterator[Document], wanted: int) -> float:
    """Add documents until there are so many passages; return how many went in a second."""
    start, before = time.perf_counter(), _passages(store)
    while (missing := wanted - _passages(store)) > 0:
        batch = min(_DOCUMENTS_AT_ONCE, -(-missing // _PASSAGES))
        store.add(islice(documents, batch))
    return (_passages(store) - before) / (time.perf_counter() - start)


def _passages(store: FileStore) -> int:
    return int(str(store.status()["passages"]))


def _measure(
    store: FileStore, embedder: Embedder, questions: Sequence[str], tended: float, speed: float
) -> _Size:
    passages = _passages(store)
    opened = _seconds(lambda: _first_answer(store, embedder, questions[0]))
    with Engine(store, embedder, config=EngineConfig(reader="fast")) as engine:
        engine.ask(questions[0])
        search = _milliseconds(lambda q: engine.search(q, 10), questions)
        filtered = _milliseconds(lambda q: engine.search(q, 10, _FILTER), questions[:_FEW_QUERIES])
        ask = median(_milliseconds(engine.ask, questions[:_FEW_QUERIES]))
        vectors, scan, recall = _compare_with_scan(store, embedder, questions)
        added = _seconds(lambda: store.add([_document(0, ["A lamp on the hill."])]))
        removed = _seconds(lambda: store.remove(["scale-0"]))
    again = _sync_again(store, embedder)
    cells = (
        f"{passages:,}", f"{median(search):.1f}", f"{np.percentile(search, 99):.1f}",
        f"{vectors:.2f}", f"{scan:.1f}", f"{recall:.4f}", f"{median(filtered):.1f}",
        f"{ask:.0f}", f"{added * 1e3:.0f}", f"{removed * 1e3:.0f}", f"{again * 1e3:.0f}",
        f"{opened * 1e3:.0f}", f"{tended:.0f}", f"{speed:.0f}",
    )  # fmt: skip
    parts = tuple(f"{_bytes(store.path / part) / passages:.0f}" for part in _PARTS)
    return _Size(
        cells, (f"{passages:,}", *parts), passages, median(search), vectors, scan, recall, ask,
        added * 1e3, removed * 1e3,
    )  # fmt: skip


def _sync_again(store: FileStore, embedder: Embedder) -> float:
    """Return the seconds that a sync of a folder that did not change takes a new process."""
    folder = store.path.with_name("folder")
    folder.mkdir(exist_ok=True)
    (folder / "one.txt").write_text("A lamp on the hill.\n")
    time.sleep(_SETTLED)
    for _ in range(2):
        with FileStore.open(store.path, embedder=embedder) as again:
            seconds = _seconds(partial(again.sync, [folder]))
    return seconds


def _first_answer(store: FileStore, embedder: Embedder, question: str) -> None:
    with FileStore.open(store.path, embedder=embedder) as again, Engine(again, embedder) as engine:
        engine.search(question, 10)


def _compare_with_scan(
    store: FileStore, embedder: Embedder, questions: Sequence[str]
) -> tuple[float, float, float]:
    """Return the median milliseconds of the vector arm, of a scan, and the arm's recall@10."""
    queries = [embedder.embed_query(question) for question in questions]
    with store.snapshot() as snapshot:
        vectors = snapshot.vectors
        fast = _milliseconds(lambda q: vectors.search(q, 100), queries)
        scan = _milliseconds(lambda q: vectors.scan(q, 100), queries[:_FEW_QUERIES])
        first = [(vectors.search(q, 10)[0], vectors.scan(q, 10)[0]) for q in queries]
    shares = [len(set(found.tolist()) & set(true.tolist())) / 10 for found, true in first]
    return median(fast), median(scan), float(np.mean(shares))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _milliseconds(work: Callable[[Any], object], inputs: Sequence[Any]) -> list[float]:
    work(inputs[0])
    return [_seconds(partial(work, each)) * 1e3 for each in inputs]


def _bytes(path: Path) -> int:
    """Return the bytes of a file and its companions, or of a folder, linked files once."""
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum({f.stat().st_ino: f.stat().st_size for f in files if f.is_file()}.values())


def _texts(session: Session) -> list[str]:
    """Return the sentences at hand, in a fixed disorder: of the data sets, or of the gold sets."""
    found: dict[str, None] = {}
    for corpus in sorted(session.options.data.rglob("corpus.jsonl")):
        with corpus.open(encoding="utf-8") as lines:
            for line in islice(lines, 5000):
                text = str(json.loads(line).get("text", ""))
                found |= dict.fromkeys(
                    span.of(text) for span in sentences(text) if 30 < len(span) < 400
                )
    shuffled = list(found)
    random.Random(1).shuffle(shuffled)
    return shuffled


def _documents(texts: Sequence[str]) -> Iterator[Document]:
    """Yield documents of ten passages each, without end."""
    draw, number = random.Random(2), 0
    while True:
        number += 1
        yield _document(number, [_paragraph(draw, texts) for _ in range(_PASSAGES)])


def _paragraph(draw: random.Random, texts: Sequence[str]) -> str:
    chosen: list[str] = []
    while sum(len(each.split()) for each in chosen) < _WORDS_A_PASSAGE:
        chosen.append(draw.choice(texts))
    return " ".join(chosen)


def _document(number: int, paragraphs: Sequence[str]) -> Document:
    text = "\n\n".join(paragraphs)
    metadata: dict[str, MetadataValue] = {"year": 1900 + number * 7 % 120, "set": f"s{number % 20}"}
    name = f"scale-{number}"
    return Document(
        name, f"bench:{name}", f"Report {number}", text, text_digest(text), "text/plain", metadata
    )


def _table(sizes: Sequence[_Size]) -> Table:
    below = ["milliseconds unless said; vectors and scan are the vector arm's best 100"]
    for small, large in pairwise(sizes):
        step = f"{small.passages:,} to {large.passages:,}"
        below.append(str(Target(f"search, {step}", large.search / small.search, 2, unit="x")))
    below += [
        str(Target(f"recall@10 at {each.passages:,}", each.recall, 0.99, at_least=True))
        for each in sizes
    ]
    last = sizes[-1]
    if last.passages >= _LARGE:
        below.append(str(Target("vector arm over a scan", last.vectors / last.scan, 0.1)))
    below += [
        str(Target("ask, largest over smallest", last.ask / sizes[0].ask, 1.3, unit="x")),
        str(Target("one document added", last.add, 250, unit=" ms")),
        str(Target("one document removed", last.remove, 250, unit=" ms")),
    ]
    rows = tuple(each.cells for each in sizes)
    return Table("scale: one index, made vectors of real ones", _COLUMNS, rows, tuple(below))


def _bytes_table(sizes: Sequence[_Size]) -> Table:
    rows = tuple(each.parts for each in sizes)
    return Table(
        "scale: bytes a passage", ("passages", "catalog", "vectors", "lists", "terms"), rows
    )
