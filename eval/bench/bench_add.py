"""One document added to an index of thousands, in process, until a search finds it."""

import shutil
import time
from hashlib import sha256
from statistics import median

from eval.bench.bench_session import Session
from eval.bench.table import Table, Target
from index.store import FileStore
from index.types import Document
from retrieval.engine import Engine

_SET = "scifact"
_TIMES = 5
_TEXT = (
    "The lighthouse keeper of station {name} logged a violet aurora above the harbour. "
    "Nobody else on the island had seen anything like it that winter."
)


def run(session: Session) -> list[Table]:
    """Add documents one at a time to a copy of a set's index; the first warms up, unmeasured."""
    folder = session.workspace / "add"
    shutil.copytree(session.built(_SET).index, folder)
    with FileStore.open(folder) as store, Engine(store, store.embedder) as engine:
        before = engine.search("a warm start", 1).index.documents
        _milliseconds(store, engine, "zero")
        times = [_milliseconds(store, engine, f"quillby{number}") for number in range(_TIMES)]
    cells = " ".join(f"{each:.0f}" for each in times)
    rows = ((f"to {before} documents", f"{median(times):.0f}", cells),)
    below = (str(Target("median until found", median(times), 250, unit=" ms")),)
    return [Table("add: one document", ("", "median ms", "each"), rows, below)]


def _milliseconds(store: FileStore, engine: Engine, name: str) -> float:
    text = _TEXT.format(name=name)
    document = Document(
        id=f"added-{name}", uri=f"bench:{name}", title="", text=text,
        sha256=sha256(text.encode()).hexdigest(), media_type="text/plain",
    )  # fmt: skip
    start = time.perf_counter()
    store.add([document])
    engine.refresh()
    hits = engine.search(f"violet aurora at station {name}").hits
    milliseconds = (time.perf_counter() - start) * 1e3
    if document.id not in [hit.passage.document_id for hit in hits]:
        raise RuntimeError(f"the document just added, {document.id}, was not found")
    return milliseconds
