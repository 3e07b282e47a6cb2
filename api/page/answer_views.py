"""A response as people read it: verdict in words, answers with their place, what conflicts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.output import visible, visible_lines, with_rows
from api.page import links
from api.page.highlight import Piece, excerpt, highlighted
from api.page.row_views import Cell, is_table_head, table_row
from index.types import Document, Hit, Passage, Span
from retrieval.answering.yes_no import DECIDED
from retrieval.attribution import describe, describe_speaker
from retrieval.types import Answer, Citation, Response, SearchResponse
from retrieval.types import Source as SupportingSource

Documents = Callable[[str], Document]
"""Returns a document by its id; it may remember those it returned."""

FilterFields = Mapping[str, Sequence[str]]
"""What an address carries of the filters, so that a reader finds the way back."""

_NEAREST = 3
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_HEADLINE = 160
"""Code points of a sentence that is shown for an answer."""
_EXCERPT = 700
"""Code points of a passage that are shown."""
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_PLACE_FIELDS = ("slide", "sheet", "cell", "part", "time", "pointer", "path")
_PLACE_WORDS = {"time": "at", "path": "file"}
"""How a kind of place is said where its name says it badly: a path is that of an inner file."""
_LISTED = 8
"""Copies, or other sources, of one answer that are listed; the others are counted."""

_REACH = 260
"""Code points of a sentence that are shown on either side of a quote."""

_SURE = (
    (0.9, "Very likely right"),
    (0.6, "Likely right"),
    (0.3, "Possibly right"),
    (0.0, "Unlikely"),
)

_DECISIONS = {"yes": "Yes", "no": "No"}

_NOT_AFFIRMED = {
    "denied": "The document denies this.",
    "doubted": "The document doubts this.",
    "hypothetical": "The document only supposes this.",
    "planned": "The document says that this was planned, not that it happened.",
    "former": "The document says that this was so formerly.",
}

_CONFLICTING_KINDS = frozenset(("number", "date", "yes_no"))
"""Kinds of answer of which one alone is right, so that two different ones are worth a warning."""

_COMPARABLE = 0.4
"""An answer less sure than this share of the first does not conflict with it."""

_RUNNER_UP = 0.15
"""An answer less sure than this share of the first is shown as a runner-up, folded in."""

_UNLIKELY = (0.3, 0.5)
"""So is an unlikely one that is less sure than this share of the first."""

_ON_A_TERMINAL = "excerpt status --skipped"
_DECIDED = DECIDED.partition("{")[0]


@dataclass(frozen=True, slots=True)
class Source:
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

    source: Source
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
    source: Source
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
    """A passage that was found, the words that were asked for marked."""

    rank: int
    pieces: tuple[Piece, ...]
    source: Source
    href: str
    copies: PlaceList


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


def response_view(
    response: Response, documents: Documents, selection: FilterFields | None = None
) -> ResponseView:
    """Return a response as it is shown."""
    made = [
        _answer_view(number, answer, response, documents, selection or {})
        for number, answer in enumerate(response.answers, 1)
    ]
    likely = _likely(response)
    headline, detail = _verdict(response, likely)
    passages = _passages(response.hits, response.question, documents, selection or {})
    missing = response.verdict == "not_found"
    kind = "" if response.parsed is None else response.parsed.kind
    return ResponseView(
        question=response.question,
        verdict=response.verdict,
        headline=headline,
        detail=detail,
        href=links.ask(response.question, selection),
        answers=tuple(made[:likely]),
        runners_up=tuple(made[likely:]),
        nearest=passages[:_NEAREST] if missing else (),
        read=passages[_NEAREST:] if missing else passages,
        conflicts=tuple(_conflicts(list(zip(response.answers, made, strict=True)), kind)),
        notes=tuple(_notes(response.notes, made)),
        unread=response.index.unread,
        took=round(response.timings.get("total", 0.0)),
        generation=response.generation,
    )


def passage_views(
    response: SearchResponse, documents: Documents, selection: FilterFields | None = None
) -> tuple[PassageView, ...]:
    """Return the passages of a search as they are shown."""
    chosen = {**(selection or {}), "mode": ["search"]}
    return _passages(response.hits, response.query, documents, chosen)


def _likely(response: Response) -> int:
    """Return how many answers are nearly as sure as the first."""
    answers = response.answers
    if not answers:
        return 0
    first = answers[0].confidence
    unlikely, share = _UNLIKELY
    least = max(_RUNNER_UP * first, min(unlikely, share * first))
    weak = (n for n, each in enumerate(answers) if n and each.confidence < least)
    return next(weak, len(answers))


def _notes(notes: Iterable[str], made: Sequence[AnswerView]) -> Iterator[str]:
    """Yield the notes that say more than the page does."""
    decided = bool(made and made[0].decision)
    for note in notes:
        if _ON_A_TERMINAL not in note and not (decided and note.startswith(_DECIDED)):
            yield _noted(note)


def _noted(note: str) -> str:
    """Return a note as a sentence of its own."""
    text = visible(note)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "»", "”")) else ".")


def _verdict(response: Response, likely: int) -> tuple[str, str]:
    """Return what was found, in a few words and in a sentence."""
    if response.verdict == "not_found":
        held = "1 document" if response.index.documents == 1 else "these documents"
        return "Not in these documents", f"Nothing was found in {held} that answers this."
    first = response.answers[0]
    sure = confidence_words(first.confidence)
    if response.verdict == "answered":
        more = "" if likely == 1 else f", the first of {likely} answers"
        return "Answered", f"{sure}{more}."
    return (
        "Uncertain",
        f"The documents come near it; {sure[0].lower()}{sure[1:]}. "
        "Read their words before you rely on it.",
    )


def confidence_words(confidence: float) -> str:
    """Return how sure an answer is, in words and per cent.

    >>> print(confidence_words(0.914), confidence_words(0.003), sep=", ")
    Very likely right (91 %), Unlikely (under 1 %)
    """
    words = next(words for least, words in _SURE if confidence >= least)
    if 0 < confidence < 0.01:
        return f"{words} (under 1\N{NO-BREAK SPACE}%)"
    if 0.99 < confidence < 1:
        return f"{words} (over 99\N{NO-BREAK SPACE}%)"
    return f"{words} ({confidence * 100:.0f}\N{NO-BREAK SPACE}%)"


def _answer_view(
    number: int, answer: Answer, response: Response, documents: Documents, selection: FilterFields
) -> AnswerView:
    citation = answer.citation
    before, quote, after = _sentence(citation)
    same = [other.citation.span for other in response.answers if _also(other, answer)]
    document = documents(citation.document_id)
    asks_who = response.parsed is not None and response.parsed.asks_for_speaker
    return AnswerView(
        number=number,
        text=visible(answer.text),
        is_sentence=answer.kind == "sentence" and len(before + quote + after) <= _HEADLINE,
        decision=_DECISIONS.get(answer.decides or "", ""),
        speaker=visible(_speaker(answer, asks_who)),
        warning=_NOT_AFFIRMED.get(_polarity(answer), ""),
        sure=confidence_words(answer.confidence),
        before=before,
        quote=quote,
        after=after,
        source=source_of(document, citation.span, citation.place),
        href=links.read(
            citation.document_id,
            citation.span,
            also=links.spans(same),
            q=response.question,
            v=document.sha256[:12],
            more=selection,
        ),
        span=citation.span,
        support=_support(answer, response.question, documents, selection),
        row=table_row(document, citation.sentence.span, citation.span),
    )


def _support(
    answer: Answer, question: str, documents: Documents, selection: FilterFields
) -> SupportView:
    """Return who else says an answer; its own source is the first of those that do."""
    own = answer.support[0].copies if answer.support else ()
    home = answer.citation.document_id
    elsewhere = _one_a_document(each for each in own if each.document_id != home)
    again = [each for each in own if each.document_id == home]

    def listed(sources: Iterable[SupportingSource]) -> PlaceList:
        return _place_list(sources, question, documents, selection)

    return SupportView(
        others=listed(answer.support[1:]),
        copies=listed(map(SupportingSource, elsewhere)),
        again=listed(map(SupportingSource, again)),
    )


def _one_a_document(passages: Iterable[Passage]) -> list[Passage]:
    """Return the first passage of each document."""
    found: dict[str, Passage] = {}
    for each in passages:
        found.setdefault(each.document_id, each)
    return list(found.values())


def _place_list(
    sources: Iterable[SupportingSource],
    question: str,
    documents: Documents,
    selection: FilterFields,
) -> PlaceList:
    """Return where sources stand, each with its copies in other documents."""
    every = list(sources)
    places = tuple(
        Place(
            source_of(documents(each.passage.document_id), each.passage.span),
            links.read(each.passage.document_id, each.passage.span, more=selection, q=question),
            _place_list(_elsewhere(each), question, documents, selection),
        )
        for each in every[:_LISTED]
    )
    return PlaceList(places, len(every) - len(places))


def _elsewhere(source: SupportingSource) -> Iterator[SupportingSource]:
    """Yield the copies of a source in other documents, one a document."""
    for each in _one_a_document(source.copies):
        if each.document_id != source.passage.document_id:
            yield SupportingSource(each)


def _also(other: Answer, answer: Answer) -> bool:
    return other is not answer and other.citation.document_id == answer.citation.document_id


def _speaker(answer: Answer, asks_who: bool) -> str:
    """Return whose words an answer is, "" for a plain statement or its own speaker."""
    attribution = answer.attribution
    if attribution is None:
        return ""
    speaker = attribution.speaker
    span = answer.citation.span
    own = speaker is not None and speaker.span is not None and speaker.span.overlaps(span)
    speaks = describe_speaker(attribution) if asks_who else ""
    return speaks or ("" if own else describe(attribution))


def _sentence(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence's words before the quote, the quote, and those after, for display."""
    sentence, span = citation.sentence, citation.span
    if sentence.span is None or not sentence.span.covers(span):
        return "", visible_lines(citation.quote), ""
    start = span.start - sentence.span.start
    end = start + len(span)
    text = with_rows(sentence.text)
    parts = (_ending(text[:start]), text[start:end], _beginning(text[end:]))
    before, quote, after = map(visible_lines, parts)
    return before, quote, after


