"""Lines that each say one thing: `name: value`, and columns set apart by tabs, spaces or dots.

Several of them stand together. A single one may be prose that was wrapped or justified.
"""

import re
from collections.abc import Iterator, Sequence

_LABEL = re.compile(
    r"[^\S\r\n]*[*_`]{0,2}[^\W\d_][\w ()/.'’&-]{0,38}(?<![.\s])[*_`]{0,2}"
    r"[^\S\r\n]?[:=][*_`]{0,2}[^\S\r\n]+\S"
)
_GAP = re.compile(r"(?<=[^\s.!?])(?P<space>[ ]{2,}|[ ]*\t[ \t]*)(?=\S)")
_LEADER = re.compile(r"\S[ ]?\.{3,}[ ]?\S|\S[ ](?:\.[ ]){2,}\S")
_WIDE = 3
"""Spaces that nobody puts between words: two lines that have them in one column are enough."""
_FEWEST_NARROW = 3
_LONGEST_NAME = 48
_REACH = 200


def labelled_lines(lines: Sequence[str]) -> Iterator[int]:
    r"""Yield which of the lines of a block are units of their own.

    >>> list(labelled_lines(["Keeper: Ada", "  Holt", "Clerk: Bo"]))
    [0, 2]
    >>> list(labelled_lines(["Keeper    Ada", "Clerk     Bo", "and so on"]))
    [0, 1]
    >>> list(labelled_lines(["He said: so", "it was."]))
    []
    """
    if len(lines) < 2:
        return
    columns = [_column(line) for line in lines]
    labelled = {at for at, line in enumerate(lines) if _LABEL.match(line, 0, _REACH)}
    leaders = {at for at, line in enumerate(lines) if leader_of(line)}
    found = _aligned(columns)
    for some in (labelled, leaders):
        found |= some if len(some) > 1 else set()
    yield from sorted(found)


def is_labelled(line: str) -> bool:
    """Return whether a line looks like one of several that each say one thing."""
    return any(form.search(line, 0, _REACH) for form in (_LABEL, _LEADER, _GAP))


def leader_of(line: str) -> re.Match[str] | None:
    """Return the dots that lead from a name to its value, with a character to either side."""
    return _LEADER.search(line, 0, _REACH)


def _column(line: str) -> tuple[int, int] | None:
    """Return where a line's second column begins, and how wide the space before it is."""
    gap = _GAP.search(line, 0, _REACH)
    if gap is None or gap.start() > _LONGEST_NAME:
        return None
    width = _WIDE if "\t" in gap["space"] else len(gap["space"])
    return (-1 if "\t" in gap["space"] else gap.end()), width


def _aligned(columns: Sequence[tuple[int, int] | None]) -> set[int]:
    """Return the lines whose second column is that of the line above or below.

    Columns at a tab stop are alike, wherever they begin.
    """
    found: set[int] = set()
    run: list[int] = []
    for at, column in enumerate(columns):
        if run and column is not None and column[0] == (columns[run[-1]] or (None,))[0]:
            run.append(at)
        else:
            found |= _long_enough(run, columns)
            run = [at] if column is not None else []
    return found | _long_enough(run, columns)


def _long_enough(run: list[int], columns: Sequence[tuple[int, int] | None]) -> set[int]:
    wide = sum((columns[at] or (0, 0))[1] >= _WIDE for at in run)
    return set(run) if len(run) >= _FEWEST_NARROW or (len(run) > 1 and wide) else set()
