"""`Writer` over Milvus: documents in and out, then a generation, or one after another."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Self

from index.errors import IndexUnavailableError, NotFoundError
from index.filters.literals import document_fields, field_values
from index.ingest.cutting import CutPassage, EmbeddedPassage, check_embedded, cut, cut_passage
from index.ingest.file_sources import Owner
from index.milvus.claim import Claim
from index.milvus.commit_record import Commit, Record
from index.milvus.document_catalog import Documents, MilvusSources
from index.milvus.row_format import Stored
from index.milvus.settings import MilvusConfig
from index.milvus.stage import Put, Stage, Target, collect, sweep
from index.protocols import Embedder, Vectors
from index.store.record_rows import document_digest
from index.types import Document, LoadProblem, SyncReport

_EMBEDDED_AT_ONCE = 256


@dataclass(slots=True)
class _Pending:
    """What is held back: documents that go in by id, and the rows of those that go out.

    `vectors` (d,) are those that were made elsewhere, by the digests of their words.
    """

    puts: dict[str, Put] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    vectors: dict[bytes, Vectors] = field(default_factory=dict)
    passages: int = 0


class MilvusWriter:
    """One write, begun when it is made; see `index.protocols.Writer`.

    Raises:
        IndexLockedError: on making it, when another writer is at work.
        IndexUnavailableError: on making it, when the server is away.
    """

    def __init__(
        self,
        target: Target,
        location: str,
        embedder: Callable[[], Embedder],
        config: MilvusConfig,
        committed: Callable[[Commit], None],
    ) -> None:
        """Claim the index, clear what an earlier writer left behind, and begin.

        Args:
            target: the index.
            location: what it is called in messages.
            embedder: opens what makes vectors; called when something is to be cut.
            config: how the store behaves.
            committed: is told of each commit.
        """
        self.passages_taken = 0
        self._target = target
        self._location = location
        self._embedder = embedder
        self._config = config
        self._committed = committed
        self._pending = _Pending()
        self._applied = 0
        self._fields: set[str] = set()
        self._counts = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        self._embedded = self._wordpieces = 0
        self._problems: list[LoadProblem] = []
        self._started = perf_counter()
        self._record = Record(target.client, target.names)
        self._claim: Claim | None = Claim(target.client, target.names, location)
        try:
            self._commits = self._claim.commits
            self._stage = Stage(target, self._commits[-1])
            if self._claim.after_a_crash:
                sweep(target.client, target.names, target.description, self._stage.base)
        except BaseException:
            self._release(clean=False)
            raise
        base = self._stage.base
        self._documents = Documents(target.client, target.names, base)
        self.sources = MilvusSources(target.client, target.names, base, self._documents)

    @property
    def passages_waiting(self) -> int:
        """Return how many passages came in and are not committed yet."""
        return self._applied + self._pending.passages

    def prepare(self) -> None:
        """Open the embedder."""
        self._embedder()

    def owner(self, document_id: str) -> Owner | None:
        """Return where the document with an id came from, None where there is none."""
        if (put := self._pending.puts.get(document_id)) is not None:
            return Owner(put.document.uri, put.source)
        current = self._current(document_id)
        return None if current is None else Owner(current.uri, current.source)

    def put(
        self,
        document: Document,
        source: Path | None = None,
        passages: Sequence[EmbeddedPassage] | None = None,
    ) -> None:
        """Add a document, or replace the one with its id; see `index.protocols.Writer`."""
        if passages is not None:
            check_embedded(document, passages, self._embedder())
        again = self._withdraw(document.id)
        current = self._current(document.id)
        digest = document_digest(document)
        if current and current.digest == digest.hex() and source in (None, current.source):
            self._count(again, "unchanged")
            return
        if current:
            self._mark_deleted(document.id, current)
        self._take(Put(document, digest, source, self._cut(document, passages)))
        self._count(again, "changed" if current else "added")

    def delete(self, document_id: str) -> None:
        """Take a document out; its file is read again by the next sync.

        Raises:
            NotFoundError: when there is none of this id.
        """
        owner = self.owner(document_id)
        if owner is None:
            raise NotFoundError(
                f"there is no document {document_id!r} in the index; nothing was removed"
            )
        self._withdraw(document_id)
        if current := self._current(document_id):
            self._mark_deleted(document_id, current)
        if owner.source is not None:
            self.sources.read_again(owner.source)
        self._counts["removed"] += 1

    def checkpoint(self) -> None:
        """Make one generation of what was done so far, unless nothing was, and go on."""
        self._apply()
        self._record_sources()
        if self._stage.changed:
            self._commit()

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done."""
        try:
            self.checkpoint()
        finally:
            self.abort()
        return SyncReport(
            generation=self._stage.base.generation,
            passages_embedded=self._embedded,
            wordpieces_embedded=self._wordpieces,
            problems=tuple(self._problems),
            seconds=perf_counter() - self._started,
            added=self._counts["added"],
            changed=self._counts["changed"],
            removed=self._counts["removed"],
            unchanged=self._counts["unchanged"],
        )

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        if self._claim is None:
            return
        clean = False
        try:
            clean = self._stage.undo()
        except IndexUnavailableError:
            pass  # The server is away; the next writer takes it out.
        finally:
            self._release(clean=clean)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    def _current(self, document_id: str) -> Stored | None:
        """Return the document with an id that is in the index and not to go out."""
        if document_id in self._pending.kills:
            return None
        return self._documents.get(document_id)

    def _mark_deleted(self, document_id: str, current: Stored) -> None:
        self._pending.kills[document_id] = current.row
        self.sources.let_go(current.source, document_id)

    def _withdraw(self, document_id: str) -> bool:
        """Hold a document back no longer; return whether it was."""
        put = self._pending.puts.pop(document_id, None)
        if put is None:
            return False
        self.sources.let_go(put.source, document_id)
        self._pending.passages -= len(put.passages)
        return True

    def _count(self, again: bool, kind: str) -> None:
        """Count a document, unless this write put it before."""
        self._counts[kind] += not again

    def _cut(
        self, document: Document, embedded: Sequence[EmbeddedPassage] | None
    ) -> tuple[CutPassage, ...]:
        """Return a document's passages; the vectors of those that have theirs are kept."""
        if embedded is None:
            return cut(document, self._embedder(), self._target.description.shape.passages)
        passages = tuple(cut_passage(document.title, each.draft) for each in embedded)
        vectors = (each.vector for each in embedded)
        self._pending.vectors |= dict(zip((each.digest for each in passages), vectors, strict=True))
        return passages

    def _take(self, put: Put) -> None:
        self._pending.puts[put.document.id] = put
        self._pending.passages += len(put.passages)
        self.passages_taken += len(put.passages)
        self.sources.hold(put.source, put.document.id)
        if self._pending.passages >= self._config.held:
            self._apply()

    def _apply(self) -> None:
        """Write what is held back, for nobody to see yet."""
        pending, self._pending = self._pending, _Pending()
        vectors = self._stage.mark_deleted(list(pending.kills.values()))
        for document_id in pending.kills:
            self._documents.remove(document_id)
        vectors |= pending.vectors
        vectors |= self._embed(list(pending.puts.values()), vectors)
        for document_id, put in pending.puts.items():
            self._documents.put(document_id, self._stage.put(put, vectors))
            values = field_values(document_fields(put.document))
            self._fields |= {value.field for value in values}
        self._stage.flush()
        self._applied += pending.passages

    def _embed(self, puts: Sequence[Put], known: Mapping[bytes, Vectors]) -> dict[bytes, Vectors]:
        """Return the vectors (d,) that are not known, by the digests of their words."""
        words = {each.digest: each.words for put in puts for each in put.passages}
        wanted = [digest for digest in words if digest not in known]
        made: dict[bytes, Vectors] = {}
        for at in range(0, len(wanted), _EMBEDDED_AT_ONCE):
            some = wanted[at : at + _EMBEDDED_AT_ONCE]
            texts = [words[digest] for digest in some]
            made |= dict(zip(some, self._embedder().embed(texts), strict=True))
            self._wordpieces += sum(self._embedder().count_tokens(texts))
        self._embedded += len(made)
        return made

    def _record_sources(self) -> None:
        """Write what changed of the record of files."""
        old, files = self.sources.changes()
        for path, row in self._stage.record_files(old, files).items():
            self.sources.written(path, row)
        if (state := self.sources.state(self._fields)) is not None:
            row, _ = self._record.state_row(self._stage.base)
            self._stage.record_state(row, state)

    def _commit(self) -> None:
        assert self._claim is not None, "nothing is committed after the end"
        self._claim.check(self._stage.base.edition)
        config = self._config
        unread = self.sources.unread()
        commit = self._stage.commit(unread, config.keep, config.retain)
        self._stage = Stage(self._target, commit)
        self._applied = 0
        self._committed(commit)
        self._collect(commit)

    def _collect(self, commit: Commit) -> None:
        """Delete what nobody needs any more, superseded commits among it."""
        last = {each.generation: each for each in (*self._commits, commit)}
        kept = list(last.values())[-self._config.keep :]
        old = [each for each in self._commits if each not in kept]
        self._commits = kept
        try:
            collect(self._target.client, self._target.names, commit, old)
        except IndexUnavailableError as error:
            self._problems.append(LoadProblem(self._location, f"nothing was tidied: {error}"))

    def _release(self, *, clean: bool) -> None:
        claim, self._claim = self._claim, None
        if claim is not None:
            with suppress(IndexUnavailableError):
                claim.release(clean=clean)
