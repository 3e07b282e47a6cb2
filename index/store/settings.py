"""How a store behaves, and what an index remembers about what shaped it."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from index.errors import IndexUnavailableError
from index.ingest.passages import PassageConfig
from index.protocols import Embedder
from index.store import catalog

RUN_AGAIN = "delete it and index again, or use another folder: excerpt index --index DIR PATH"


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """How a store behaves; none of it changes what is stored.

    Args:
        keep: how many of the newest generations stay readable; pinned ones stay as well.
        batch: passages that are embedded in one call.
        held: passages that a write holds in memory before it writes them down.
        held_bytes: memory that this may take, about, however long documents are.
        repaired: damaged vectors that are made anew when the index is opened; it is opened without
            more than that, until the next sync.
        lists_from: vectors of a segment from which on it is searched by inverted lists; a scan of
            fewer takes 2 ms.
        merged: vectors that a commit copies, at most, to keep segments few; more are merged beside
            readers and writers.
        rebuilt: passages whose terms a commit makes anew, at most, once too many were deleted; of
            more they are made anew beside readers and writers.
    """

    keep: int = 2
    batch: int = 256
    held: int = 20_000
    held_bytes: int = 128 << 20
    repaired: int = 2_000
    lists_from: int = 32_768
    merged: int = 16_384
    rebuilt: int = 20_000


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What shaped the index: vectors and passages made otherwise do not fit with it."""

    model: str
    fingerprint: str
    dim: int
    passages: PassageConfig

    def check_embedder(self, embedder: Embedder) -> None:
        """Check that an embedder makes the vectors of this index.

        Raises:
            IndexUnavailableError: when it does not.
        """
        if (embedder.fingerprint, embedder.dim) != (self.fingerprint, self.dim):
            raise IndexUnavailableError(
                f"the index was made by the embedder {self.model!r} ({self.fingerprint[:12]}, "
                f"{self.dim} dimensions), and this one is {embedder.fingerprint[:12]} with "
                f"{embedder.dim}; open it with the Excerpt that made it, {RUN_AGAIN}"
            )

    def check_passages(self, config: PassageConfig) -> None:
        """Check that passages are cut as in this index.

        Raises:
            IndexUnavailableError: when they are not.
        """
        if config != self.passages:
            raise IndexUnavailableError(
                f"the index was made with {self.passages}, not {config}; "
                f"open it without naming a passage configuration, or {RUN_AGAIN}"
            )

    def save(self, db: sqlite3.Connection) -> None:
        """Remember it inside the open transaction."""
        catalog.set_meta(db, "model", self.model)
        catalog.set_meta(db, "fingerprint", self.fingerprint)
        catalog.set_meta(db, "dim", str(self.dim))
        catalog.set_meta(db, "passages", json.dumps(asdict(self.passages), sort_keys=True))


def read_build_settings(meta: Mapping[str, str]) -> BuildSettings:
    """Return what the index remembers."""
    return BuildSettings(
        model=meta["model"],
        fingerprint=meta["fingerprint"],
        dim=int(meta["dim"]),
        passages=PassageConfig(**json.loads(meta["passages"])),
    )
