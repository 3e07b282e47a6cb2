"""Sentence bounds that the layout of a text makes: its structural lines.

A blank line, a heading, a list item, a table row, a fence or rule, lines that each say one thing,
and a short line that stands above longer ones as headlines do. Lines end at LF, CR or CRLF.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from index.text.labelled_lines import is_labelled, labelled_lines, leader_of
from index.types import Span

_LINE = r"[^\r\n]*"
_BREAK = r"(?:\r\n|\n|\r)"
_ITEM = r"[^\S\r\n]*(?:[-*+\u2022\u2023\u25aa\u25e6\u2013]|\(?\d{1,3}[.)]|\(?[a-z]\))(?=[^\S\r\n])"
_ROW = rf"[ \t]*[|]{_LINE} | [^\r\n|]*[ \t][|][ \t]{_LINE}"
_ONE_OF_MANY = re.compile(f"{_ITEM} | {_ROW}", re.VERBOSE)
_STRUCTURE = re.compile(
    rf"""(?m)(?:^|(?<=\r)(?!\n))(?:
      (?P<item>{_ITEM})
    | (?P<line>
          [ ]{{0,3}}[#]{{1,6}}[ \t]{_LINE}                  # Markdown heading
        | {_ROW}                                           # table row
        | [ \t]*(?:```|~~~){_LINE}                         # fence
        | (?=\S){_LINE}{_BREAK}(?P<rule>[-=~^"*+#])(?P=rule){{2,}}[ \t]*(?=[\r\n]|\Z)
        | [ \t]*[-=*_~]{{3,}}[ \t]*(?=[\r\n]|\Z)           # rule
      )
    | (?P<blank>[^\S\r\n]*{_BREAK})
    )""",
    re.VERBOSE,
)
_SENTENCE_END = (".", "!", "?", '."', ".”", "!”", "?”", ".)", ".’", ":", "。", "！", "？")
_UNFINISHED = (",", ";", "-", "–", "—", "(", "/", "&", "،", "，", "、")
_HEADLINE_LENGTH = 120
_PARAGRAPH_WIDTH = 40
_LINE_BELOW = re.compile(rf"[^\S\r\n]*{_BREAK}(?=[^\S\r\n]*\S)")


_LEADING = re.compile(
    r"\s*(?:[-*+\u2022\u2023\u25aa\u25e6\u2013]\s|\(?[a-z]\)\s"
    r"|(?:(?:Table|Figure|Example|Chapter|Section|Listing)\s+)?\d+(?:\.\d+)*[.)]\s)"
)
_LEADING_NUMBER = re.compile(
    r"\s*(?:(?:Table|Figure|Example|Chapter|Section|Listing)\s+)?\d+(?:\.\d+)*\.\s+(?=[A-Z])"
)
_WRAPPED_WIDTH = 28
"""Characters: a shorter line above an item is no running text."""


@dataclass(slots=True)
class Layout:
    """Where sentences must end, and where (inside a list marker such as `1. `) they must not."""

    bounds: set[int] = field(default_factory=set)
    never: set[int] = field(default_factory=set)


def leads_on(text: str, sentence: Span) -> bool:
    """Return whether a sentence announces what stands below it, and says little without that.

    It ends in a colon, or is a term above its description, a caption, a command above its output:
    a line that ends in no full stop, with another directly below it. An item or a table's row is
    among its like.
    """
    words = sentence.of(text)
    if words.endswith((":", "：")):
        return True
    alone = len(words) <= _HEADLINE_LENGTH and len(words.splitlines()) == 1
    return (
        alone
        and not words.endswith(_SENTENCE_END)
        and _ONE_OF_MANY.match(words) is None
        and not is_labelled(words)
        and _LINE_BELOW.match(text, sentence.end) is not None
    )


def layout(text: str) -> Layout:
    """Find the bounds that structural lines make, in linear time."""
    found = Layout()
    wrapped: dict[int, int] = {}
    for block in _blocks(text):
        found.bounds.update(_headlines_of(block))
        for at in labelled_lines([line for _, line in block]):
            start, line = block[at]
            found.bounds.add(start)
            if (leader := leader_of(line)) is not None:
                found.never.update(range(start + leader.start(), start + leader.end()))
        wrapped.update(_wrapped_of(block))
    found.never.update(wrapped)
    found.bounds.update(end for end in wrapped.values() if end)
    for match in _STRUCTURE.finditer(text):
        if match["item"] is not None and match.start() in wrapped:
            continue
        found.bounds.add(match.start())
        if match["item"] is not None:
            found.never.update(range(match.start() + 1, match.end() + 2))
        elif match["line"] is not None:
            found.never.update(range(match.start() + 1, match.start() + 8))
            found.bounds.add(match.end())
    return found


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the runs of lines between blank ones, each line with its offset."""
    block: list[tuple[int, str]] = []
    position = 0
    for line in [*text.split("\n"), ""]:
        if line.strip():
            block.append((position, line.rstrip()))
        elif block:
            yield block
            block = []
        position += len(line) + 1


def _wrapped_of(block: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield lines that begin with a number or a dash and only go on with the line above.

    Each with the offset behind a number that ends the sentence, or 0. A list has several items,
    or follows a blank line or a sentence's end.
    """
    marked = [at for at, (_, line) in enumerate(block) if _LEADING.match(line)]
    if len(marked) != 1 or not marked[0]:
        return
    at = marked[0]
    start, line = block[at]
    above = block[at - 1][1].rstrip()
    if len(above) < _WRAPPED_WIDTH or above.endswith(_SENTENCE_END):
        return
    number = _LEADING_NUMBER.match(line)
    yield start, start + number.end() if number else 0


def _headlines_of(block: list[tuple[int, str]]) -> Iterator[int]:
    """Yield the end of each line that reads as a headline within its block of lines."""
    if len(block) < 2:
        return
    widest = max(len(line) for _, line in block)
    if widest < _PARAGRAPH_WIDTH:
        return
    limit = min(_HEADLINE_LENGTH, widest // 2)
    begins = True
    for (start, line), (_, after) in pairwise(block):
        ends = line.endswith(_SENTENCE_END)
        headline = begins and not ends and len(line) <= limit
        if headline and not line.endswith(_UNFINISHED) and not after.lstrip()[0].islower():
            yield start + len(line)
            ends = True
        begins = ends