def _beginning(text: str) -> str:
    if len(text) <= _REACH:
        return text
    return f"{text[:_REACH].rsplit(None, 1)[0]} …"


def _ending(text: str) -> str:
    if len(text) <= _REACH:
        return text
    return f"… {text[-_REACH:].split(None, 1)[-1]}"


def _passages(
    hits: Sequence[Hit], query: str, documents: Documents, selection: FilterFields
) -> tuple[PassageView, ...]:
    return tuple(
        PassageView(
            rank=rank,
            pieces=tuple(excerpt(highlighted(_shown(hit.passage.text), query), _EXCERPT)),
            source=source_of(documents(hit.passage.document_id), hit.passage.span),
            href=links.read(hit.passage.document_id, hit.passage.span, more=selection, q=query),
            copies=_place_list(map(SupportingSource, hit.copies), query, documents, selection),
        )
        for rank, hit in enumerate(hits, 1)
    )


def _shown(text: str) -> str:
    return _BLANK_LINES.sub("\n", visible_lines(with_rows(text))).strip()


def source_of(
    document: Document, span: Span, place: Mapping[str, str | int] | None = None
) -> Source:
    """Return where a span stands, in words."""
    from index.places import places_of

    found = place or places_of(document.places, span)
    return Source(
        document_id=document.id,
        title=visible(document.title or document.id),
        headings=tuple(visible(each) for each in headings_above(document, span.start)),
        place=place_words(found),
        file=visible(document.uri.rstrip("/").rsplit("/", 1)[-1]),
        language=language_of(document),
    )


