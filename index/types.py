"""The vocabulary of the index: spans, documents, passages and hits.

Every offset is half-open and counted in Unicode code points of `Document.text`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.places import Place, WordBoxes

Scalar = str | int | float | bool
"""A metadata value; dates are strings in ISO 8601 form."""

MetadataValue = Scalar | tuple[Scalar, ...]
"""One value, or several for a multi-valued field such as tags."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points.

    Raises:
        ValueError: when not `0 <= start <= end`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the words of `text` that this span covers."""
        return text[self.start : self.end]

    def shift(self, offset: int) -> "Span":
        """Return this span moved by `offset` code points."""
        return Span(self.start + offset, self.end + offset)

    def covers(self, other: "Span") -> bool:
        """Return whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: 1-based page, points from the top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


MarkKind = Literal["hidden", "bar", "boilerplate"]
"""`hidden`: nobody sees it on the page; `bar`: a bar inside a table's cell, which parts none;
`boilerplate`: navigation, controls and what stands on page after page, which is quoted and ranked
behind, and answered from only where it is asked for."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What is to be known of some words of a text beside what they say."""

    span: Span
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a document's text; `level` is 1 for the outermost.

    One without text only ends what those of its level head.
    """

    span: Span
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One source, as it was read.

    `sha256` is the hex digest of `text` encoded as UTF-8 (lone surrogates as `surrogatepass`).
    `source_sha256` is the digest of the bytes it came from; unchanged bytes are not read again.
    `places` say what its spans are in the source (pages, cells, times), sorted; `boxes` where
    its words stand on their pages, None where there are no pages. `marks` are sorted, too; those
    of one kind do not overlap.
    """

    id: str
    uri: str
    title: str
    text: str
    sha256: str
    media_type: str
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    outline: tuple[Heading, ...] = ()
    source_sha256: str = ""
    places: "tuple[Place, ...]" = ()
    boxes: "WordBoxes | None" = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document, the unit that is embedded and searched.

    `id` is unique for the life of the index. The passage is visible in every generation `g`
    with `born <= g` and (`died is None` or `g < died`).
    `document.text[span.start:span.end] == text`, always. `title` is its document's. `marks` are
    those parts of the document's marks that lie within `span`.
    """

    id: int
    document_id: str
    span: Span
    text: str
    headings: tuple[str, ...] = ()
    born: int = 0
    died: int | None = None
    title: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its final score and each arm's own score.

    `scores` has the keys of the arms that scored it: `dense` (cosine, -1..1), `lexical`
    (BM25, >= 0), `reader` (when it was read for ranking). `copies` are worse passages that
    say nearly the same, of this document or another, and were left out for this one.
    `same_source_as` is the first better passage, of another document, that is of the same source,
    such as one story in two papers; what else this one says is why it was not left out.
    """

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[Passage, ...] = ()
    same_source_as: Passage | None = None

    @property
    def duplicates(self) -> tuple[int, ...]:
        """The ids of the copies."""
        return tuple(each.id for each in self.copies)


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """Something that could not be read: it is reported and skipped, the rest goes in."""

    uri: str
    reason: str
    line: int | None = None
    files: int = 1
    """How many files this is about, where it stands for several."""
    reader: str = field(default="", compare=False)
    """What could not read it (`index.loaders.versions`), recorded with the first problem of a file:
    once that changes the file is tried again."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did. `generation` is the acknowledged one, new or (nothing to do) current."""

    generation: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    passages_embedded: int = 0
    wordpieces_embedded: int = 0
    problems: tuple[LoadProblem, ...] = ()
    seconds: float = 0.0
    held: int = 0
    """Files that are away and were not removed, because most of their root is."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Files and folders that were passed over, counted by what left them out."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds."""

    generation: int
    documents: int
    passages: int
    unread: int = 0
    """Files that the last sync could not read."""
    without_vectors: int = 0
    """Passages that only their words find, since what held their vectors is damaged."""
    without_terms: int = 0
    """Passages that only their vectors find, since what held their words is damaged."""
