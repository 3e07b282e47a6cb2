"""Readers by name; third parties add theirs as entry points in the group `excerpt.readers`."""

from collections.abc import Callable

from index.registry import Registry
from retrieval.protocols import Reader

READERS: Registry[Callable[[], Reader]] = Registry(
    "excerpt.readers",
    "reader",
    {
        "fast": "retrieval.reader.extractive:ExtractiveReader",
        "best": "retrieval.reader.larger:LargerReader",
        "sentence": "retrieval.reader.sentence:SentenceReader",
    },
)

DEFAULT_READER = "fast"


def open_reader(name: str = DEFAULT_READER) -> Reader:
    """Return a new reader of this name.

    Raises:
        InputError: when there is none; the message lists those there are.
        ModelError: when its weights are missing, damaged or unusable.
    """
    return READERS.get(name)()
