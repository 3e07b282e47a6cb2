"""Passages: whole sentences packed up to a budget of tokens.

A passage is text as it stands in the document, and together the passages hold every code point
of it that isn't white space. The embedder's own tokenizer confirms that it sees all of what is
embedded, title and headings included; a passage that is too long for it is cut again.

    sentences -> (too long? clauses, words, code points) -> sections -> packed, evenly -> confirmed
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.errors import InputError
from index.ingest.embedded_text import embedded_text
from index.protocols import Embedder
from index.text.cuts import cut, nearest_bound
from index.text.marks import MarkTable
from index.text.sentences import sentences, trimmed
from index.text.tables import is_header
from index.text.text_layout import leads_on
from index.text.token_counts import count_tokens
from index.types import Document, Heading, Mark, Span

_GAP = 200
"""White space longer than this, in code points, ends a passage."""
_SPECIAL_TOKENS = 8
_INEXACT = 4
"""How far the tokens of sentences together may exceed the sum of their counts."""


@dataclass(frozen=True, slots=True)
class PassageConfig:
    """How documents are cut; an index remembers it.

    Attributes:
        tokens: the budget, in cl100k_base tokens of the text alone.
        overlap: sentences that a passage repeats from the one before.
    """

    tokens: int = 160
    overlap: int = 0

    def __post_init__(self) -> None:
        if self.tokens < 1 or self.overlap < 0:
            raise InputError(
                f"a passage needs at least 1 token and no negative overlap, got {self}"
            )


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage before it has an id. `document.text[span.start:span.end] == text`."""

    span: Span
    text: str
    headings: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is packed whole: a sentence, or a piece of one that is too long."""

    span: Span
    tokens: int
    path: tuple[str, ...] = ()
    heading: bool = False


def split(document: Document, embedder: Embedder, config: PassageConfig) -> list[Draft]:
    """Return the passages of a document, in reading order.

    Raises:
        InputError: when the embedder takes too few tokens for even a word.
    """
    text = document.text
    units = _with_headings(_units(text, config.tokens), document.outline)
    packed = [
        passage
        for section in _sections(units, config.tokens, _block_bounds(document))
        for passage in _pack(text, section, config)
    ]
    drafts = list(_confirmed(document, [_draft(text, passage) for passage in packed], embedder))
    if not document.marks:
        return drafts
    marks = MarkTable(document.marks)
    return [replace(draft, marks=marks.within(draft.span)) for draft in drafts]


def _units(text: str, budget: int) -> list[_Unit]:
    """Return the sentences with their tokens, white space before them included."""
    units: list[_Unit] = []
    end = 0
    for sentence in sentences(text):
        lead = max(end, sentence.start - _GAP)
        end = sentence.end
        fits = len(sentence) <= 8 * budget
        tokens = count_tokens(text[lead:end]) if fits else budget + 1
        if budget - _INEXACT < tokens <= budget:  # Without the space before it may have more.
            tokens = max(tokens, count_tokens(sentence.of(text)))
        if tokens <= budget:
            units.append(_Unit(sentence, tokens))
        else:
            units.extend(_pieces(text, sentence, budget))
    return units


def _pieces(text: str, sentence: Span, budget: int) -> Iterator[_Unit]:
    for piece in cut(text, sentence, count_tokens, budget):
        yield _Unit(piece, min(count_tokens(piece.of(text)) + 1, budget))


def _with_headings(units: list[_Unit], outline: Sequence[Heading]) -> list[_Unit]:
    """Return the units with the path of headings that each stands under."""
    if not outline:
        return units
    placed: list[_Unit] = []
    path: list[Heading] = []
    coming = sorted(outline, key=lambda heading: heading.span)[::-1]
    for unit in units:
        opened = False
        while coming and coming[-1].span.start < unit.span.end:
            heading = coming.pop()
            path = [above for above in path if above.level < heading.level]
            if heading.text:
                path.append(heading)
                opened = True
        words = tuple(heading.text for heading in path)
        placed.append(_Unit(unit.span, unit.tokens, words, opened))
    return placed


def _block_bounds(document: Document) -> list[int]:
    """Return where blocks of boilerplate begin and end, which share no passage with the text."""
    blocks = (
        mark.span
        for mark in document.marks
        if mark.kind == "boilerplate"
        and document.text[max(mark.span.start - 1, 0) : mark.span.start] in ("", "\n")
    )
    return [bound for span in blocks for bound in (span.start, span.end)]


def _sections(units: list[_Unit], budget: int, bounds: Sequence[int]) -> Iterator[list[_Unit]]:
    """Group units that may share a passage.

    A heading begins a new group unless what stands before it is shorter than a third of the
    budget; so does a wide gap, and what stands behind one of `bounds`.
    """
    group: list[_Unit] = []
    tokens = 0
    for unit in units:
        gap = bool(group) and (
            unit.span.start - group[-1].span.end > _GAP
            or bisect_right(bounds, group[-1].span.start) < bisect_right(bounds, unit.span.start)
        )
        begins = unit.heading and bool(group) and not group[-1].heading and 3 * tokens >= budget
        if gap or begins:
            yield group
            group, tokens = [], 0
        group.append(unit)
        tokens += unit.tokens
    if group:
        yield group


def _pack(text: str, group: list[_Unit], config: PassageConfig) -> Iterator[list[_Unit]]:
    """Pack a group into passages of about equal length, as few as the budget allows.

    None that has others ends in a heading, or in a line that only leads on to the next.
    """
    left = sum(unit.tokens for unit in group)
    passage: list[_Unit] = []
    tokens, target = 0, _even_share(left, config.tokens)
    for unit in group:
        enough = tokens + unit.tokens / 2 > target
        if passage and (enough or not _fits(text, passage, tokens, unit, config.tokens)):
            carried = _carried(text, passage, unit, config.tokens)
            del passage[len(passage) - len(carried) :]
            yield passage
            left -= sum(one.tokens for one in passage)
            target = _even_share(left, config.tokens)
            passage = carried or _overlap(passage, unit, config)
            tokens = sum(one.tokens for one in passage)
        passage.append(unit)
        tokens += unit.tokens
    if passage:
        yield passage


def _carried(text: str, passage: list[_Unit], following: _Unit, budget: int) -> list[_Unit]:
    """Return what a passage ends in that goes with the next: headings, one line that leads on.

    The line must have room there.
    """
    kept = len(passage)
    if kept > 1 and passage[-1].tokens + following.tokens <= budget:
        kept -= leads_on(text, passage[-1].span)
    while kept > 1 and passage[kept - 1].heading:
        kept -= 1
    return passage[kept:]


def _fits(text: str, passage: list[_Unit], tokens: int, unit: _Unit, budget: int) -> bool:
    """Return whether a sentence still fits; near the budget the sum of counts is not exact."""
    total = tokens + unit.tokens
    if budget - _INEXACT < total <= budget:
        total = count_tokens(text[passage[0].span.start : unit.span.end])
    return total <= budget


def _even_share(tokens: int, budget: int) -> float:
    return tokens / max(1, -(-tokens // budget))


def _overlap(passage: list[_Unit], following: _Unit, config: PassageConfig) -> list[_Unit]:
    """Return the last sentences of a passage that the next one repeats, if they leave room."""
    repeated = passage[len(passage) - config.overlap :] if config.overlap < len(passage) else []
    room = config.tokens - following.tokens
    return repeated if sum(unit.tokens for unit in repeated) <= room else []


def _draft(text: str, passage: list[_Unit]) -> Draft:
    """Return the passage, under the headings that are open once those at its start are read.

    And under the headers of all its tables, whose rows say little without them.
    """
    path = passage[0].path
    for unit, following in pairwise(passage):
        if not unit.heading:
            break
        path = following.path
    tables = dict.fromkeys(h for unit in passage for h in unit.path if is_header(h))
    headings = (*(heading for heading in path if not is_header(heading)), *tables)
    span = Span(passage[0].span.start, passage[-1].span.end)
    return Draft(span, span.of(text), headings)


def _confirmed(document: Document, drafts: list[Draft], embedder: Embedder) -> Iterator[Draft]:
    """Yield the drafts, cut further where the embedder would truncate them."""
    pending = drafts
    while pending:
        counts = _token_bounds(document, pending, embedder)
        if all(count <= embedder.max_tokens for count in counts):
            yield from pending
            return
        halves: list[Draft] = []
        for draft, count in zip(pending, counts, strict=True):
            if count <= embedder.max_tokens:
                halves.append(draft)
            else:
                halves.extend(_halved(document, draft, embedder))
        pending = halves


def _token_bounds(document: Document, drafts: list[Draft], embedder: Embedder) -> list[int]:
    """Return each draft's tokens for the embedder, or a bound when that is enough to know.

    A token stands for at least one ASCII character: short ASCII need not be tokenised.
    """
    texts = [embedded_text(document.title, draft.headings, draft.text) for draft in drafts]
    limit = embedder.max_tokens - _SPECIAL_TOKENS
    bounds = [len(text) if text.isascii() else limit + 1 for text in texts]
    unsure = [i for i, bound in enumerate(bounds) if bound > limit]
    if unsure:
        counts = embedder.count_tokens([texts[i] for i in unsure])
        for i, count in zip(unsure, counts, strict=True):
            bounds[i] = count
    return bounds


def _halved(document: Document, draft: Draft, embedder: Embedder) -> Iterator[Draft]:
    """Cut a draft in two, between sentences when there are several."""
    if len(draft.span) == 1:
        raise InputError(
            f"the embedder takes {embedder.max_tokens} tokens, too few for the headings of "
            f"{document.id!r} and a word of it; use one that takes more"
        )
    text, span = document.text, draft.span
    middle = span.start + len(span) // 2
    starts = [span.start + sentence.start for sentence in sentences(draft.text)[1:]]
    if starts:
        at = min(starts, key=lambda start: abs(start - middle))
    else:
        quarter = len(span) // 4
        at = nearest_bound(text, Span(span.start + quarter, span.end - quarter))
        at = at if span.start < at < span.end else middle
    for start, end in ((span.start, at), (at, span.end)):
        if half := trimmed(text, start, end):
            yield Draft(half, half.of(text), draft.headings)
