"""The rates that a plan rests on, measured on this machine in seconds of one core.

CPU time is counted, not the clock, so that a busy machine measures nearly what a quiet one does.
The documents are real and cut as ever; all but the first few hundred passages get vectors that are
drawn at random, since embedding them all would take hours and change none of the rates.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from eval.data.question_sets import SEEDS, read_questions
from index.embedding import DEFAULT_MODEL, open_embedder
from index.exchange import export_index, import_index
from index.ingest.cutting import EmbeddedPassage, cut
from index.ingest.embedded_text import embedded_text
from index.ingest.passages import Draft, PassageConfig
from index.loaders import get_loader
from index.protocols import Embedder
from index.store import FileStore, StoreConfig
from index.types import Document
from retrieval.engine import Engine

_EMBEDDED = 200
_QUERIES = 12
_BEFORE_LISTS = 1 << 40

T = TypeVar("T")


def measure(corpora: Sequence[Path], passages: int) -> dict[str, float]:
    """Return each rate by name; see `eval.capacity.rates`.

    Args:
        corpora: JSONL files of documents, read until there are enough.
        passages: how many are indexed; fewer where the files hold fewer.
    """
    embedder = open_embedder(DEFAULT_MODEL)
    loaded, drafts = [], []
    count = 0
    before = time.process_time()
    for document in _documents(corpora):
        own = cut(document, embedder, PassageConfig())
        loaded.append(document)
        drafts.append([each.draft for each in own])
        count += len(own)
        if count >= passages:
            break
    cutting = (time.process_time() - before) / count
    rates = {"cut_seconds": cutting, **_embedding(embedder, loaded, drafts)}
    with tempfile.TemporaryDirectory() as folder:
        return rates | _storing(Path(folder), embedder, loaded, drafts, count)


def _documents(corpora: Sequence[Path]) -> Iterator[Document]:
    for path in corpora:
        items = get_loader("jsonl").load(path.read_bytes(), uri=str(path), key=path.parent.name)
        for item in items:
            if isinstance(item, Document):  # ids are those of its own corpus
                yield replace(item, id=f"{path.parent.name}-{item.id}")


def _embedding(
    embedder: Embedder, documents: Sequence[Document], drafts: Sequence[Sequence[Draft]]
) -> dict[str, float]:
    """Return what a passage takes, and its tokens, of some that are spread over all documents."""
    step = max(1, len(documents) // _EMBEDDED)
    pairs = islice(zip(documents, drafts, strict=True), 0, None, step)
    words = [embedded_text(d.title, o[0].headings, o[0].text) for d, o in pairs if o]
    return {
        "embed_seconds": _cpu(lambda: embedder.embed(words))[0] / len(words),
        "wordpieces": sum(embedder.count_tokens(words)) / len(words),
    }


def _storing(
    folder: Path,
    embedder: Embedder,
    documents: Sequence[Document],
    drafts: Sequence[Sequence[Draft]],
    count: int,
) -> dict[str, float]:
    without_lists = StoreConfig(lists_from=_BEFORE_LISTS)
    store = FileStore.create(
        folder / "index", embedder=embedder, model=DEFAULT_MODEL, config=without_lists
    )
    storing = _cpu(lambda: _fill(store, documents, drafts, embedder.dim))[0] / count
    store.close()
    with_lists = StoreConfig(lists_from=1)
    with FileStore.open(folder / "index", embedder=embedder, config=with_lists) as whole:
        lists = _cpu(lambda: whole.tend(1))[0] / count
        questions = [each.text for each in read_questions(SEEDS).questions][:_QUERIES]
        asking = _asking(whole, embedder, questions)
        exporting, manifest = _cpu(lambda: export_index(whole, folder / "out"))
    with FileStore.create(folder / "again", embedder=embedder, model=DEFAULT_MODEL) as again:
        importing = _cpu(lambda: import_index(folder / "out", again))[0] / count
    return {
        "passages": count,
        "store_seconds": storing,
        "lists_seconds": lists,
        "export_seconds": exporting / count,
        "import_seconds": importing,
        "exchange_bytes": sum(each.bytes for each in manifest.files) / count,
        "ask_seconds": asking,
        "process_bytes": _process_bytes(folder / "index"),
        **{
            f"{name.removesuffix('.sqlite')}_bytes": _size(folder / "index" / name) / count
            for name in ("catalog.sqlite", "vectors", "lists", "terms")
        },
    }


def _fill(
    store: FileStore, documents: Sequence[Document], drafts: Sequence[Sequence[Draft]], dim: int
) -> None:
    """Write documents with random vectors (dim,) of unit length."""
    draw = np.random.default_rng(1)
    with store.begin() as writer:
        for document, own in zip(documents, drafts, strict=True):
            rows = draw.standard_normal((len(own), dim), dtype=np.float32)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            embedded = [EmbeddedPassage(*pair) for pair in zip(own, rows, strict=True)]
            writer.put(document, passages=embedded)
        writer.commit()


def _asking(store: FileStore, embedder: Embedder, questions: Sequence[str]) -> float:
    with Engine(store, embedder) as engine:
        engine.ask(questions[0])
        return _cpu(lambda: [engine.ask(each) for each in questions])[0] / len(questions)


def _process_bytes(index: Path) -> float:
    """Return the most memory that a process held to answer one question, files mapped included."""
    command = (sys.executable, "-m", "api.cli.main", "ask", "--index", str(index), "who leads it?")
    subprocess.run(command, check=False, capture_output=True, env=dict(os.environ))
    return float(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(each.stat().st_size for each in files if each.is_file())
