"""What is commented out of a text: readers of the page do not see it, so it answers nothing."""

import re
from collections.abc import Iterator

from index.types import Span

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK_COMMENT = re.compile(r"^[ ]{0,3}\[(?://|comment|_)\]:[ ]*(?:#|<>)[^\n]*", re.MULTILINE)


def comments(text: str) -> Iterator[Span]:
    """Yield the comments of HTML and Markdown in a text; one that is never closed goes to its end.

    >>> [span.of("a <!-- b --> c") for span in comments("a <!-- b --> c")]
    ['<!-- b -->']
    """
    for pattern, mark in ((_COMMENT, "<!--"), (_LINK_COMMENT, "]:")):
        if mark in text:
            yield from (Span(*match.span()) for match in pattern.finditer(text))
