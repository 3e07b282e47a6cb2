"""What a passage means as one thing each: items of a list, `name: value` lines, entries, changes.

A neighbour's words are no part of such a unit. What heads it is: the term of an entry, the version
above a change, the line that introduces a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.text.sentences import trimmed
from index.text.tables import BAR, lines
from index.types import Span

_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:>[ \t]*)*"
    r"(?:[-*+•‣▪◦–—]|\(?(?:\d{1,4}|[A-Za-z]|[ivxIVX]{2,5})[.)]|\[\d{1,4}\]|\d{1,3}(?:\.\d{1,3}){1,4}\.?)"
    r"[ \t]+(?=\S)"
)
_HASH_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(?P<words>.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?P<rule>[-=~^\"*+#])(?P=rule){2,}[ \t]*$")
_PAIR = re.compile(
    r"[ \t]*(?P<name>[^\s:|=][^:|=]{0,59}?)"
    r"(?:[ \t]*:[ \t]+|[ \t]+(?:=|--?|–|—)[ \t]+|[ ]*\t[ \t]*|[ ]?\.{3,}[ ]?)(?=\S)"
)
_VERSION_LINE = re.compile(
    r"[*_]{0,2}(?P<words>(?:[A-Z][\w-]* )?"
    r"(?:(?:[Vv]ersion |[Rr]elease |v)\d+(?:\.\d+)*|\d+(?:\.\d+)+)(?:-\w+)?)[*_]{0,2}"
    r"(?:[ ,]+(?:[(\[]|[–—-][ ])[^()\n]{0,20}\d{2,4}[^()\n]{0,9}[)\]]?)?:?[ \t]*$"
)
"""A line that is a version alone, perhaps with its date: Release 7; 2.4.1 (3 June 2031)."""
_TERM = re.compile(r"(?P<term>:?[^\s:][^:]{0,59}):(?:[ \t]+\S{1,12})?[ \t]*$")
_BARE_TERM = re.compile(r"(?P<term>\S(?:[^.!?;,]|[.,](?=\S)){0,59})[ \t]*$")
_COLON_ENTRY = re.compile(r":(?P<term>[^:\n]{1,60}):[ \t]+(?=\S)")
_SENTENCE_INSIDE = re.compile(r"[.!?][\"'”’)]?\s+[A-Z]")
_SENTENCE_ENDS = (".", "!", "?", ";", ":", ",")
_RULES = '#*=-^"~+'
"""Underlines of headings from the outermost level to the innermost, as most texts use them."""
_LONGEST_HEAD = 100


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing of several in a text.

    Attributes:
        region: all of it, with its mark or number.
        words: what it says, without them.
        heads: what heads it, outermost first: sections, a term, the line that introduces the list.
        value: what stands after the mark of a `name: value` line, None elsewhere.
    """

    region: Span
    words: Span
    heads: tuple[Span, ...] = ()
    value: Span | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def units(text: str) -> list[Unit]:
    """Return the units of a text in order, or none where it has fewer than two."""
    if "\n" not in text:
        return []
    several = list(_Walk(text).units())
    return several if len(several) > 1 else []


@dataclass(frozen=True, slots=True)
class _Heading:
    span: Span
    level: int


