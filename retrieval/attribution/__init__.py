"""Who said it."""

from retrieval.attribution.attribute import attribute

__all__ = ["attribute"]
