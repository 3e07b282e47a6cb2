"""A defect in the real reader, retriever or calibrator is caught by `check`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.data.question_sets import packaged
from eval.errors import RegressionError
from eval.harness.ir import IRConfig, run_retrieval
from eval.harness.qa import QAConfig, run_qa
from eval.runs.check import Baseline, check, load_baseline, save_baseline
from eval.runs.record import Run
from index.types import Hit
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.network import Network
from retrieval.search import fusion
from retrieval.types import ReadResult

pytestmark = pytest.mark.slow

ASKED = 60


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def answered(runs: Path, reader: ExtractiveReader) -> Run:
    return run_qa("seeds", runs, QAConfig(open=True, limit=ASKED), reader=reader)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    folder = tmp_path_factory.mktemp("accepted")
    save_baseline(answered(folder, ExtractiveReader()), {}, folder / "seeds.json")
    return load_baseline(folder / "seeds.json")


class AlwaysHalfSure(ExtractiveReader):
    """A broken calibrator: what it knows makes no difference to how sure it is."""

    def read(self, question: str, hits: Sequence[Hit], k: int) -> ReadResult:
        found = super().read(question, hits, k)
        return replace(found, readings=tuple(replace(r, confidence=0.5) for r in found.readings))


def test_the_engine_as_it_is_passes(accepted: Baseline, tmp_path: Path) -> None:
    check(answered(tmp_path, ExtractiveReader()), accepted)


def test_a_broken_reader_is_caught(
    accepted: Baseline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = Network.scores

    def swapped(network: Network, ids: Any) -> Any:
        start, end = scores(network, ids)
        return end, start

    monkeypatch.setattr(Network, "scores", swapped)
    with pytest.raises(RegressionError, match="best_F1"):
        check(answered(tmp_path, ExtractiveReader()), accepted)


def test_a_broken_calibrator_is_caught(accepted: Baseline, tmp_path: Path) -> None:
    with pytest.raises(RegressionError, match="Brier") as caught:
        check(answered(tmp_path, AlwaysHalfSure()), accepted)
    assert "abstention_AUROC" in str(caught.value)
    assert "best_F1" not in str(caught.value)


def backwards(candidates: fusion.Candidates) -> Any:
    return -fusion.complete_minmax(candidates)


def scrambled(candidates: fusion.Candidates) -> Any:
    return fusion.complete_minmax(replace(candidates, dense=np.roll(candidates.dense, 1)))


@pytest.mark.parametrize(
    ("broken", "data"),
    [
        (backwards, "tiny"),
        (scrambled, "tiny"),
        (fusion.lexical_only, "paraphrases"),
        (fusion.dense_only, "parts"),
    ],
    ids=["backwards", "vectors-of-others", "dense-arm-lost", "lexical-arm-lost"],
)
def test_a_broken_retriever_is_caught(
    broken: Callable[[fusion.Candidates], Any],
    data: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ranked() -> Run:
        return run_retrieval(Path(packaged(data)), "test", tmp_path, IRConfig())

    save_baseline(ranked(), {}, tmp_path / "baseline.json")
    baseline = load_baseline(tmp_path / "baseline.json")
    check(ranked(), baseline)
    monkeypatch.setitem(fusion.FUSIONS, fusion.DEFAULT_FUSION, broken)  # type: ignore[arg-type]  # a plain dict
    with pytest.raises(RegressionError, match="nDCG@10"):
        check(ranked(), baseline)
