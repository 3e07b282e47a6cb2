"""Files read, cut and embedded on the machines of a Ray cluster, by Ray Data.

    files --read--> documents --embed--> documents with vectors --> the driver, in order

The driver alone writes to the index. What comes back does not depend on who made it, nor on how
often it was begun: a machine that dies has its part made again by another. Each machine sees the
files under the same paths and has the same Excerpt installed.
"""

import json
import logging
import os
import pickle
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from index.errors import ExcerptError, InputError, LoadError, ModelError
from index.ingest import worker
from index.ingest.cutting import EmbeddedPassage, cut
from index.ingest.lost_work import (
    BEGIN,
    DOCUMENT,
    END,
    PROBLEM,
    Row,
    WorkerLostError,
    ended_worker,
    make_row,
    read_apart,
)
from index.ingest.opened_file import opened
from index.ingest.passages import PassageConfig
from index.ingest.reading import EmbeddedDocument
from index.ingest.walk import FileEntry, file_entry
from index.protocols import Embedder, Store
from index.types import Document, LoadProblem

_FILES = 4096
"""Files that are handed out together."""
_FILES_A_TASK = 8
_BLOCK_BYTES = 1 << 20
"""Documents go on to be embedded once there are so many bytes of them."""

_LACKED = "its worker ended each time it was begun, most likely for want of memory"

_TRIES, _TRIES_AGAIN = 3, 1
"""Times that Ray begins a part again whose worker ended, and one that ended some before; of itself
it goes on for ever."""

_MEMORY_TRIES = 2
"""The same where it was ended for want of memory, which Ray counts apart."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How documents become vectors, the same on every machine.

    Attributes:
        model: the embedder's name.
        fingerprint: what it must have.
        passages: how documents are cut.
    """

    model: str
    fingerprint: str
    passages: PassageConfig


def recipe_of(store: Store) -> Recipe:
    """Return how the documents of a store become vectors."""
    from index.embedding import DEFAULT_MODEL

    status = store.status()
    usual = PassageConfig()
    tokens = int(str(status.get("passage_tokens", usual.tokens)))
    overlap = int(str(status.get("passage_overlap", usual.overlap)))
    model = str(status.get("model", DEFAULT_MODEL))
    return Recipe(model, store.embedder.fingerprint, PassageConfig(tokens, overlap))


