"""What only the tantivy index does: spelling repair, broad filters, files, odd text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import (
    TantivyLexicalIndex,
    create_index,
    open_index,
    passages_query,
    term_document,
)
from index.lexical.analysis import content_terms, terms
from index.lexical.search import DEEP, FEW, SMALL

TEXTS = [
    "Pete Hegseth termed it Operation Southern Spear.",
    "Admiral Alvin Holsey commands U.S. Southern Command.",
    "Rear Admiral Paul Lanzilotta commands the strike group.",
    "Nicolás Maduro denied the allegations.",
]


def build(texts, index=None):
    index = index or create_index()
    writer = index.writer(15_000_000, 1)
    for passage_id, text in enumerate(texts):
        writer.add_document(term_document(passage_id, "", (), text))
    writer.commit()
    writer.wait_merging_threads()
    return index


@pytest.fixture(scope="module")
def lexical():
    return TantivyLexicalIndex(build(TEXTS))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Hegsath", 0),
        ("hegsteh", 0),
        ("Holsie", 1),
        ("Lanzzilota", 2),
        ("Maduru", 3),
        ("Madúro", 3),
        ("Nicolas", 3),
        ("MADURO", 3),
        ("commanding", 1),
    ],
)
def test_names_are_found_as_people_spell_them(lexical, query, found):
    assert found in lexical.search(query, 2)[0]


@pytest.mark.parametrize("query", ["zzz", "qqqqqqq", "12345", "xyzzyx"])
def test_nothing_like_it_finds_nothing(lexical, query):
    assert len(lexical.search(query, 5)[0]) == 0


def test_a_known_word_is_not_respelt(lexical):
    assert list(lexical.search("Spear", 5)[0]) == [0]


def test_a_misspelt_name_weighs_like_a_rare_word(lexical):
    ids, _ = lexical.search("admiral Lanzilota", 4)
    assert ids[0] == 2


def test_scores_repair_spelling_too(lexical):
    ids, scores = lexical.search("Hegsath", 1)
    assert list(lexical.scores("Hegsath", ids)) == pytest.approx(list(scores))


@pytest.mark.parametrize("share", [0.001, 0.01, 0.03, 0.3, 0.9])
def test_every_way_of_filtering_gives_the_same_rows(share):
    generator = np.random.default_rng(7)
    vocabulary = np.array([f"w{n}" for n in range(60)])
    texts = [" ".join(generator.choice(vocabulary, 12)) for _ in range(2000)]
    lexical = TantivyLexicalIndex(build(texts))
    allowed = np.sort(generator.choice(2000, max(1, int(share * 2000)), replace=False))
    every_id, every_score = lexical.search("w1 w2 w3", 2000)
    kept = np.isin(every_id, allowed)
    ids, scores = lexical.search("w1 w2 w3", 20, allowed.astype(np.int64))
    assert list(scores) == pytest.approx(list(every_score[kept][:20]), rel=1e-5)
    assert set(ids) <= set(allowed)


def test_a_folder_holds_the_same_index(tmp_path):
    build(TEXTS, create_index(tmp_path))
    assert list(TantivyLexicalIndex(open_index(tmp_path)).search("allegations", 3)[0]) == [3]


def test_an_opened_index_stays_at_its_commit(tmp_path):
    index = build(TEXTS, create_index(tmp_path))
    before = TantivyLexicalIndex(index)
    writer = index.writer(15_000_000, 1)
    writer.delete_documents_by_query(passages_query(index.schema, [3]))
    writer.commit()
    writer.wait_merging_threads()
    assert list(before.search("Maduro", 3)[0]) == [3]
    assert len(TantivyLexicalIndex(index).search("Maduro", 3)[0]) == 0


def test_an_empty_index_finds_nothing():
    lexical = TantivyLexicalIndex(build([]))
    assert len(lexical.search("storm", 5)[0]) == 0
    assert list(lexical.scores("storm", np.array([1]))) == [0]


def test_composed_and_decomposed_letters_are_one_term():
    assert terms("Nicola\u0301s") == terms("Nicol\u00e1s")


def test_headings_are_searched_and_weigh_more():
    index = create_index()
    writer = index.writer(15_000_000, 1)
    writer.add_document(term_document(1, "Fees", ("Refunds",), "They take two weeks."))
    writer.add_document(term_document(2, "Fees", ("Fines",), "Refunds take two weeks."))
    writer.commit()
    assert list(TantivyLexicalIndex(index).search("refunds", 2)[0]) == [1, 2]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_can_be_indexed_and_asked(text):
    lexical = TantivyLexicalIndex(build([text, "anchor"]))
    ids, _ = lexical.search(text, 5)
    assert bool(len(ids)) == bool(content_terms(text))


def test_a_word_without_end_does_no_harm():
    lexical = TantivyLexicalIndex(build(["a" * 100_000, "anchor chain"]))
    assert list(lexical.search("anchor " + "b" * 100_000, 5)[0]) == [1]
    assert list(lexical.search("anchor " * 100_000, 5)[0]) == [1]


def test_scores_are_the_same_for_few_passages_and_for_many():
    texts = [f"Ship {n} left the {'northern ' * (n % 3)}harbour." for n in range(FEW + 50)]
    many = TantivyLexicalIndex(build(texts))
    ids = np.arange(len(texts), dtype=np.int64)
    together = many.scores("northern ships", ids)
    assert len(set(together.tolist())) > 2
    for few in np.array_split(ids, 9):
        assert list(many.scores("northern ships", few)) == list(together[few])


@pytest.mark.parametrize("size", [DEEP // 2, DEEP + 200, SMALL + 1])
def test_scores_are_the_same_before_and_after_a_search(size):
    texts = [f"Ship {n} left the {'northern ' * (n % 7)}harbour." for n in range(size)]
    texts[5] = "Rain fell."
    lexical, query = TantivyLexicalIndex(build(texts)), "northern harbour"
    others = np.random.default_rng(3).permutation(np.arange(6, size))[:300]
    ids = np.array([5, size, *others])
    before = lexical.scores(query, ids)
    assert before[:2].tolist() == [0.0, 0.0]
    assert (before[2:] > 0).all()
    found, scores = lexical.search(query, 100)
    assert len(found) == 100
    assert np.array_equal(lexical.scores(query, ids), before)
    assert np.array_equal(lexical.scores(query, found), scores)
    assert lexical.search(query, size)[0][:100].tolist() == found.tolist()
    assert np.array_equal(lexical.scores(query, ids), before)
