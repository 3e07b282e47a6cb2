"""The page of figures: what is written lies between markers, what people write around them.

<!-- baselines: NAME -->
the table and its command
<!-- end -->
"""

import re

from eval.errors import DataError

_BLOCK = r"(?P<begin><!-- baselines: {name} -->\n)(?P<table>.*?)(?P<end><!-- end -->)"


def _block(name: str) -> "re.Pattern[str]":
    return re.compile(_BLOCK.format(name=re.escape(name)), re.DOTALL)


def with_table(page: str, name: str, table: str) -> str:
    """Return the page with a table in the place of the one of this name.

    Raises:
        DataError: when the page has no such place, or several.
    """
    made, count = _block(name).subn(rf"\g<begin>{_literal(table)}\n\g<end>", page)
    if count != 1:
        raise DataError(f"the page has {count} places for {name!r}; it needs one with its markers")
    return made


def shown(page: str, name: str) -> str:
    """Return the table of this name on the page.

    Raises:
        DataError: when there is none.
    """
    found = _block(name).search(page)
    if found is None:
        raise DataError(f"the page has no place for {name!r}")
    return found["table"].removesuffix("\n")


def _literal(text: str) -> str:
    """Return text that a replacement template stands for as it is."""
    return text.replace("\\", r"\\")
