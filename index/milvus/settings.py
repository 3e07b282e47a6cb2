"""How a store in Milvus behaves."""

from dataclasses import dataclass, field
from pathlib import Path

import platformdirs


def _cache() -> Path:
    return platformdirs.user_cache_path("excerpt") / "milvus"


@dataclass(frozen=True, slots=True)
class MilvusConfig:
    """How a store behaves; none of it changes what is stored.

    Args:
        keep: how many of the newest generations can be opened.
        retain: for how many seconds a generation can be read after that by those who have it
            open; all writers of an index should agree on it.
        held: passages that a write holds in memory before it sends them.
        cache: the folder of the terms that this machine keeps for servers that score none.
    """

    keep: int = 2
    retain: float = 3600.0
    held: int = 2_000
    cache: Path = field(default_factory=_cache)
