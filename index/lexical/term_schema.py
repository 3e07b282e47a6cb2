"""The fields of a passage in tantivy, and what the write side needs to fill them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from index.lexical.analysis import normalise, plain_analyzer, stemming_analyzer

ID = "id"
"""The passage id: signed (deleting by an unsigned term silently deletes nothing), fast."""

BODY = "body"
"""The document's title, the headings above the passage and its own words, stemmed."""

HEADS = "heads"
"""The title and headings alone, stemmed, so that they can weigh more than the rest."""

EXACT = "exact"
"""All of those words unstemmed: what the corpus knows, and what a misspelt name resembles."""

_STEMMED = "excerpt_stemmed"
_PLAIN = "excerpt_plain"


def build_schema() -> tantivy.Schema:
    """Return the schema of the terms of an index."""
    return (
        tantivy.SchemaBuilder()
        .add_integer_field(ID, indexed=True, fast=True)
        .add_text_field(BODY, tokenizer_name=_STEMMED, index_option="freq")
        .add_text_field(HEADS, tokenizer_name=_STEMMED, index_option="freq")
        .add_text_field(EXACT, tokenizer_name=_PLAIN, index_option="basic")
        .build()
    )


def register_analyzers(index: tantivy.Index) -> tantivy.Index:
    """Give an opened or new index the analyzers that its schema names, and return it."""
    index.register_tokenizer(_STEMMED, stemming_analyzer())
    index.register_tokenizer(_PLAIN, plain_analyzer())
    return index


def create_index(path: Path | None = None) -> tantivy.Index:
    """Return a new, empty index in the folder `path` (which must exist), or in memory."""
    where = None if path is None else str(path)
    return register_analyzers(tantivy.Index(build_schema(), path=where))


def open_index(path: Path) -> tantivy.Index:
    """Open the index in the folder `path`, ready for writing and searching.

    Raises:
        ValueError: when the folder holds no index that tantivy can open.
    """
    return register_analyzers(tantivy.Index.open(str(path)))


def term_document(
    passage_id: int, title: str, headings: Sequence[str], text: str
) -> tantivy.Document:
    """Return what tantivy indexes of one passage; nothing of it is stored."""
    heads = normalise("\n".join((title, *headings)))
    # A title that the text begins with (of a document that is only its title) counts once.
    above = [line for line in (title, *headings) if line and not text.startswith(line)]
    words = normalise("\n".join((*above, text)))
    document = tantivy.Document()
    document.add_integer(ID, passage_id)
    document.add_text(BODY, words)
    document.add_text(HEADS, heads)
    document.add_text(EXACT, words)
    return document


def passages_query(schema: tantivy.Schema, ids: Iterable[int]) -> tantivy.Query:
    """Return the query that matches these passages, for `delete_documents_by_query`."""
    return tantivy.Query.term_set_query(schema, ID, list(ids))
