"""What every `LexicalIndex` must do. Add an implementation to `BUILDERS` to have it checked.

`ExactLexicalIndex` is the plain oracle: textbook BM25 over every passage.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import TantivyLexicalIndex, create_index, term_document
from index.lexical.analysis import content_terms, terms
from index.lexical.query import HEADS_BOOST
from index.protocols import Ids, LexicalIndex, Ranking, Scores

Row = tuple[int, str, str]
"""Passage id, title, text."""


class ExactLexicalIndex:
    """BM25 (k1 = 1.2, b = 0.75) computed for every passage, with no spelling repair."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.ids = [row[0] for row in rows]
        self.fields = [
            (1.0, [[t.stem for t in terms(_words(title, text))] for _, title, text in rows]),
            (HEADS_BOOST, [[t.stem for t in terms(title)] for _, title, _ in rows]),
        ]

    def _all(self, query: str) -> list[float]:
        totals = [0.0] * len(self.ids)
        for boost, bags in self.fields:
            average = sum(map(len, bags)) / max(1, len(bags))
            for term in content_terms(query):
                matching = sum(term.stem in bag for bag in bags)
                idf = math.log(1 + (len(bags) - matching + 0.5) / (matching + 0.5))
                for row, bag in enumerate(bags):
                    tf = Counter(bag)[term.stem]
                    norm = 1.2 * (0.25 + 0.75 * len(bag) / average) if average else 1.0
                    totals[row] += boost * idf * 2.2 * tf / (tf + norm) if tf else 0.0
        return totals

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        ranked = sorted(
            (-score, passage_id)
            for passage_id, score in zip(self.ids, self._all(query), strict=True)
            if score > 0 and (allowed is None or passage_id in allowed)
        )[: max(0, k)]
        return (
            np.array([passage_id for _, passage_id in ranked], dtype=np.int64),
            np.array([-score for score, _ in ranked], dtype=np.float32),
        )

    def scores(self, query: str, ids: Ids) -> Scores:
        by_id = dict(zip(self.ids, self._all(query), strict=True))
        return np.array([by_id[int(i)] for i in ids], dtype=np.float32)

    def coverage(self, query: str, ids: Ids) -> Scores:
        bags = self.fields[0][1]
        weights = Counter()
        for term in content_terms(query):
            matching = sum(term.stem in bag for bag in bags)
            weights[term.stem] += math.log(1 + (len(bags) - matching + 0.5) / (matching + 0.5))
        by_id = dict(zip(self.ids, bags, strict=True))
        return np.array(
            [
                sum(w for t, w in weights.items() if t in by_id[int(i)]) / weights.total()
                for i in ids
            ],
            dtype=np.float32,
        )


def _words(title: str, text: str) -> str:
    """A title that begins the text counts once."""
    return text if text.startswith(title) else f"{title}\n{text}"


def tantivy_index(rows: Sequence[Row]) -> LexicalIndex:
    index = create_index()
    writer = index.writer(15_000_000, 1)
    for passage_id, title, text in rows:
        writer.add_document(term_document(passage_id, title, (), text))
    writer.commit()
    writer.wait_merging_threads()
    return TantivyLexicalIndex(index)


BUILDERS: list[Callable[[Sequence[Row]], LexicalIndex]] = [ExactLexicalIndex, tantivy_index]

ROWS: list[Row] = [
    (3, "Harbours", "The harbour master closed the northern harbour at noon."),
    (5, "Harbours", "Ships waited outside; the captain of one ship complained."),
    (8, "Weather", "A northern storm reached the coast. Nobody was hurt."),
    (13, "Weather", "To be or not to be: the storm was named Élodie."),
    (21, "", "STORM DAMAGE AT THE HARBOUR WAS REPAIRED WITHIN A WEEK"),
]


@pytest.fixture(params=BUILDERS, ids=lambda build: build.__name__)
def index(request: pytest.FixtureRequest) -> LexicalIndex:
    return request.param(ROWS)


