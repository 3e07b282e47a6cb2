"""Readers by name; third parties add theirs as entry points in the group `excerpt.readers`."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from index.registry import Registry

if TYPE_CHECKING:
    # The command line names readers in its help, which needs no numpy.
    from retrieval.protocols import Reader

READERS: "Registry[Callable[[], Reader]]" = Registry(
    "excerpt.readers",
    "reader",
    {
        "auto": "retrieval.reader.automatic:automatic_reader",
        "fast": "retrieval.reader.extractive:ExtractiveReader",
        "best": "retrieval.reader.install.larger:LargerReader",
        "sentence": "retrieval.reader.sentence:SentenceReader",
    },
)

DEFAULT_READER = "auto"


def open_reader(name: str = DEFAULT_READER) -> "Reader":
    """Return a new reader of this name.

    Raises:
        InputError: when there is none; the message lists those there are.
        ModelError: when its weights are missing, damaged or unusable.
    """
    return READERS.get(name)()


class LazyReader:
    """A reader that is opened on first use, once for all who share it. Thread-safe."""

    def __init__(self, name: str, reader: "Reader | None" = None) -> None:
        """Take the reader's name, or the reader itself where it is open already."""
        self._name = name
        self._reader = reader
        self._lock = threading.Lock()

    def get(self) -> "Reader":
        """Return the reader; raises what `open_reader` raises."""
        with self._lock:
            if self._reader is None:
                self._reader = open_reader(self._name)
            return self._reader
