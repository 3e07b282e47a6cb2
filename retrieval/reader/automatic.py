"""The reader that is taken unless another is asked for: the best one that is here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.protocols import Reader


def automatic_reader() -> "Reader":
    """Return the larger reader where it was made on this machine, the shipped one elsewhere.

    Its `name` says which it is.
    """
    from retrieval.reader.install.larger import LargerReader, is_made

    if is_made():
        return LargerReader()
    from retrieval.reader.extractive import ExtractiveReader

    return ExtractiveReader()