class TestLexicalIndexContract:
    def test_finds_the_passage_that_has_the_words(self, index):
        ids, scores = index.search("who is the harbour master?", 3)
        assert ids[0] == 3
        assert scores[0] > scores[1] > 0

    def test_capitals_and_accents_do_not_matter(self, index):
        assert set(index.search("elodie", 5)[0]) == {13}
        assert set(index.search("REPAIRED", 5)[0]) == {21}

    def test_shapes_types_and_order(self, index):
        ids, scores = index.search("northern storm harbour", 4)
        assert ids.dtype == np.int64
        assert scores.dtype == np.float32
        assert ids.shape == scores.shape == (4,)
        assert list(scores) == sorted(scores, reverse=True)

    def test_k_is_a_limit_and_may_exceed_what_there_is(self, index):
        assert len(index.search("storm", 1)[0]) == 1
        assert set(index.search("storm", 10**9)[0]) == {8, 13, 21}
        assert len(index.search("storm", 0)[0]) == 0

    def test_filter_comes_before_top_k(self, index):
        everything = index.search("harbour storm", 5)[0]
        last = np.array([everything[-1]])
        assert list(index.search("harbour storm", 1, last)[0]) == list(last)

    def test_filter_changes_no_score(self, index):
        plain = dict(zip(*index.search("harbour storm", 5), strict=True))
        ids, scores = index.search("harbour storm", 5, np.array([8, 21]))
        assert {8, 21} == set(ids)
        assert [plain[i] for i in ids] == pytest.approx(list(scores), rel=1e-5)

    def test_empty_filter_finds_nothing(self, index):
        assert len(index.search("storm", 5, np.array([], dtype=np.int64))[0]) == 0

    def test_scores_are_those_of_search(self, index):
        found = dict(zip(*index.search("harbour storm", 5), strict=True))
        asked = np.array([21, 5, 3, 8, 13])
        scores = index.scores("harbour storm", asked)
        assert scores.dtype == np.float32
        assert [found.get(i, 0.0) for i in asked] == pytest.approx(list(scores), rel=1e-5)

    def test_coverage_is_the_share_of_the_words_that_a_passage_has(self, index):
        covered = index.coverage("the harbour master", np.array([3, 5, 8]))
        assert covered.dtype == np.float32
        assert covered[0] == pytest.approx(1.0)
        assert 0 < covered[1] < 0.5, "the commoner of two words is less than half of them"
        assert covered[2] == 0

    def test_coverage_counts_what_no_passage_has(self, index):
        assert 0 < index.coverage("harbour 1999", np.array([3]))[0] < 0.5
        assert list(index.coverage("1999", np.array([3, 5]))) == [0, 0]
        assert index.coverage("storm", np.array([], dtype=np.int64)).shape == (0,)

    def test_scores_of_nothing(self, index):
        assert index.scores("storm", np.array([], dtype=np.int64)).shape == (0,)
        assert list(index.scores("zzzzz", np.array([3, 5]))) == [0, 0]

    @pytest.mark.parametrize("query", ["", "   ", "?!…", "\x00", '"', "()[]{}^~*+-&&||\\:/"])
    def test_no_terms_find_nothing(self, index, query):
        assert len(index.search(query, 5)[0]) == 0
        assert list(index.scores(query, np.array([3]))) == [0]

    @pytest.mark.parametrize(
        "query",
        ["body:storm", "storm AND NOT harbour", "id:[0 TO 9] storm", "storm^99 (", "+storm"],
    )
    def test_query_syntax_is_plain_text(self, index, query):
        assert {8, 13, 21} <= set(index.search(query, 5)[0])

    def test_only_stop_words_still_find(self, index):
        assert index.search("to be or not to be", 5)[0][0] == 13

    def test_equal_scores_stand_in_id_order(self, index):
        ids, scores = index.search("week damage captain complained", 5)
        assert list(np.lexsort((ids, -scores))) == list(range(len(ids)))


words = st.sampled_from(["storm", "harbour", "ship", "north", "naïve", "東京", "ΑΒΓ", "x1"])
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8), texts)
def test_tantivy_agrees_with_the_oracle(pairs, query):
    """Short fields only: tantivy keeps lengths up to 40 exactly and rounds longer ones."""
    rows = [(7 * n + 1, title, text) for n, (title, text) in enumerate(pairs)]
    ids = np.array([row[0] for row in rows])
    expected = ExactLexicalIndex(rows).scores(query, ids)
    assert list(tantivy_index(rows).scores(query, ids)) == pytest.approx(list(expected), rel=1e-4)
    covered = ExactLexicalIndex(rows).coverage(query, ids)
    assert list(tantivy_index(rows).coverage(query, ids)) == pytest.approx(list(covered), rel=1e-4)