def language_of(document: Document) -> str:
    """Return the language that a document says it is in, as HTML writes it, or ""."""
    said = str(document.metadata.get("language", ""))
    return said if _LANGUAGE.fullmatch(said) else ""


def headings_above(document: Document, offset: int) -> list[str]:
    """Return the headings that stand over an offset, outermost first; the title is left out."""
    above: list[tuple[int, str]] = []
    for heading in document.outline:
        if heading.span.start > offset:
            break
        above = [each for each in above if each[0] < heading.level]
        if heading.text and not is_table_head(document, heading):
            above.append((heading.level, heading.text))
    title = document.title.split()
    return [text for _, text in above if text.split() != title]


def place_words(place: Mapping[str, str | int] | Mapping[str, str]) -> str:
    """Return a place in the source as people say it.

    >>> place_words({"page": 12, "label": "x"}), place_words({"sheet": "Costs", "cell": "B7"})
    ('page x (12 of the file)', 'sheet Costs, cell B7')
    """
    page, label = place.get("page"), place.get("label")
    said = [f"page {label} ({page} of the file)" if label else f"page {page}"] if page else []
    said += [_kind_words(kind, place[kind]) for kind in _PLACE_FIELDS if kind in place]
    return ", ".join(said)


def _kind_words(kind: str, value: str | int) -> str:
    return visible(f"{_PLACE_WORDS.get(kind, kind)} {value}")


