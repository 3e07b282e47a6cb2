"""Opens the index that a command works on: the one named, the user's own, or the seeds'."""

import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from api.live_engine import LiveEngine
from api.locations import seed_files, seed_index, user_index
from api.output import say
from index.errors import IndexUnavailableError
from index.protocols import Store
from index.store import schemes
from index.store.schemes import Location
from retrieval.engine import Engine, EngineConfig
from retrieval.reader.registry import DEFAULT_READER, open_reader

T = TypeVar("T")


def open_engine(named: Location | None, reader: str = DEFAULT_READER) -> Engine:
    """Open an index for asking; the shipped corpus answers until the user has indexed anything.

    The usual reader is opened when it is first asked, another one at once, so that what it lacks
    is told at the start.
    """
    if reader == DEFAULT_READER:
        return _open(named, Engine.open)
    return _open(named, partial(Engine.open, reader=open_reader(reader)))


def open_live_engine(
    named: Location | None, reader: str = DEFAULT_READER, config: EngineConfig | None = None
) -> LiveEngine:
    """Open an index for asking for as long as a server runs; the reader is opened at once."""
    opened = partial(Engine.open, reader=open_reader(reader), config=config)
    return LiveEngine(lambda: _open(named, opened))


def open_store(named: Location | None) -> Store:
    """Open an index for looking into; the shipped corpus's as `open_engine` does."""
    return _open(named, schemes.open_store)


def open_own_store(named: Location | None) -> Store:
    """Open an index for changing: the one named or the user's own, never the shipped corpus's."""
    return schemes.open_store(named or user_index())


def create_store(
    named: Location | None,
    paths: Sequence[Path],
    model: str | None = None,
    *,
    given: bool = False,
) -> Store:
    """Open an index for syncing; it is made where it is not there yet.

    Args:
        named: the index, None for the user's own.
        paths: what it is to be made of.
        model: what makes the vectors of a new one.
        given: there are documents for it beside the paths.

    Raises:
        InputError: when it would be made for paths that do not exist; nothing is made then.
    """
    from index.ingest.roots import check_paths

    place = named or user_index()
    if not schemes.store_exists(place) and (paths or not given):
        check_paths(paths)
    return schemes.create_store(place, model=model)


def _open(named: Location | None, opened: Callable[[Location], T]) -> T:
    if named is not None:
        return opened(named)
    if has_generation(user_index()):
        return opened(user_index())
    say(
        "excerpt: you have no index yet, so this one is of the seeds that come with Excerpt; "
        "make yours with: excerpt index PATH"
    )
    return _open_seeds(opened)


def has_generation(path: Path) -> bool:
    """Return whether anything was ever indexed there; a first sync that failed leaves nothing."""
    if not schemes.store_exists(path):
        return False
    with schemes.open_store(path) as store:
        return store.newest() > 0


def _open_seeds(opened: Callable[[Location], T]) -> T:
    """Open the index of the shipped corpus; one that does not open is made anew, being a cache."""
    path = seed_index()
    if path.exists():
        try:
            return opened(path)
        except IndexUnavailableError:
            shutil.rmtree(path)
    _build_seeds(path)
    return opened(path)


def _build_seeds(path: Path) -> None:
    """Build the index beside its place and rename it there, so that it is whole or absent."""
    building = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        schemes.create_store(building).sync(seed_files())
        building.rename(path)
    except OSError:
        # Another process may have been faster; its index serves as well.
        if not path.exists():
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
