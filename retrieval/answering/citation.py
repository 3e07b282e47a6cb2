"""`Citer.cite`: the only way to make a `Citation`, and so the gate every quote passes.

A test holds that no other module makes one. Between the reader and the asker there is no other
check to forget: a span that is not in the stored text, or a stored text that is not the one that
was indexed, cannot become a citation.
"""

import re
from functools import cached_property

from index.errors import CitationError
from index.places import places_of, text_fragment
from index.text.digest import text_digest
from index.text.positions import Positions
from index.text.sentences import sentences, trimmed
from index.types import Document, Span
from retrieval.types import Citation, Words

_WEB = frozenset({"text/html", "application/xhtml+xml"})

_WINDOW = 20_000
"""Code points read at most on each side of a span to find its sentence."""

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


_LONGEST = 1_000
"""Code points of a sentence that is cited whole."""

_AROUND = 400
"""Code points shown on each side of a span in a longer one."""


def _bounded(text: str, sentence: Span, span: Span) -> Span:
    """Return a sentence, or of a very long one what stands around a span, cut between words."""
    if len(sentence) <= _LONGEST:
        return sentence
    start = max(sentence.start, span.start - _AROUND)
    end = min(sentence.end, span.end + _AROUND)
    if start > sentence.start:
        start = text.find(" ", start, span.start) + 1 or start
    if end < sentence.end:
        blank = text.rfind(" ", span.end, end)
        end = end if blank < 0 else blank
    return trimmed(text, start, end) or span


def paragraphs_around(text: str, span: Span) -> Span:
    r"""Return the paragraphs that a span touches, a very long one only near it.

    >>> paragraphs_around("One.\n\nTwo. Three.\n\nFour.", Span(6, 9))
    Span(start=6, end=17)
    """
    least = max(0, span.start - _WINDOW)
    breaks = [match.end() for match in _BLANK_LINE.finditer(text, least, span.start)]
    start = breaks[-1] if breaks else least
    if not breaks and least:
        start = text.find("\n", least, span.start) + 1 or least
    after = _BLANK_LINE.search(text, span.end, span.end + _WINDOW)
    return Span(start, after.start() if after else min(len(text), span.end + _WINDOW))


class Citer:
    """Makes the citations of one document; its text is checked once, when this is made.

    Raises:
        CitationError: when the text is not the one whose digest was stored.
    """

    def __init__(self, document: Document) -> None:
        if text_digest(document.text) != document.sha256:
            raise CitationError(
                f"the stored text of {document.id!r} does not match its sha256 "
                f"({document.sha256[:12]}…); run `excerpt verify`, then index {document.uri} again"
            )
        self.document = document
        self._cut: dict[Span, list[Span]] = {}

    def cite(self, span: Span, quote: str | None = None) -> Citation:
        """Return the citation of `span`.

        Args:
            span: where the words stand, in code points of the document.
            quote: the words expected there; checked when given.

        Raises:
            CitationError: when the span is empty or not inside the text, or holds other words.
        """
        words = self._words(span)
        if quote is not None and quote != words:
            raise CitationError(
                f"{self.document.id!r} has {words[:60]!r} at {span.start}:{span.end}, "
                f"not {quote[:60]!r}; index {self.document.uri} again"
            )
        line, column = self._positions.line_column(span.start)
        boxes = self.document.boxes.within(span) if self.document.boxes else ()
        place = self._place(span, words)
        page = place.get("page")
        return Citation(
            document_id=self.document.id,
            title=self.document.title,
            uri=self.document.uri,
            span=span,
            quote=words,
            utf16=self._positions.utf16(span),
            utf8=self._positions.utf8(span),
            line=line,
            column=column,
            sentence=self.sentence(span),
            page=page if isinstance(page, int) else None,
            boxes=boxes,
            place=place,
            sha256=self.document.sha256,
        )

    def _place(self, span: Span, quote: str) -> dict[str, str | int]:
        """Return where a span stands in the source, numbers as numbers."""
        labels: dict[str, str | int] = dict(places_of(self.document.places, span))
        for kind in ("page", "slide"):
            if kind in labels:
                labels[kind] = int(labels[kind])
        if self.document.media_type in _WEB:
            labels["fragment"] = text_fragment(quote)
        return labels

    def sentence(self, span: Span) -> Words:
        """Return the sentence around `span`, or the run of sentences that it reaches into."""
        touched = [sentence for sentence in self._sentences_near(span) if sentence.overlaps(span)]
        start = min([span.start, *(sentence.start for sentence in touched)])
        end = max([span.end, *(sentence.end for sentence in touched)])
        bounded = _bounded(self.document.text, Span(start, end), span)
        return Words(bounded.of(self.document.text), bounded)

    def _words(self, span: Span) -> str:
        length = len(self.document.text)
        if not len(span) or span.end > length:
            raise CitationError(
                f"{span.start}:{span.end} is no span of the {length} code points of "
                f"{self.document.id!r}; index {self.document.uri} again"
            )
        return span.of(self.document.text)

    def _sentences_near(self, span: Span) -> list[Span]:
        """Return the sentences of the paragraphs that a span touches: no bound lies across one."""
        text = self.document.text
        near = paragraphs_around(text, span)
        if near not in self._cut:
            self._cut[near] = [each.shift(near.start) for each in sentences(near.of(text))]
        return self._cut[near]

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.document.text)
