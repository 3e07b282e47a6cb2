"""A question becomes a tantivy query, term by term.

Nothing is parsed: every character that is not part of a term is ignored, so no question can
raise, or reach a field that it should not.
"""

import math
from collections import Counter
from collections.abc import Iterator

import tantivy
from tantivy import Occur, Query

from index.lexical.analysis import Term, content_terms
from index.lexical.schema import BODY, EXACT, HEADS

MAX_TERMS = 512
"""Distinct terms of a question that are looked up, the first ones; the rest change little."""

HEADS_BOOST = 0.3
"""What a title's or heading's word adds to its weight in `BODY`, which holds it too.

Over whole documents of five sets of BEIR form, nDCG@10 was .484 without, .492 at .25, .487 at .5
and .473 at 1 on average.
"""

_FUZZY = ((1, 4, 0.8), (2, 6, 0.5))
"""Misspelt names: (edits, fewest letters, weight). Nearer spellings are tried first."""


def build_query(searcher: tantivy.Searcher, schema: tantivy.Schema, text: str) -> Query | None:
    """Return the query for `text`, or null when no passage has a term of it."""
    counted = Counter(content_terms(text))
    clauses: list[tuple[Occur, Query]] = []
    for term, count in list(counted.items())[:MAX_TERMS]:
        clauses += [(Occur.Should, query) for query in _term_queries(searcher, schema, term, count)]
    return Query.boolean_query(clauses) if clauses else None


def _term_queries(
    searcher: tantivy.Searcher, schema: tantivy.Schema, term: Term, count: int
) -> Iterator[Query]:
    in_fields = [f for f in (BODY, HEADS) if searcher.doc_freq(f, term.stem)]
    for name in in_fields:
        boost = count * (HEADS_BOOST if name == HEADS else 1.0)
        query = Query.term_query(schema, name, term.stem, index_option="freq")
        yield query if boost == 1.0 else Query.boost_query(query, boost)
    if not in_fields:
        yield from _fuzzy(searcher, schema, term.plain)


def _fuzzy(searcher: tantivy.Searcher, schema: tantivy.Schema, plain: str) -> Iterator[Query]:
    """Yield a query for the known words nearest to an unknown one, if any are near.

    tantivy scores a fuzzy match by a constant; weighting it by the idf of the set of passages
    that match puts it on the scale of the other terms.
    """
    for distance, letters, weight in _FUZZY:
        if len(plain) < letters or not plain.isalpha():
            return
        near = Query.fuzzy_term_query(schema, EXACT, plain, distance)
        matching = searcher.search(near, limit=1, count=True).count  # type: ignore[attr-defined]  # not in its stub
        if matching:
            yield Query.const_score_query(near, weight * _idf(searcher.num_docs, matching))
            return


def _idf(passages: int, matching: int) -> float:
    """Return BM25's inverse document frequency, as tantivy computes it."""
    return math.log(1.0 + (passages - matching + 0.5) / (matching + 0.5))
