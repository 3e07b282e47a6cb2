"""What can be wrong with a data set, a run or a baseline."""

from collections.abc import Sequence

from index.errors import ExcerptError, InputError

SHOWN = 20
"""How many problems one message lists; the rest are counted."""


class DataError(InputError):
    """A data set cannot be measured on as it is; the message lists where and why."""

    slug = "bad-data"


class RunError(InputError):
    """A saved run is missing, incomplete, or cannot be set beside the other."""

    slug = "bad-run"


class RegressionError(ExcerptError):
    """A measure fell below its baseline by more than its noise."""

    slug = "regression"


def refuse(path: object, problems: Sequence[str], advice: str) -> None:
    """Raise one `DataError` for all `problems`, or return when there are none.

    Args:
        path: the data set they were found in.
        problems: one line each, beginning with its place ("line 7: …").
        advice: what to do about them.
    """
    if not problems:
        return
    listed = "\n".join(f"  {problem}" for problem in problems[:SHOWN])
    more = f"\n  … and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    raise DataError(f"{path}: {count}:\n{listed}{more}\n{advice}")
