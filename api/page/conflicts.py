"""What answers disagree about: values of which one alone is right, and what others deny."""

from collections.abc import Iterable, Sequence

from api.page.views import AnswerView, Conflict, Side
from index.types import Span
from retrieval.types import Answer

_CONFLICTING_KINDS = frozenset(("number", "date", "yes_no"))
"""Kinds of answer of which one alone is right, so that two different ones are worth a warning."""
_COMPARABLE = 0.4
"""An answer less sure than this share of the first does not conflict with it."""


def conflicts(answers: Sequence[tuple[Answer, AnswerView]], kind: str) -> Iterable[Conflict]:
    """Yield what the answers disagree about, with both sides."""
    if not answers:
        return
    least = _COMPARABLE * answers[0][0].confidence
    compared = [each for each in answers if each[0].confidence >= least]
    if kind != "yes_no":
        yield from _contradictions(compared)
    values = _different(compared, kind)
    if kind in _CONFLICTING_KINDS and len(values) > 1:
        yield Conflict(_who_disagrees(values), _sides(values))


def _contradictions(compared: Sequence[tuple[Answer, AnswerView]]) -> Iterable[Conflict]:
    """Yield what one passage says and another denies."""
    asserted = [view for answer, view in compared if polarity_of(answer) == "affirmed"]
    denied = [view for answer, view in compared if polarity_of(answer) in ("denied", "doubted")]
    contested = [view for answer, view in compared if _stance(answer) == "denied"]
    if asserted and denied:
        yield Conflict(
            "Some of these passages say so and others deny or doubt it:",
            _sides([asserted[0], *denied]),
        )
    elif contested and len(contested) < len(compared):
        others = [view for _, view in compared if view not in contested]
        yield Conflict(
            "Some of what is said here is denied by somebody:", _sides([*others, *contested])
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


def _who_disagrees(views: Sequence[AnswerView]) -> str:
    """Return in words who gives different answers."""
    if len({view.source.document_id for view in views}) > 1:
        return "The documents give different answers:"
    if len({view.speaker for view in views}) > 1:
        return "Those whose words one document reports give different answers:"
    return "One document gives different answers:"


def _sides(views: Iterable[AnswerView]) -> tuple[Side, ...]:
    return tuple(
        Side(view.decision or view.text, view.speaker, view.source.title, view.href)
        for view in views
    )


def _value(view: AnswerView, kind: str) -> str:
    """Return what an answer is compared by: its words, or what it decides, or ""."""
    return view.decision if kind == "yes_no" else " ".join(view.text.casefold().split())


def polarity_of(answer: Answer) -> str:
    """Return whether an answer's clause is affirmed, denied or something between."""
    return "affirmed" if answer.attribution is None else answer.attribution.polarity


def _stance(answer: Answer) -> str:
    return "stated" if answer.attribution is None else answer.attribution.stance
