"""Two runs of the same questions, paired: what differs, how surely, and which questions flipped."""

from dataclasses import dataclass

from eval.errors import RunError
from eval.measures import MEASURES
from eval.runs.record import Row, Run, unpacked
from eval.runs.statistics import Difference, difference
from eval.types import Kind

TURNS: dict[Kind, str] = {"qa": "exact", "retrieval": "nDCG@10", "attribution": "overlap"}
"""The column whose change makes a question count as flipped."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that got better or worse, with both results whole."""

    change: float
    a: Row
    b: Row


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B beside run A. `flips` are largest change first, losses before gains of that size."""

    a: Run
    b: Run
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]

    @property
    def verdict(self) -> str:
        """One line: what is surely better, what surely worse, or that nothing is."""
        surely = {True: "better", False: "worse"}
        said = [
            f"{surely[d.better]} {d.measure.name} ({d.difference.value:+.4f})"
            for d in self.differences
            if d.better is not None
        ]
        return ", ".join(said) if said else "no difference"


def check_paired(a: Run, b: Run) -> None:
    """Refuse two runs that did not ask the same questions.

    Raises:
        RunError: saying what differs.
    """
    if a.plan.kind != b.plan.kind:
        raise RunError(f"{a.folder} is a {a.plan.kind} run, {b.folder} a {b.plan.kind} run")
    if a.plan.data_sha256 != b.plan.data_sha256 or a.ids != b.ids:
        raise RunError(
            f"{a.folder} asked {len(a.ids)} questions of {a.plan.data} and {b.folder} "
            f"{len(b.ids)} of {b.plan.data}: not the same ones. Run both on one data set."
        )


def compare(a: Run, b: Run) -> Comparison:
    """Set run B beside run A on every measure of their kind.

    Raises:
        RunError: when they did not ask the same questions.
    """
    check_paired(a, b)
    kind = a.plan.kind
    first, second = a.columns, b.columns
    found = (difference(measure, first, second) for measure in MEASURES[kind])
    return Comparison(a, b, tuple(d for d in found if d is not None), _flips(a, b, TURNS[kind]))


def _flips(a: Run, b: Run, column: str) -> tuple[Flip, ...]:
    pairs = zip(a.rows, b.rows, strict=True)
    made = [
        Flip(after - before, one, two)
        for one, two in pairs
        if (after := unpacked(two["columns"])[column])
        != (before := unpacked(one["columns"])[column])
        and after - before == after - before
    ]
    return tuple(sorted(made, key=lambda flip: (-abs(flip.change), flip.change, flip.a["id"])))
