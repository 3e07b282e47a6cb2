"""Fields that come from where a document lies: `folder`, `path` and `type`, read from its `uri`.

A document whose metadata has a field of such a name has both values. Paths that do not begin with a
slash are looked for at every folder: `folder = "contracts/2024"` is any folder of that name within
one called contracts, and all that lies below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from index.filters.literals import Literal, Text
from index.filters.nodes import Comparison

PLACES = ("folder", "path", "type")


@dataclass(frozen=True, slots=True)
class UriTest:
    """What a document's uri must be like; of `folder` tests, the part up to its last slash."""

    how: OneOf["is", "contains", "starts", "ends", "ends in any case"]
    words: str
    of_folder: bool = False

    def passes(self, uri: str) -> bool:
        """Return whether a uri passes."""
        text = uri[: uri.rfind("/") + 1] if self.of_folder else uri
        if self.how == "is":
            return text == self.words
        if self.how == "contains":
            return self.words in text
        if self.how == "starts":
            return text.startswith(self.words)
        if self.how == "ends":
            return text.endswith(self.words)
        return text[-len(self.words) :].translate(_LOWER) == self.words.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
"""Of ASCII alone, as SQLite has it."""


def uri_tests(comparison: Comparison) -> list[UriTest] | None:
    """Return the tests of which a uri must pass one, None where the comparison is of no place."""
    if comparison.field not in PLACES:
        return None
    if comparison.operator == "has":
        return [] if comparison.field == "type" else [UriTest("contains", "")]
    words = [_words(value) for value in comparison.values]
    operator = "in" if comparison.operator == "not in" else comparison.operator
    if comparison.field == "folder":
        return _folder_tests(operator, words)
    if comparison.field == "path":
        return _path_tests(operator, words)
    return [UriTest("ends in any case", f".{w.lstrip('.')}") for w in words if operator == "in"]


def _words(value: Literal) -> str:
    return value.text if isinstance(value, Text) else ""


def _folder_tests(operator: str, words: Sequence[str]) -> list[UriTest]:
    if operator == "contains":
        return [UriTest("contains", each, of_folder=True) for each in words]
    if operator == "starts":
        return [test for each in words for test in _from_any_folder(each, of_folder=True)]
    if operator != "in":
        return []
    return [test for each in words for test in _from_any_folder(f"{each.rstrip('/')}/")]


def _path_tests(operator: str, words: Sequence[str]) -> list[UriTest]:
    if operator == "contains":
        return [UriTest("contains", each) for each in words]
    if operator == "starts":
        return [test for each in words for test in _from_any_folder(each)]
    if operator != "in":
        return []
    ends = [UriTest("ends", f"/{each}") for each in words if each and not each.startswith("/")]
    return [*(UriTest("is", each) for each in words), *ends]


def _from_any_folder(words: str, *, of_folder: bool = False) -> list[UriTest]:
    """Return tests for a path that begins with words, or that goes on with them in some folder."""
    begins = UriTest("starts", words, of_folder)
    return (
        [begins] if words.startswith("/") else [begins, UriTest("contains", f"/{words}", of_folder)]
    )
