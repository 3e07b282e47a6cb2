"""Terms: the tantivy schema, how text becomes terms, and BM25 over one generation.

`schema` is what the write side needs (`create_index`, `open_index`, `term_document`,
`passages_query`), `analysis` how text becomes terms, `query` how a question becomes a query
(built from terms, so that no character of it is an operator), and `search` the read side,
`TantivyLexicalIndex`. Scores are BM25 with tantivy's k1 = 1.2 and b = 0.75 (Robertson and
Zaragoza, The Probabilistic Relevance Framework, 2009), summed over the fields.
"""

from index.lexical.search import TantivyLexicalIndex
from index.lexical.term_schema import (
    build_schema,
    create_index,
    open_index,
    passages_query,
    register_analyzers,
    term_document,
)

__all__ = [
    "TantivyLexicalIndex",
    "build_schema",
    "create_index",
    "open_index",
    "passages_query",
    "register_analyzers",
    "term_document",
]
