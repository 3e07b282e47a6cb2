"""Fitting the fusion: what is kept of a collection is what was found, and left out is left out."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from eval.data.question_sets import packaged
from eval.tuning.fit_fusion import Bench, main
from eval.tuning.judged import (
    ANY_RIGHT,
    Collection,
    Judged,
    beir,
    load_collection,
    opened,
    store_collection,
)
from retrieval.search.fusion import Candidates, adaptive, dense_only, lexical_only
from retrieval.search.fusion_weights import fusion_weights


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def judged(dense: list[float], lexical: list[float], right: int) -> Judged:
    count = len(dense)
    ids = np.arange(count, dtype=np.int64)
    rank = [np.argsort(np.argsort(-np.array(arm))).astype(np.int64) for arm in (dense, lexical)]
    held = Candidates(
        ids,
        np.array(dense, np.float32),
        np.array(lexical, np.float32),
        *rank,
        lambda some: np.eye(count, dtype=np.float32)[some],
        np.full(count, 0.7, np.float32),
        4,
    )
    gains = (ids == right).astype(np.float32)
    return Judged(held, ids, gains, 1.0)


def test_what_is_kept_is_what_was_found(tmp_path: Path) -> None:
    made = beir(Path(packaged("tiny")), 8)
    store_collection(tmp_path / "tiny.npz", made)
    kept = load_collection(tmp_path / "tiny.npz")
    assert (kept.name, kept.group, len(kept.questions)) == ("tiny", "tiny", 8)
    for fuse in (adaptive, dense_only, lexical_only):
        before = [each.ndcg(fuse(each.candidates)) for each in made.questions]
        assert before == pytest.approx(
            [each.ndcg(fuse(each.candidates)) for each in kept.questions]
        )
        assert 0.5 < np.mean(before) <= 1


@pytest.mark.parametrize("by_sentence", [False, True])
def test_questions_are_judged_by_the_passages_that_hold_the_answer(
    tmp_path: Path, by_sentence: bool
) -> None:
    context = "The mill stands by the weir. Its wheel was built by Orla Fenn. It grinds rye."
    rows = [
        {"id": "1", "title": "Mill", "context": context, "question": "Who built the wheel?",
         "answers": [{"text": "Orla Fenn", "start": context.index("Orla")}], "answerable": True},
        {"id": "2", "title": "Fair", "context": "The fair is held in May on the green.",
         "question": "When is the fair?",
         "answers": [{"text": "May", "start": 20}], "answerable": True},
    ]  # fmt: skip
    path = tmp_path / "village.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = opened(path, 10, by_sentence=by_sentence).questions
    assert [int((each.units == ANY_RIGHT).sum()) for each in asked] == [1, 1]
    assert [len(each.units) for each in asked] == ([4, 4] if by_sentence else [2, 2])


def test_several_right_passages_are_one_hit() -> None:
    one = judged([0.9, 0.8, 0.1], [3.0, 2.0, 1.0], 0)
    both = Judged(one.candidates, np.array([ANY_RIGHT, ANY_RIGHT, 2]), np.float32([1, 1, 0]), 1.0)
    assert both.ndcg(np.float32([3, 2, 1])) == pytest.approx(1.0)
    assert both.ndcg(np.float32([1, 2, 3])) == pytest.approx(1 / np.log2(3))


def test_a_collection_is_left_out_of_its_own_fit() -> None:
    """One collection wants the terms to count; fitted to the others its figure is worse."""
    by_meaning = [judged([0.9, 0.2, 0.1], [1.0, 3.0, 0.5], 0)] * 4
    by_words = [judged([0.9, 0.2, 0.1], [1.0, 3.0, 0.5], 1)] * 4
    bench = Bench(
        [
            Collection("a", "a", tuple(by_meaning)),
            Collection("b", "b", tuple(by_meaning)),
            Collection("c", "c", tuple(by_words)),
        ]
    )
    assert bench.arms.tolist() == [1.0, 1.0, 1.0]
    own = bench.values(bench.fitted(fusion_weights(), np.array([False, False, True])))
    assert bench.left_out(fusion_weights())[2] <= own[2]


def test_the_fit_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "ir"
    folder.mkdir()
    for name in ("tiny", "parts"):
        (folder / name).symlink_to(packaged(name))
    written = tmp_path / "weights.json"
    arguments = ["--ir", str(folder), "--limit", "6", "--cache", str(tmp_path / "kept")]
    assert main([*arguments, "--write", str(written)]) == 0
    assert "left out, the worst is" in capsys.readouterr().out
    assert set(json.loads(written.read_text("utf-8"))) == set(
        json.loads(
            (Path(__file__).parents[2] / "retrieval/search/fusion_weights.json").read_text("utf-8")
        )
    )
