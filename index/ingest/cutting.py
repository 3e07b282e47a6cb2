"""A document cut into passages, with what is embedded of each."""

import hashlib
from dataclasses import dataclass

from index.ingest.embedded_text import embedded_text
from index.ingest.passages import Draft, PassageConfig, split
from index.protocols import Embedder
from index.types import Document


@dataclass(frozen=True, slots=True)
class CutPassage:
    """A passage that has no vector yet: the words to embed, and the digest that they go by."""

    draft: Draft
    words: str
    digest: bytes


def cut(document: Document, embedder: Embedder, config: PassageConfig) -> tuple[CutPassage, ...]:
    """Return a document's passages in reading order.

    Raises:
        InputError: when the embedder takes too few tokens for even a word.
    """
    return tuple(_cut_passage(document.title, draft) for draft in split(document, embedder, config))


def _cut_passage(title: str, draft: Draft) -> CutPassage:
    words = embedded_text(title, draft.headings, draft.text)
    return CutPassage(draft, words, words_digest(words))


def words_digest(words: str) -> bytes:
    """Return the digest by which a vector is looked up again."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:16]