def _conflicts(answers: Sequence[tuple[Answer, AnswerView]], kind: str) -> Iterable[Conflict]:
    """Yield what the answers disagree about, with both sides."""
    if not answers:
        return
    least = _COMPARABLE * answers[0][0].confidence
    compared = [each for each in answers if each[0].confidence >= least]
    if kind != "yes_no":
        yield from _contradictions(compared)
    values = _different(compared, kind)
    if kind in _CONFLICTING_KINDS and len(values) > 1:
        yield Conflict("The documents give different answers:", _sides(values))


def _contradictions(compared: Sequence[tuple[Answer, AnswerView]]) -> Iterable[Conflict]:
    """Yield what one passage says and another denies."""
    asserted = [view for answer, view in compared if _polarity(answer) == "affirmed"]
    denied = [view for answer, view in compared if _polarity(answer) in ("denied", "doubted")]
    contested = [view for answer, view in compared if _stance(answer) == "denied"]
    if asserted and denied:
        yield Conflict(
            "Some of these passages say so and others deny or doubt it:",
            _sides([asserted[0], *denied]),
        )
    elif contested and len(contested) < len(compared):
        told = [view for _, view in compared if view not in contested]
        yield Conflict(
            "Some of what is said here is denied by somebody:", _sides([*told, *contested])
        )


def _different(compared: Sequence[tuple[Answer, AnswerView]], kind: str) -> list[AnswerView]:
    """Return the surest answer of each value; two of one sentence or row do not disagree."""
    values: dict[str, AnswerView] = {}
    sentences: set[tuple[str, Span | None]] = set()
    for answer, view in compared:
        value = _value(view, kind)
        place = answer.citation.document_id, answer.citation.sentence.span
        if value and value not in values and place not in sentences:
            values[value] = view
        sentences.add(place)
    return list(values.values())


def _sides(views: Iterable[AnswerView]) -> tuple[Side, ...]:
    return tuple(
        Side(view.decision or view.text, view.speaker, view.source.title, view.href)
        for view in views
    )


def _value(view: AnswerView, kind: str) -> str:
    """Return what an answer is compared by: its words, or what it decides, or ""."""
    return view.decision if kind == "yes_no" else " ".join(view.text.casefold().split())


def _polarity(answer: Answer) -> str:
    return "affirmed" if answer.attribution is None else answer.attribution.polarity


def _stance(answer: Answer) -> str:
    return "stated" if answer.attribution is None else answer.attribution.stance
