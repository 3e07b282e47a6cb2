import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import InputError
from retrieval.search.fusion import DEFAULT_FUSION, FUSIONS, Candidates, fuse


def candidates(dense, lexical, dense_rank, lexical_rank, coverage=None, terms=6, vectors=None):
    ids = np.arange(len(dense), dtype=np.int64) * 10
    rows = np.eye(len(ids), dtype=np.float32) if vectors is None else np.array(vectors, np.float32)
    return Candidates(
        ids,
        np.array(dense, np.float32),
        np.array(lexical, np.float32),
        np.array(dense_rank),
        np.array(lexical_rank),
        lambda wanted: rows[np.searchsorted(ids, wanted)],
        None if coverage is None else np.array(coverage, np.float32),
        terms,
    )


TWO_ARMS = candidates([0.9, 0.8, 0.1], [0.0, 5.0, 6.0], [0, 1, -1], [-1, 1, 0])


def test_one_arm_leaves_out_what_it_did_not_find():
    assert list(fuse("dense", TWO_ARMS)[0]) == [0, 10]
    assert list(fuse("lexical", TWO_ARMS)[0]) == [20, 10]


def test_both_arms_agreeing_wins():
    for name in ("rrf", "complete", DEFAULT_FUSION):
        assert fuse(name, TWO_ARMS)[0][0] == 10


def test_reciprocal_ranks():
    ids, scores = fuse("rrf", TWO_ARMS)
    assert dict(zip(ids, scores, strict=True)) == pytest.approx(
        {0: 1 / 61, 10: 2 / 62, 20: 1 / 61}, rel=1e-6
    )


def test_complete_scoring_uses_the_score_of_an_arm_that_did_not_find_it():
    """Each arm found the other's best just below its own depth, or far away."""
    near = candidates([0.9, 0.7, 0.0], [4.0, 5.0, 0.0], [0, -1, -1], [-1, 0, -1])
    scores = dict(zip(*fuse("complete", near), strict=True))
    assert scores[0] == pytest.approx((1.0 + 0.8) / 2)
    assert scores[10] == pytest.approx((0.7 / 0.9 + 1.0) / 2)
    plain = dict(zip(*fuse("minmax", near), strict=True))
    assert plain[0] == plain[10] == 0.5


def first(dense, lexical, coverage=None, terms=6):
    made = candidates(dense, lexical, range(len(dense)), range(len(dense)), coverage, terms)
    return int(fuse("adaptive", made)[0][0])


def test_the_dense_arm_counts_for_more_where_one_passage_stands_out():
    """In both the arms disagree as much, each scaled to its own range."""
    assert first([0.9, 0.1, 0.1], [2.0, 9.0, 1.0], [0.5] * 3) == 0
    assert first([0.50, 0.45, 0.45], [2.0, 9.0, 1.0], [0.5] * 3) == 10


def test_the_lexical_arm_counts_for_less_where_no_passage_has_the_questions_words():
    dense, lexical = [0.6, 0.1, 0.1], [0.0, 3.0, 0.0]
    assert first(dense, lexical, [0.1, 0.2, 0.1]) == 0
    assert first(dense, lexical, [0.4, 1.0, 0.1]) == 10


def test_in_a_long_question_the_arms_count_alike():
    """Both scale one passage to 1; in a short question that lacks the words the dense arm wins."""
    dense, lexical, coverage = [0.5, 0.4, 0.1], [0.0, 3.0, 0.1], [0.1, 0.1, 0.1]
    assert first(dense, lexical, coverage, terms=3) == 0
    assert first(dense, lexical, coverage, terms=30) == 10


def test_neighbours_of_good_candidates_gain_in_a_long_question():
    """Two candidates score alike; one of them is close to the best one."""
    x, y = [1.0, 0.0], [0.0, 1.0]
    arms = [0.9, 0.5, 0.5, 0.1], [9.0, 5.0, 5.0, 1.0], range(4), range(4), [0.5] * 4
    short = dict(zip(*fuse("adaptive", candidates(*arms, 4, [x, x, y, y])), strict=True))
    long = dict(zip(*fuse("adaptive", candidates(*arms, 20, [x, x, y, y])), strict=True))
    assert short[10] == short[20]
    assert long[10] > long[20]


def test_a_passage_gains_by_what_it_covers():
    """Both score alike; one has more of the question's rare words."""
    assert first([0.5, 0.5, 0.1], [3.0, 3.0, 0.0], [0.4, 0.9, 0.0]) == 10


def test_an_index_that_does_not_know_coverage_is_fused_by_scores():
    made = candidates([0.9, 0.2], [1.0, 5.0], range(2), range(2))
    ids, scores = fuse("adaptive", made)
    assert len(ids) == 2
    assert np.all((scores >= 0) & (scores <= 1))


def test_equal_scores_stand_in_id_order():
    made = candidates([0.5] * 4, [2.0] * 4, range(4), range(4))
    for name in ("adaptive", "complete", "minmax", "dense", "lexical"):
        assert list(fuse(name, made)[0]) == [0, 10, 20, 30]


def test_an_unknown_fusion_is_an_error_that_lists_the_known():
    with pytest.raises(InputError, match="'best'; there are: adaptive, complete"):
        fuse("best", TWO_ARMS)


@pytest.mark.parametrize("name", FUSIONS)
def test_no_candidates_give_no_ranking(name):
    ids, scores = fuse(name, candidates([], [], [], []))
    assert len(ids) == len(scores) == 0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(0, 30), st.floats(0, 1)), min_size=1, max_size=30
    ),
    st.integers(0, 600),
)
def test_the_default_ranks_every_candidate_within_0_and_1(rows, terms):
    dense, lexical, coverage = zip(*rows, strict=True)
    made = candidates(dense, lexical, range(len(rows)), range(len(rows)), coverage, terms)
    ids, scores = fuse(DEFAULT_FUSION, made)
    assert sorted(ids) == list(made.ids)
    assert np.all((scores >= 0) & (scores <= 1 + 1e-6))
    assert list(scores) == sorted(scores, reverse=True)