class ClusterReader:
    """Reads files on a Ray cluster; see `index.ingest.reading.FileReader`."""

    def __init__(self, address: str, recipe: Recipe) -> None:
        """Join the cluster.

        Args:
            address: `HOST:PORT` of its head, or `auto` on one of its machines.
            recipe: how documents become vectors.

        Raises:
            InputError: when no cluster answers there.
            ModelError: when Ray is not installed.
        """
        self._address = address
        self._recipe = recipe
        self._data = _joined(address)

    def read(self, files: Iterable[tuple[FileEntry, str | None]]) -> Iterator["ClusterFile"]:
        """Yield each file as it was read, in the order given.

        Raises:
            ExcerptError: when the cluster failed.
        """
        return read_through(files, lambda requests: read_apart(requests, self._run))

    def _run(self, requests: list[Row], again: bool) -> Iterator[Row]:
        """Yield the rows of some files, in order; those that ended workers before are run `again`.

        Raises:
            WorkerLostError: when a worker ended however often its part was begun.
            ExcerptError: when the cluster failed otherwise.
        """
        blocks = -(-len(requests) // _FILES_A_TASK)
        tries = _TRIES_AGAIN if again else _TRIES
        with warnings.catch_warnings():
            # Ray warns of arguments that it has no name of its own for, and has none for this.
            warnings.filterwarnings("ignore", "`ray_remote_args`")
            documents = self._data.from_items(requests, override_num_blocks=blocks).flat_map(
                read_file, num_cpus=0.5, max_retries=tries
            )
            # Other resources than the step before: else both are one task, on one machine for one
            # file.
            embedded = documents.map(
                embed_document, fn_args=(self._recipe,), num_cpus=1, max_retries=tries
            )
        try:
            yield from embedded.iter_rows()
        except Exception as error:  # Ray raises types of its own, which need not be ours to know
            if ended_worker(error):
                raise WorkerLostError(_LACKED) from error
            raise ExcerptError(
                f"the Ray cluster at {self._address} failed ({_last_line(error)}); what was "
                "committed stays: run the same again, or without --ray on this machine alone"
            ) from error


def read_through(
    files: Iterable[tuple[FileEntry, str | None]], run: Callable[[list[Row]], Iterator[Row]]
) -> Iterator["ClusterFile"]:
    """Yield each file, made of the rows that `run` yields for some requests at a time, in order."""
    coming = iter(files)
    while some := list(islice(coming, _FILES)):
        requests = [_request(number, *each) for number, each in enumerate(some)]
        rows = run(requests)
        for number, (entry, _) in enumerate(some):
            file = ClusterFile(entry, number, rows)
            yield file
            file.finish()


def _request(number: int, entry: FileEntry, known: str | None) -> Row:
    path = os.fsencode(entry.path)
    return {
        "file": number,
        "path": path,
        "format": entry.format.name,
        "text_fields": json.dumps(entry.text_fields),
        "metadata": json.dumps(entry.metadata),
        "known": known or "",
    }


class ClusterFile:
    """A file that was read on the cluster; see `index.ingest.reading.ReadFile`."""

    def __init__(self, entry: FileEntry, number: int, rows: Iterator[Row]) -> None:
        """Take the first row of the file."""
        self.entry = entry
        self.failure = ""
        self.steady = True
        self._number = number
        self._rows = rows
        self._ended = False
        row = self._next()
        assert row["kind"] == BEGIN, "rows come in order"
        self.state: str | None = row["state"] or None
        if self.state is None:
            self.failure = pickle.loads(row["data"])

    def items(self) -> Iterator[EmbeddedDocument | LoadProblem]:
        """Yield what is in the file; see `index.ingest.reading.ReadFile`."""
        while not self._ended:
            row = self._next()
            # A part that was made again may have met another content.
            self.steady = self.steady and row["state"] == (self.state or "")
            value = pickle.loads(row["data"])
            if row["kind"] != END:
                yield value
                continue
            self._ended = True
            steady, raised = value
            self.steady = self.steady and steady
            if raised is not None:
                raise raised

    def finish(self) -> None:
        """Pass over what was not taken."""
        with suppress(LoadError):
            for _ in self.items():
                pass

    def _next(self) -> Row:
        row = next(self._rows)
        assert row["file"] == self._number, "rows come in order"
        return row


def read_file(request: Row) -> Iterator[Row]:
    """Yield the rows of one file; on a machine of the cluster."""
    fields, given = (tuple(json.loads(request[name])) for name in ("text_fields", "metadata"))
    entry = file_entry(Path(os.fsdecode(request["path"])), request["format"], fields, given)
    state = ""

    def row(kind: str, value: object) -> Row:
        return make_row(request["file"], kind, state, value)

    steady, raised = True, None
    try:
        with opened(entry) as file:
            state = file.state
            yield row(BEGIN, None)
            for item in file.items(_risky_files) if state != request["known"] else ():
                yield row(PROBLEM if isinstance(item, LoadProblem) else DOCUMENT, item)
            steady = file.steady
    except LoadError as error:
        raised = error
        if not state:
            yield row(BEGIN, str(raised))
    yield row(END, (steady, raised))


@cache
def _risky_files() -> worker.Worker:
    """Return this process's worker for risky files: what eats its memory ends it alone."""
    return worker.Worker()


def embed_document(row: Row, recipe: Recipe) -> Row:
    """Return the row of a document with its passages and their vectors, another row as it is."""
    if row["kind"] != DOCUMENT:
        return row
    document: Document = pickle.loads(row["data"])
    embedder = _embedder(recipe)
    passages = cut(document, embedder, recipe.passages)
    vectors = embedder.embed([each.words for each in passages])
    pairs = zip(passages, vectors, strict=True)
    embedded = tuple(EmbeddedPassage(each.draft, vector) for each, vector in pairs)
    data = pickle.dumps(EmbeddedDocument(document, embedded), protocol=pickle.HIGHEST_PROTOCOL)
    return row | {"data": data}


@cache
def _embedder(recipe: Recipe) -> Embedder:
    """Return the embedder of this process, which has one core."""
    from index.embedding import open_embedder

    embedder = open_embedder(recipe.model)
    embedder.threads = 1
    if embedder.fingerprint != recipe.fingerprint:
        raise ModelError(
            f"the embedder {recipe.model!r} here is {embedder.fingerprint[:12]}, and that of the "
            f"index has {recipe.fingerprint[:12]}; install the same Excerpt on each machine"
        )
    return embedder


def _joined(address: str) -> Any:
    """Join a cluster; return Ray Data, set to keep order and to say nothing."""
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    # What it would write to standard error comes as our own error.
    os.environ.setdefault("RAY_DATA_LOG_LEVEL", "CRITICAL")
    os.environ.setdefault("RAY_task_oom_retries", str(_MEMORY_TRIES))
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ModelError(
            f"indexing on many machines needs Ray ({error}); install it with: "
            "pip install 'excerpt[ray]'"
        ) from error
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise InputError(
            f"no Ray cluster answers at {address} ({_last_line(error)}); start one with "
            "`ray start --head`, and run this on one of its machines"
        ) from error
    # A thread of Ray's writes to standard output, where our own object goes, what becomes of
    # workers, whatever it was told. Its debugger silences it by this name.
    vars(ray._private.worker)["_worker_logs_enabled"] = False
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    context.target_max_block_size = _BLOCK_BYTES
    return ray.data


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
