"""The markers of list items: a bullet, or the number that a reader sees."""

import re
from dataclasses import dataclass
from typing import Any

BULLET = "- "
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_UNNUMBERED = re.compile(r"list-style(?:-type)?\s*:[^;]*\b(?:none|disc|circle|square)\b")
_STYLES = {
    "a": "a", "A": "A", "i": "i", "I": "I", "loweralpha": "a", "upperalpha": "A",
    "lowerroman": "i", "upperroman": "I",
}  # fmt: skip
"""By the `type` of HTML, and by the classes that docutils and Sphinx write."""

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)


@dataclass(slots=True)
class Numbering:
    """Counts the items of one list; `style` is 1, a, A, i or I, or "" for bullets."""

    style: str
    number: int
    step: int = 1

    @classmethod
    def of(cls, element: Any) -> "Numbering":
        """Begin to count a list (an `ol` or `ul` element)."""
        if element.tag != "ol" or _UNNUMBERED.search(element.get("style") or ""):
            return cls("", 1)
        names = [element.get("type") or "", *(element.get("class") or "").split()]
        style = next((_STYLES[name] for name in names if name in _STYLES), "1")
        start = _integer(element.get("start"))
        if "reversed" not in element.attrib:
            return cls(style, 1 if start is None else start)
        return cls(style, len(element.findall("li")) if start is None else start, -1)

    def marker(self, item: Any) -> str:
        """Return the marker of the next item (an `li` element)."""
        if not self.style:
            return BULLET
        value = _integer(item.get("value"))
        number = self.number if value is None else value
        self.number = number + self.step
        return f"{_written(number, self.style)}. "


def _integer(written: str | None) -> int | None:
    digits = _INTEGER.match(written or "")
    return int(digits[1]) if digits else None


def _written(number: int, style: str) -> str:
    """Write a number in a style; in digits where the style has none for it, as CSS does."""
    written = str(number)
    if style in "aA" and number > 0:
        written = _letters(number)
    elif style in "iI" and 0 < number < 4000:
        written = _roman(number)
    return written.upper() if style.isupper() else written


def _letters(number: int) -> str:
    """Write 1 as a, 26 as z, 27 as aa."""
    written = ""
    while number:
        number, letter = divmod(number - 1, 26)
        written = chr(ord("a") + letter) + written
    return written


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written
