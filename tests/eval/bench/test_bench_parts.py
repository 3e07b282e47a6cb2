from pathlib import Path

import pytest

from eval.data import read_beir
from eval.errors import DataError
from eval.peers.excerpts import any_split, excerpt

TINY = Path(__file__).parents[3] / "eval" / "gold" / "tiny"


def test_a_part_is_a_set_of_its_own(tmp_path: Path) -> None:
    whole = any_split(TINY)
    part = excerpt(whole, tmp_path / "part", docs=6, queries=3)
    documents = {document.id: document for document in part.documents()}
    assert len(documents) == 6
    assert 1 <= len(part.queries) <= 3
    for query, judged in part.qrels.items():
        assert set(judged) <= set(documents)
        assert max(judged.values()) > 0
        assert part.queries[query] == whole.queries[query]
    texts = {document.id: document.text for document in whole.documents()}
    assert all(texts[key] == document.text for key, document in documents.items())


def test_without_limits_a_part_is_the_whole(tmp_path: Path) -> None:
    whole = any_split(TINY)
    part = excerpt(whole, tmp_path / "part", docs=None, queries=None)
    assert list(part.documents()) == list(whole.documents())
    assert part.qrels == {
        query: judged for query, judged in whole.qrels.items() if max(judged.values()) > 0
    }


def test_half_of_a_part_answers_queries(tmp_path: Path) -> None:
    part = excerpt(any_split(TINY), tmp_path / "part", docs=4, queries=None)
    answering = {d for judged in part.qrels.values() for d, grade in judged.items() if grade > 0}
    assert len(answering) >= 2


def test_a_part_that_answers_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="answer no query"):
        excerpt(any_split(TINY), tmp_path / "part", docs=0, queries=None)


def test_a_set_without_a_test_split_is_read_by_the_one_it_has(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    (folder / "qrels").mkdir(parents=True)
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / name).write_text((TINY / name).read_text())
    (folder / "qrels" / "train.tsv").write_text((TINY / "qrels" / "test.tsv").read_text())
    assert any_split(folder).qrels == read_beir(TINY).qrels
