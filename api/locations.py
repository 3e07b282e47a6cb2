"""Which index a command means when none is named.

The user's own index lives in their data folder. Until there is one, the shipped corpus answers
from an index in the cache folder, named after its content and place, so that neither is ever
mistaken for the other.
"""

import hashlib
from pathlib import Path

import platformdirs

import seeds

_NOT_SEEDS = frozenset({".py", ".pyc", ".typed"})


def user_index() -> Path:
    """Return the folder of the user's own index, whether or not it is there."""
    return platformdirs.user_data_path("excerpt") / "index"


def seed_files() -> list[Path]:
    """Return the files of the shipped corpus, sorted."""
    folder = Path(seeds.__file__).parent
    return sorted(
        path for path in folder.iterdir() if path.is_file() and path.suffix not in _NOT_SEEDS
    )


def seed_index() -> Path:
    """Return the folder of the shipped corpus's index, whether or not it is there."""
    from index.store.schema import SCHEMA_VERSION

    digest = hashlib.sha256(f"format {SCHEMA_VERSION}".encode())
    for path in seed_files():
        digest.update(str(path).encode("utf-8", "surrogateescape") + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return platformdirs.user_cache_path("excerpt") / f"seeds-{digest.hexdigest()[:16]}"