class _Walk:
    """One pass over the lines of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [
            _Line(span, span.of(text).rstrip("\r\n")) for span in lines(text, Span(0, len(text)))
        ]
        self._sections: list[_Heading] = []
        self._introduced: Span | None = None

    def units(self) -> Iterator[Unit]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            after = at + 1
            if line.blank or BAR in line.text:
                pass
            elif (heading := self._heading_at(at)) is not None:
                self._sections = [s for s in self._sections if s.level < heading.level] + [heading]
                self._introduced = None
                after += _UNDERLINE.match(self._line(at + 1)) is not None
            elif (item := _ITEM.match(line.text)) is not None:
                after = self._item_end(at, len(item["indent"]), item.end())
                yield self._unit(at, after, item.end())
            elif (entry := _COLON_ENTRY.match(line.text)) is not None:
                after = self._block_end(at)
                yield self._unit(at, after, entry.end(), self._inside(at, entry.span("term")))
            elif (term := self._term_at(at)) is not None:
                after = self._indented_end(at + 1, line.indent)
                yield self._unit(at, after, len(line.text) + 1, self._inside(at, term.span("term")))
            elif self._is_pair(at) and (self._is_pair(at + 1) or self._is_pair(at - 1)):
                yield self._pair(at)
            else:
                after = self._introduction(at)
                if self._is_change(after):
                    self._introduced = None
                    yield self._unit(at, after, 0)
            at = after

    def _unit(self, first: int, after: int, lead: int, term: Span | None = None) -> Unit:
        begin = self._lines[first].span.start
        end = self._lines[after - 1].span.end
        region = trimmed(self._text, begin, end) or Span(begin, end)
        words = trimmed(self._text, min(begin + lead, end), end) or region
        heads = [*(section.span for section in self._sections), self._introduced, term]
        return Unit(region, words, tuple(head for head in heads if head is not None))

    def _pair(self, at: int) -> Unit:
        unit, pair = self._unit(at, at + 1, 0), _PAIR.match(self._line(at))
        assert pair is not None, "it was taken for one"
        return replace(unit, value=Span(self._lines[at].span.start + pair.end(), unit.words.end))

    def _is_change(self, after: int) -> bool:
        """Return whether a paragraph stands right under its version, and introduces no list."""
        following = self._next_filled(after)
        lists = following is not None and _ITEM.match(self._lines[following].text) is not None
        above = self._sections[-1].span.of(self._text) if self._sections else ""
        return _VERSION_LINE.match(above) is not None and not lists

    def _line(self, at: int) -> str:
        return self._lines[at].text if 0 <= at < len(self._lines) else ""

    def _heading_at(self, at: int) -> "_Heading | None":
        line = self._lines[at]
        rule = _UNDERLINE.match(self._line(at + 1))
        level, place = 0, (0, 0)
        if self._is_numbered_heading(at):
            item = _ITEM.match(line.text)
            assert item is not None, "it has a number"
            level, place = _depth(item.group()), (item.end(), len(line.text))
        elif (hashed := _HASH_HEADING.match(line.text)) is not None:
            level, place = line.text.count("#", 0, hashed.start("words")), hashed.span("words")
        elif len(line.text) <= _LONGEST_HEAD and rule is not None:
            level, place = _RULES.index(rule["rule"]) + 1, (0, len(line.text))
        elif (version := _VERSION_LINE.match(line.text)) is not None and self._stands_alone(at):
            level, place = _RULES.index("-") + 1, version.span("words")
        span = self._inside(at, place) if level else None
        return None if span is None else _Heading(span, level)

    def _stands_alone(self, at: int) -> bool:
        """Return whether a line is a paragraph of its own, and others like it follow or precede."""
        others = sum(_VERSION_LINE.match(line.text) is not None for line in self._lines)
        return not self._line(at - 1).strip() and others > 1

    def _is_numbered_heading(self, at: int) -> bool:
        """Return whether a line is a section's number and title, and not one item of several."""
        line = self._lines[at]
        item = _ITEM.match(line.text)
        if item is None or not item.group().strip()[:1].isalnum() or len(line.text) > _LONGEST_HEAD:
            return False
        if (not self._line(at - 1).isspace() and self._line(at - 1)) or self._line(at + 1).strip():
            return False
        following = self._next_filled(at + 1)
        plain = line.text.rstrip()
        ends = plain.endswith(_SENTENCE_ENDS) and not plain.endswith("?")
        if ends or following is None:
            return False
        other = _ITEM.match(self._lines[following].text)
        if self._lines[following].indent >= item.end():
            return False
        return other is None or _shape(other.group()) != _shape(item.group())

    def _inside(self, at: int, place: tuple[int, int]) -> Span | None:
        start = self._lines[at].span.start
        return trimmed(self._text, start + place[0], start + place[1])

    def _item_end(self, at: int, indent: int, content: int) -> int:
        """Return the line after an item: what is indented below it, or runs on, is its own."""
        end = at + 1
        while end < len(self._lines):
            line = self._lines[end]
            if line.blank:
                following = self._next_filled(end)
                if following is None or self._lines[following].indent < max(
                    content - 1, indent + 1
                ):
                    break
                if _ITEM.match(self._lines[following].text):
                    break
                end = following
            elif _ITEM.match(line.text) or self._heading_at(end) is not None:
                break
            end += 1
        return end

    def _term_at(self, at: int) -> re.Match[str] | None:
        """Return the term that a line is: one with a block indented below it."""
        line = self._lines[at]
        if not self._indented_below(at):
            return None
        adjoining = not self._lines[at + 1].blank
        return _TERM.match(line.text) or (_BARE_TERM.match(line.text) if adjoining else None)

    def _indented_below(self, at: int) -> bool:
        following = self._next_filled(at + 1)
        return following is not None and self._lines[following].indent > self._lines[at].indent

    def _indented_end(self, at: int, indent: int) -> int:
        """Return the line after a block that is indented further, blank lines inside included."""
        end = at
        while end < len(self._lines):
            following = self._next_filled(end)
            if following is None or self._lines[following].indent <= indent:
                break
            end = following + 1
        return end

    def _block_end(self, at: int) -> int:
        end = at + 1
        while end < len(self._lines) and not self._lines[end].blank:
            if _COLON_ENTRY.match(self._lines[end].text):
                break
            end += 1
        return end

    def _next_filled(self, at: int) -> int | None:
        return next((n for n in range(at, len(self._lines)) if not self._lines[n].blank), None)

    def _is_pair(self, at: int) -> bool:
        text = self._line(at)
        pair = _PAIR.match(text)
        return pair is not None and _SENTENCE_INSIDE.search(pair["name"]) is None

    def _introduction(self, at: int) -> int:
        """Note a line or paragraph right above a list; return the line after it."""
        end = at
        while end < len(self._lines) and not self._lines[end].blank:
            if end > at and (_ITEM.match(self._line(end)) or self._is_pair(end)):
                break
            end += 1
        last = self._lines[end - 1]
        short = end - at == 1 and len(last.text) <= _LONGEST_HEAD
        if short or last.text.rstrip().endswith(":"):
            self._introduced = trimmed(self._text, last.span.start, last.span.end)
        else:
            self._introduced = None
        return end


def _shape(mark: str) -> str:
    """Return an item's mark with its number and letter left out, the indent kept."""
    return re.sub(r"[A-Za-z]+|\d+", "0", mark.rstrip())


def _depth(number: str) -> int:
    return number.strip(" \t.)").count(".") + 1
