"""A document cut into passages, with what is embedded of each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import InputError
from index.ingest.embedded_text import embedded_text
from index.ingest.passages import Draft, PassageConfig, split
from index.protocols import Embedder, Vectors
from index.types import Document


@dataclass(frozen=True, slots=True)
class CutPassage:
    """A passage that has no vector yet: the words to embed, and the digest that they go by."""

    draft: Draft
    words: str
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedPassage:
    """A passage with its vector, shape (d,), of unit length."""

    draft: Draft
    vector: Vectors


def cut(document: Document, embedder: Embedder, config: PassageConfig) -> tuple[CutPassage, ...]:
    """Return a document's passages in reading order.

    Raises:
        InputError: when the embedder takes too few tokens for even a word.
    """
    return tuple(cut_passage(document.title, draft) for draft in split(document, embedder, config))


def check_embedded(
    document: Document, passages: Sequence[EmbeddedPassage], embedder: Embedder
) -> None:
    """Check that passages which were made elsewhere are the document's and fit the embedder.

    Raises:
        InputError: when one is not.
    """
    for passage in passages:
        draft = passage.draft
        if draft.span.of(document.text) != draft.text:
            raise InputError(
                f"the passage {draft.span.start}:{draft.span.end} of document {document.id!r} is "
                "not its text; cut and embed the document again"
            )
        if passage.vector.shape != (embedder.dim,):
            raise InputError(
                f"a vector of document {document.id!r} has the shape {passage.vector.shape}, and "
                f"those of the index have {embedder.dim} dimensions; embed with its own embedder"
            )


def cut_passage(title: str, draft: Draft) -> CutPassage:
    """Return a passage of a document with a title, with what is embedded of it."""
    words = embedded_text(title, draft.headings, draft.text)
    return CutPassage(draft, words, words_digest(words))


def words_digest(words: str) -> bytes:
    """Return the digest by which a vector is looked up again."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:16]
