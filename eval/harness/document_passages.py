"""All passages of one document in reading order, unranked, as an index cuts them."""

from functools import cached_property

from index.ingest.embedded_text import embedded_text
from index.ingest.passages import PassageConfig, split
from index.protocols import Embedder, Vectors
from index.types import Document, Hit, Passage

NEUTRAL = 1.0
"""The score of every passage."""


class DocumentPassages:
    """A document's passages, and how near each is to a question."""

    def __init__(self, document: Document, embedder: Embedder) -> None:
        """Cut the document.

        Raises:
            InputError: when the embedder takes too few tokens for even a word.
        """
        self._embedder = embedder
        self.passages = [
            Passage(
                n,
                document.id,
                each.span,
                each.text,
                each.headings,
                title=document.title,
                marks=each.marks,
            )
            for n, each in enumerate(split(document, embedder, PassageConfig()))
        ]

    def hits(self, question: str) -> list[Hit]:
        """Return all the passages, in reading order, each with its cosine under `dense`."""
        if not self.passages:
            return []
        cosines = self._vectors @ self._embedder.embed_query(question)
        return [
            Hit(passage, NEUTRAL, {"dense": cosine})
            for passage, cosine in zip(self.passages, cosines.tolist(), strict=True)
        ]

    @cached_property
    def _vectors(self) -> Vectors:
        texts = [embedded_text(each.title, each.headings, each.text) for each in self.passages]
        return self._embedder.embed(texts)
