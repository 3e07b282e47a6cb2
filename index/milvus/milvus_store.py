"""The whole index in Milvus behind one object."""

from collections.abc import Mapping
from pathlib import Path

from index.errors import NotFoundError
from index.ingest.file_sources import Rules
from index.ingest.passages import PassageConfig
from index.milvus.address import Address, read_address
from index.milvus.client import Client
from index.milvus.collections import Collections, make, read_description
from index.milvus.commit_record import Commit, Record
from index.milvus.milvus_check import problems
from index.milvus.milvus_snapshot import MilvusSnapshot
from index.milvus.milvus_writer import MilvusWriter
from index.milvus.settings import MilvusConfig
from index.milvus.stage import Target
from index.protocols import Embedder
from index.store.settings import BuildSettings
from index.store.writing_store import LazyEmbedder, WritingStore, embedder_for_new
from index.types import LoadProblem


class MilvusStore(WritingStore):
    """An index in Milvus: one writer at a time, any number of readers, on any machines.

    Safe to use from many threads; see `index.protocols.Store`.
    """

    def __init__(
        self, address: Address, client: Client, embedder: Embedder | None, config: MilvusConfig
    ) -> None:
        """Use `open` or `create`."""
        self._address = address
        self._client = client
        self._config = config
        self._names = Collections.of(address)
        self._description = read_description(client, address, self._names)
        shape = self._description.shape
        self._embedder = LazyEmbedder(embedder, shape.model, shape.check_embedder)
        self._record = Record(client, self._names)
        self._written = Commit()
        client.load((self._names.passages, self._names.record))

    @classmethod
    def open(
        cls,
        location: str,
        *,
        embedder: Embedder | None = None,
        config: MilvusConfig | None = None,
    ) -> "MilvusStore":
        """Open an index that is there.

        Args:
            location: its URL, `milvus://host:19530/name`.
            embedder: what made it; by default the one it remembers, opened when it is needed.
            config: how the store behaves.

        Raises:
            InputError: when the URL is none.
            IndexUnavailableError: when the server is away, or the index is missing, not ours, of
                another version, or was shaped by something else.
        """
        address = read_address(location)
        client = Client(address)
        try:
            return cls(address, client, embedder, config or MilvusConfig())
        except BaseException:
            client.close()
            raise

    @classmethod
    def create(
        cls,
        location: str,
        *,
        embedder: Embedder | None = None,
        model: str | None = None,
        passages: PassageConfig | None = None,
        config: MilvusConfig | None = None,
    ) -> "MilvusStore":
        """Open an index, made empty first where there is none.

        Args:
            location: its URL.
            embedder: what is to make the vectors.
            model: the name under which that embedder is opened again; by default the embedder
                is the one of this name, or the default one.
            passages: how documents are to be cut.
            config: how the store behaves.

        Raises:
            InputError: when the URL is none.
            IndexUnavailableError: when the server is away, or there is something else.
        """
        if not cls.exists(location):
            _make(read_address(location), embedder, model, passages or PassageConfig())
        store = cls.open(location, embedder=embedder, config=config)
        if model is not None and embedder is None and model != store._description.shape.model:
            store._embedder.named(model)
        return store

    @classmethod
    def exists(cls, location: str) -> bool:
        """Return whether an index is there, whoever made it."""
        address = read_address(location)
        client = Client(address)
        try:
            return client.has(Collections.of(address).record)
        finally:
            client.close()

    @property
    def location(self) -> str:
        """Where it is: its URL, without the token."""
        return self._address.location

    @property
    def embedder(self) -> Embedder:
        """Return the embedder that made the index; it is opened on first use.

        Raises:
            IndexUnavailableError: when the embedder of that name is not the one any more.
        """
        return self._embedder()

    def begin(self) -> MilvusWriter:
        """Begin a write.

        Raises:
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the server is away.
        """
        return MilvusWriter(
            Target(self._client, self._names, self._description),
            self.location,
            self._embedder,
            self._config,
            self._note,
        )

    def roots(self) -> list[Path]:
        """Return the recorded roots."""
        return [root.path for root in self._record.state(self._record.newest()).roots]

    def rules(self) -> Mapping[Path, Rules]:
        """Return which files under each root are indexed."""
        state = self._record.state(self._record.newest())
        return {root.path: root.rules for root in state.roots}

    def skipped(self) -> list[LoadProblem]:
        """Return what the last sync of each root could not read, and why."""
        state = self._record.state(self._record.newest())
        return [problem for problems in state.skipped.values() for problem in problems]

    def snapshot(self, generation: int | None = None) -> MilvusSnapshot:
        """Open the newest generation, or an older one that is still kept.

        Raises:
            NotFoundError: when the generation named is not kept.
            IndexUnavailableError: when the server is away.
        """
        commits = self._kept_commits()
        for commit in commits[::-1]:
            if generation in (None, commit.generation):
                return MilvusSnapshot(
                    self._client, self._names, self._description, commit, self._config
                )
        generations = ", ".join(str(commit.generation) for commit in commits)
        raise NotFoundError(f"generation {generation} is not kept; there are: {generations}")

    def newest(self) -> int:
        """Return the number of the newest committed generation.

        Raises:
            IndexUnavailableError: when the server is away, or the index was deleted or replaced.
        """
        newest = self._record.newest(surely=False).generation
        return max(newest, self._written.generation)

    def generations(self) -> list[int]:
        """Return the numbers of the generations that can be opened, ascending."""
        return [commit.generation for commit in self._kept_commits()]

    def verify(self) -> list[str]:
        """Check everything against everything; return what does not hold, worded."""
        commit = self._record.newest()
        snapshot = MilvusSnapshot(
            self._client, self._names, self._description, commit, self._config
        )
        return list(problems(self._client, self._names, commit, snapshot))

    def status(self) -> Mapping[str, object]:
        """Return what `excerpt status --json` prints."""
        commits = self._kept_commits()
        newest = commits[-1]
        shape = self._description.shape
        return {
            "location": self.location,
            "identity": self._description.identity,
            "generation": newest.generation,
            "documents": newest.documents,
            "passages": newest.passages,
            "generations": [commit.generation for commit in commits],
            "committed": newest.committed,
            "roots": [str(root) for root in self.roots()],
            "model": shape.model,
            "fingerprint": shape.fingerprint,
            "passage_tokens": shape.passages.tokens,
            "passage_overlap": shape.passages.overlap,
            "unread": newest.unread,
            "server": self._client.version(),
            "vectors": self._description.vectors,
            "terms": "server" if self._description.terms_by_server else "local",
        }

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _kept_commits(self) -> list[Commit]:
        """Return the commits of the generations that can be opened, oldest first."""
        return self._record.commits()[-self._config.keep :]

    def _note(self, commit: Commit) -> None:
        self._written = commit


def _make(
    address: Address, embedder: Embedder | None, model: str | None, passages: PassageConfig
) -> None:
    client = Client(address)
    try:
        name, embedder = embedder_for_new(embedder, model)
        shape = BuildSettings(name, embedder.fingerprint, embedder.dim, passages)
        make(client, address, Collections.of(address), shape)
    finally:
        client.close()
