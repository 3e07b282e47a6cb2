"""`Writer` over Milvus: documents in and out, then a generation, or one after another."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from index.errors import IndexUnavailableError
from index.filters.literals import document_fields, field_values
from index.milvus.claim import Claim
from index.milvus.commit_record import Commit, Record
from index.milvus.document_catalog import Documents, MilvusSources
from index.milvus.settings import MilvusConfig
from index.milvus.stage import Stage, Target, collect, sweep
from index.protocols import Embedder, Vectors
from index.store.pending_writer import Pending, PendingWriter, Put
from index.store.record_rows import StoredDocument
from index.types import LoadProblem, SyncReport

_EMBEDDED_AT_ONCE = 256


class MilvusWriter(PendingWriter):
    """One write, begun when it is made; see `index.protocols.Writer`.

    Raises:
        IndexLockedError: on making it, when another writer is at work.
        IndexUnavailableError: on making it, when the server is away.
    """

    sources: MilvusSources

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
            committed: called with each commit.
        """
        super().__init__(embedder, target.description.shape.passages)
        self._target = target
        self._location = location
        self._config = config
        self._committed = committed
        self._vectors: dict[bytes, Vectors] = {}
        self._fields: set[str] = set()
        self._embedded = self._wordpieces = 0
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
        generation = self._stage.base.generation
        return self._report(generation, self._embedded, self._wordpieces)

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

    def _stored(self, document_id: str) -> StoredDocument | None:
        return self._documents.get(document_id)

    def _mark_deleted(self, document_id: str, current: StoredDocument) -> None:
        super()._mark_deleted(document_id, current)
        self.sources.let_go(current.source, document_id)

    def _take(self, put: Put) -> None:
        self.sources.hold(put.source, put.document.id)
        super()._take(put)

    def _withdraw(self, document_id: str) -> Put | None:
        put = super()._withdraw(document_id)
        if put is not None:
            self.sources.let_go(put.source, document_id)
        return put

    def _take_vectors(self, vectors: Mapping[bytes, Vectors]) -> None:
        self._vectors.update(vectors)

    def _is_full(self) -> bool:
        return self._pending.passages >= self._config.held

    def _apply(self) -> None:
        """Write what is held back, for nobody to see yet."""
        pending, self._pending = self._pending, Pending()
        vectors = self._stage.mark_deleted(list(pending.deletions.values()))
        for document_id in pending.deletions:
            self._documents.remove(document_id)
        vectors |= self._vectors
        self._vectors = {}
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
        newest = list(last.values())[-self._config.keep :]
        old = [each for each in self._commits if each not in newest]
        self._commits = newest
        try:
            collect(self._target.client, self._target.names, commit, old)
        except IndexUnavailableError as error:
            self._problems.append(LoadProblem(self._location, f"nothing was tidied: {error}"))

    def _release(self, *, clean: bool) -> None:
        claim, self._claim = self._claim, None
        if claim is not None:
            with suppress(IndexUnavailableError):
                claim.release(clean=clean)
