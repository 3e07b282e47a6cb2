"""What benchmarks print: small tables, each figure with its target beside it."""

import os
from dataclasses import dataclass

from index.cores import usable_cores

_BUSY = 0.7


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column names, rows of as many cells, and lines below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()

    def __str__(self) -> str:
        widths = [max(map(len, cells)) for cells in zip(self.columns, *self.rows, strict=True)]
        lines = [_line(cells, widths) for cells in (self.columns, *self.rows)]
        return "\n".join(["", self.title, *(f"  {each}" for each in (*lines, *self.below))])

    def markdown(self) -> str:
        """Return the table as docs/figures.md has it, what stands below it as a list."""
        rows = (self.columns, ("---",) * len(self.columns), *self.rows)
        lines = ["| " + " | ".join(cells) + " |" for cells in rows]
        below = ["", *(f"- {each}" for each in self.below)] if self.below else []
        return "\n".join([f"{self.title}:", "", *lines, *below])


@dataclass(frozen=True, slots=True)
class Target:
    """A measured value and the bound that it should keep: at most it, or at least it."""

    what: str
    value: float
    bound: float
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        """Return whether the value keeps the bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        sign, verdict = "≥" if self.at_least else "≤", "met" if self.met else "MISSED"
        shown = f"{self.value:.4g}{self.unit}, target {sign} {self.bound:.4g}{self.unit}: {verdict}"
        return f"{self.what}: {shown}"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def machine() -> str:
    """Return one line on the machine, with a warning when it has other work to do."""
    cores, load = usable_cores(), os.getloadavg()[0]
    busy = "; it is busy, so no figure below counts" if load > _BUSY else ""
    return f"{cores} cores, load {load:.2f} before the start{busy}"
