"""What the page shows of a response, in words, before a template lays it out."""

from dataclasses import dataclass

from api.page.highlight import Piece
from api.page.row_views import Cell
from index.types import Span


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where words stand: the document, the headings above them, the place within it."""

    document_id: str
    title: str
    headings: tuple[str, ...]
    place: str
    file: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words can be read, too, and where their copies can."""

    source: SourceView
    href: str
    copies: "PlaceList"


@dataclass(frozen=True, slots=True)
class PlaceList:
    """The first of some places, and how many more there are."""

    places: tuple[Place, ...] = ()
    more: int = 0

    def __len__(self) -> int:
        return len(self.places) + self.more


@dataclass(frozen=True, slots=True)
class SupportView:
    """Who else says an answer: independent sources, copies of its own, and its document again."""

    others: PlaceList
    copies: PlaceList
    again: PlaceList

    @property
    def summary(self) -> str:
        """What there is, in a few words; "" where the answer stands in one place alone."""
        said = (
            (self.others, "{} other source says it", "{} other sources say it"),
            (self.copies, "{} copy of this source", "{} copies of this source"),
            (self.again, "{} more passage of this document", "{} more passages of this document"),
        )
        return ", ".join(
            (one if len(each) == 1 else many).format(len(each)) for each, one, many in said if each
        )


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer: its words, whose they are, how sure, its sentence in three parts, its source.

    `decision` is "Yes" or "No" where that is what the sentence decides. `is_sentence` says that the
    sentence is the answer, since its words alone would say too little.
    """

    number: int
    text: str
    decision: str
    is_sentence: bool
    speaker: str
    warning: str
    sure: str
    before: str
    quote: str
    after: str
    source: SourceView
    href: str
    span: Span
    support: SupportView
    row: tuple[Cell, ...] = ()
    """The cells of the table's row that the quote stands in, if it is one."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: its words, whose they are, their document, and where to read them."""

    words: str
    speaker: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What answers disagree about, in words, and its sides."""

    about: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that was found, the words that were asked for marked.

    `same_source` is one above it, of another document, that is of the same source.
    """

    rank: int
    pieces: tuple[Piece, ...]
    source: SourceView
    href: str
    copies: PlaceList
    same_source: PlaceList


@dataclass(frozen=True, slots=True)
class ResponseView:
    """What became of one question."""

    question: str
    verdict: str
    headline: str
    detail: str
    href: str
    answers: tuple[AnswerView, ...] = ()
    runners_up: tuple[AnswerView, ...] = ()
    nearest: tuple[PassageView, ...] = ()
    read: tuple[PassageView, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    unread: int = 0
    took: int = 0
    generation: int = 0
