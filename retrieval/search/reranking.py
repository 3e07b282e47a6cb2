"""Rerankers by name; third parties add theirs as entry points in the group `excerpt.rerankers`.

There is none of ours: the reader, which comes next, reads every passage that is left.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from index.registry import Registry

if TYPE_CHECKING:
    from retrieval.protocols import Reranker

RERANKERS: "Registry[Callable[[], Reranker]]" = Registry("excerpt.rerankers", "reranker", {})
