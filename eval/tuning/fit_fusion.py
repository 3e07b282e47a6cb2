"""`python -m eval.tuning.fit_fusion --ir DIR…`: fit what the arms are worth, across collections.

The weights of `retrieval.search.fusion_weights` are chosen by the mean nDCG@10 of all collections,
less twice what any falls short of its better arm, one weight after the other on a coarse grid. What
they are worth is measured by leaving each collection out of the choice in turn.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.data.document_sets import SETS, read_set
from eval.tuning.judged import (
    Collection,
    beir,
    document_set,
    load_collection,
    opened,
    store_collection,
)
from retrieval.search.fusion import Fuse, adaptive, complete_minmax, dense_only, lexical_only
from retrieval.search.fusion_weights import FusionWeights, fusion_weights

GRID: Mapping[str, tuple[float, ...]] = {
    "dense": (1.0, 1.22, 1.5),
    "range_power": (1.0, 1.5, 2.0),
    "coverage_power": (0.5, 1.0, 1.5),
    "terms_power": (0.0, 0.25),
    "coverage": (0.1, 0.2, 0.3, 0.4),
    "neighbours": (0.0, 0.2, 0.3, 0.4),
}
BELOW_AN_ARM = 2.0
ALLOWED = 0.003
LEAST = 2e-4
"""A weight is changed for no smaller gain."""

Values = NDArray[np.float64]
"""A figure for each group of collections."""


@dataclass(slots=True)
class Bench:
    """What weights are worth on each group of collections; measured once each."""

    collections: Sequence[Collection]
    groups: list[str] = field(init=False)
    arms: Values = field(init=False)
    _known: dict[FusionWeights, Values] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = sorted({each.group for each in self.collections})
        self.arms = np.maximum(self._by_group(dense_only), self._by_group(lexical_only))

    def equal(self) -> Values:
        """Return what equal weights are worth."""
        return self._by_group(complete_minmax)

    def values(self, weights: FusionWeights) -> Values:
        """Return mean nDCG@10 in each group."""
        if weights not in self._known:
            self._known[weights] = self._by_group(lambda each: adaptive(each, weights))
        return self._known[weights]

    def goodness(self, weights: FusionWeights, among: NDArray[np.bool_]) -> float:
        """Return the mean over some groups, less what any falls short of its better arm."""
        values, arms = self.values(weights)[among], self.arms[among]
        short = np.maximum(0, arms - ALLOWED - values)
        return float(values.mean() - BELOW_AN_ARM * short.mean())

    def fitted(self, start: FusionWeights, among: NDArray[np.bool_]) -> FusionWeights:
        """Return the weights that are best on some groups, from `start` on."""
        best = start
        for name, choices in GRID.items():
            for value in choices:
                tried = FusionWeights(**{**asdict(best), name: value})
                if self.goodness(tried, among) > self.goodness(best, among) + LEAST:
                    best = tried
        return best

    def left_out(self, start: FusionWeights) -> Values:
        """Return each group's figure under weights that were fitted to the others."""
        rows = np.arange(len(self.groups))
        return np.array([self.values(self.fitted(start, rows != row))[row] for row in rows])

    def _by_group(self, fuse: Fuse) -> Values:
        of = {
            each.name: np.mean([one.ndcg(fuse(one.candidates)) for one in each.questions])
            for each in self.collections
        }
        return np.array(
            [np.mean([of[c.name] for c in self.collections if c.group == g]) for g in self.groups]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the weights and print what each collection gains, left out; write them if asked to."""
    parser = argparse.ArgumentParser(prog="python -m eval.tuning.fit_fusion", description=__doc__)
    parser.add_argument("--ir", type=Path, help="folder of BEIR folders")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="question sets")
    parser.add_argument(
        "--sentences", type=Path, nargs="*", default=[], help="question sets, asked of sentences"
    )
    parser.add_argument("--documents", type=Path, help="where `eval.documents fetch` put its sets")
    parser.add_argument("--limit", type=int, default=200, help="questions a collection")
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps what is found")
    parser.add_argument("--write", type=Path, help="write the weights to this file")
    options = parser.parse_args(arguments)
    bench = Bench(list(_collections(options)))
    start = fusion_weights()
    everything = np.ones(len(bench.groups), dtype=np.bool_)
    fitted = bench.fitted(start, everything)
    _report(bench, bench.left_out(start), bench.values(fitted))
    written = json.dumps(asdict(fitted), indent=2)
    print(written)
    if options.write:
        options.write.write_text(written + "\n", encoding="utf-8")
    return 0


def _collections(options: argparse.Namespace) -> Iterator[Collection]:
    options.cache.mkdir(parents=True, exist_ok=True)
    for name, make in _makers(options):
        kept = options.cache / f"{name}.npz"
        if not kept.exists():
            store_collection(kept, make())
        yield load_collection(kept)


def _makers(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Collection]]]:
    """Yield what asks each collection, by the name of the file that keeps it."""
    limit = options.limit
    for folder in sorted(options.ir.iterdir()) if options.ir else ():
        yield folder.name, partial(beir, folder, limit)
    for path in options.questions:
        yield f"{path.stem}-open", partial(opened, path, limit)
    for path in options.sentences:
        yield f"{path.stem}-sentences", partial(opened, path, limit, by_sentence=True)
    for path in sorted(SETS.glob("*.toml")) if options.documents else ():
        described, questions = read_set(path), path.with_suffix(".jsonl")
        folder = options.documents / described.name
        yield (
            f"documents-{described.name}",
            partial(document_set, described, questions, folder, limit),
        )


def _report(bench: Bench, left_out: Values, fitted: Values) -> None:
    equal = bench.equal()
    print(f"{'nDCG@10':20} better arm   equal  fitted  left out")
    rows = zip(bench.groups, bench.arms, equal, fitted, left_out, strict=True)
    for name, *figures in rows:
        print(f"{name:20}", *(f"{each:9.3f}" for each in figures))
    print(
        f"{'mean':20}", *(f"{each.mean():9.4f}" for each in (bench.arms, equal, fitted, left_out))
    )
    print(f"left out, the worst is {(left_out - bench.arms).min():+.4f} of its better arm")


if __name__ == "__main__":
    raise SystemExit(main())
