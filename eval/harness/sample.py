"""A smaller part of a data set, the same part every time."""

from collections.abc import Sequence
from typing import TypeVar

from eval.data.splits import Part, squad2_part
from eval.errors import DataError
from eval.types import Question, QuestionSet

T = TypeVar("T")


def every_nth(items: Sequence[T], limit: int | None) -> list[T]:
    """Return at most `limit` items, evenly spaced over all of them, in order.

    >>> every_nth("abcdefgh", 3)
    ['a', 'c', 'f']
    """
    if limit is None or limit >= len(items):
        return list(items)
    return [items[number * len(items) // limit] for number in range(limit)]


def of_part(data: QuestionSet, part: Part | None) -> Sequence[Question]:
    """Return the questions on articles of `part`, as the reader's training split them by title.

    Raises:
        DataError: when there is none.
    """
    if part is None:
        return data.questions
    articles = {key for key, each in data.contexts.items() if squad2_part(each.title) == part}
    kept = [question for question in data.questions if question.context in articles]
    if not kept:
        raise DataError(f"{data.name}: no question is on an article of the part {part!r}")
    return kept
