"""Tuning cannot fool itself: honest gains, no change within noise, never below the better arm."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.data.question_sets import packaged
from eval.harness.ir import IRConfig, run_retrieval
from eval.measures.answer_columns import EngineAnswer, Place, score
from eval.runs.driver import Outcome, execute
from eval.runs.record import Plan, packed
from eval.tuning.choose import choose, folds_of
from eval.tuning.sweep import Setting, measure_settings
from eval.tuning.thresholds import threshold_values
from eval.types import Question
from index.types import Span
from retrieval.types import Words

IDS = [f"q{number}" for number in range(200)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def test_noise_is_not_a_gain() -> None:
    """Of 60 settings that differ by luck alone one looks best; it must not be recommended."""
    draw = np.random.default_rng(7)
    values = {f"s{number}": draw.random(200) for number in range(60)}
    found = choose(values, IDS)
    assert values[found.fitted].mean() > values["s0"].mean() + 0.02
    assert not found.changes
    assert found.gain.low < 0 < found.gain.high
    assert "within noise" in found.reason


def test_a_real_gain_is_found_and_not_overstated() -> None:
    draw = np.random.default_rng(7)
    base = draw.random(200) * 0.8
    values = {"now": base} | {
        f"s{number}": base + 0.1 + draw.normal(0, 0.05, 200) for number in range(20)
    }
    found = choose(values, IDS)
    assert found.changes
    assert found.gain.low > 0
    best = max(values.values(), key=np.mean).mean() - base.mean()
    assert found.gain.value <= best
    assert found.gain.value == pytest.approx(0.1, abs=0.02)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_never_below_the_better_arm(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = ["now", "dense", "lexical", "other"]
    values = {name: np.clip(draw.normal(draw.random(), 0.3, 40), 0, 1) for name in names}
    found = choose(values, IDS[:40], is_floor=lambda name: name in ("dense", "lexical"))
    arms = max(values["dense"].mean(), values["lexical"].mean())
    assert values[found.chosen].mean() >= arms


def test_folds_are_even_and_do_not_depend_on_the_order() -> None:
    folds = folds_of(IDS)
    assert np.bincount(folds).tolist() == [40] * 5
    backwards = folds_of(IDS[::-1])
    assert folds.tolist() == backwards[::-1].tolist()


def test_questions_whose_answer_is_not_known_are_left_out(tmp_path: Path) -> None:
    def work(number: int) -> Outcome:
        answerable = None if number == 7 else number % 2 == 1
        answers = (Words("Bob"),) if answerable else ()
        question = Question(f"q{number}", "Who?", answers=answers, answerable=answerable)
        given = EngineAnswer(None, "Bob", Place("d", Span(0, 3)), 0.3 if number % 2 else 0.1)
        columns = packed(score(question, given, lambda _: "Bob leads."))
        return {"id": question.id, "columns": columns}, {"total": 1.0}

    plan = Plan("qa", "made.jsonl", "0" * 64, 40, {}, {}, {}, {})
    ids, values = threshold_values(execute(plan, range(40), work, tmp_path))
    assert ids == [f"q{number}" for number in range(40) if number != 7]
    found = choose(values, ids)
    assert found.current_value == pytest.approx(20 / 39)
    assert found.gain.low > 0
    assert values[found.chosen].mean() == 1


def test_settings_give_what_a_run_with_them_gives(tmp_path: Path) -> None:
    folder = Path(packaged("tiny"))
    grid = measure_settings(folder, "test", [48], None)
    default = grid.default
    assert (default.tokens, default.depth) == (160, 100)
    for fusion in (default.fusion, "rrf", "weighted:0.25", "dense"):
        run = run_retrieval(folder, "test", tmp_path, IRConfig(fusion=fusion))
        ours = grid.values[Setting(160, 100, fusion)]
        assert ours.tolist() == pytest.approx(run.columns["nDCG@10"].tolist())
    assert {setting.tokens for setting in grid.values} == {160, 48}
