"""Readers by name; third parties add theirs as entry points in the group `excerpt.readers`."""

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
