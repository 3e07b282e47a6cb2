"""A smaller part of a data set, the same part every time."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def every_nth(items: Sequence[T], limit: int | None) -> list[T]:
    """Return at most `limit` items, evenly spaced over all of them, in order.

    >>> every_nth("abcdefgh", 3)
    ['a', 'c', 'f']
    """
    if limit is None or limit >= len(items):
        return list(items)
    return [items[number * len(items) // limit] for number in range(limit)]
