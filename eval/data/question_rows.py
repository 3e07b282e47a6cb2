"""One question row, from whichever file, checked and turned into a `Question`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.data.context_documents import context_document
from eval.types import Question
from index.types import Document, Span
from retrieval.types import Words

EXPECTED = "{question, id?, context?, title?, document?, answers?: [{text, start}], answerable?}"


class RowError(ValueError):
    """A row that cannot be used, in words that follow its place."""


def _words(value: object) -> Words:
    match value:
        case str(text) if text:
            return Words(text)
        case {"text": str(text), "start": int(start)} if text and start >= 0:
            return Words(text, Span(start, start + len(text)))
        case {"text": str(text), "answer_start": int(start)} if text and start >= 0:
            return Words(text, Span(start, start + len(text)))
        case {"text": str(text), **rest} if text and rest.get("start") is None:
            return Words(text)
    raise RowError(f"an answer is {{text, start}} or a string, not {value!r}")


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise RowError(f"'{key}' must be a string, not {value!r}")
    return str(value)


def _answers(row: Mapping[str, Any]) -> tuple[Words, ...]:
    value = row.get("answers", row.get("answer"))
    if value is None or value == "":
        return ()
    return tuple(_words(each) for each in (value if isinstance(value, list) else [value]))


def _answerable(row: Mapping[str, Any], answers: tuple[Words, ...]) -> bool | None:
    known = "answers" in row or bool(answers)
    stated = row.get("answerable", not row["is_impossible"] if "is_impossible" in row else None)
    if stated is None:
        return bool(answers) if known else None
    if not isinstance(stated, bool):
        raise RowError(f"'answerable' must be true or false, not {stated!r}")
    if stated and known and not answers:
        raise RowError("is answerable but lists no answers")
    if answers and not stated:
        raise RowError("is not answerable but lists answers")
    return stated


def _check_spans(text: str, words: tuple[Words, ...]) -> None:
    for each in words:
        if each.span is not None and each.span.of(text) != each.text:
            found = each.span.of(text)
            raise RowError(
                f"the gold span {each.span.start}:{each.span.end} should read {each.text!r} "
                f"but the context has {found!r} there"
            )


def _sentence(row: Mapping[str, Any]) -> Span | None:
    match row.get("sentence"):
        case {"start": int(start), "end": int(end)} if 0 <= start <= end:
            return Span(start, end)
        case None:
            return None
    raise RowError(f"'sentence' must be {{start, end}} or null, not {row['sentence']!r}")


@dataclass(slots=True)
class RowReader:
    """Turns rows into questions and collects their contexts.

    `known` are documents that a row may name by its `document` key instead of a context.
    """

    known: Mapping[str, Document] = field(default_factory=dict)
    contexts: dict[str, Document] = field(default_factory=dict)

    def _document(self, row: Mapping[str, Any]) -> tuple[str | None, Document | None]:
        if isinstance(text := row.get("context"), str):
            document = context_document(_text(row, "title"), text)
            return document.id, document
        name = _text(row, "document") or None
        return name, self.known.get(name) if name else None

    def question(self, row: object, fallback_id: str) -> Question:
        """Return the row's question.

        Raises:
            RowError: when the row lacks a question or its golds do not match its context.
        """
        if not isinstance(row, dict):
            raise RowError(f"expected an object {EXPECTED}, found {type(row).__name__}")
        if not _text(row, "question").strip():
            raise RowError(f"has no question; expected {EXPECTED}, found keys {sorted(row)}")
        answers = _answers(row)
        speaker = _words(row["speaker"]) if row.get("speaker") else None
        context, document = self._document(row)
        if document is not None:
            _check_spans(document.text, answers + ((speaker,) if speaker else ()))
            self.contexts[document.id] = document
        return Question(
            id=_text(row, "id") or fallback_id,
            text=_text(row, "question"),
            context=context,
            answers=answers,
            answerable=_answerable(row, answers),
            sentence=_sentence(row),
            speaker=speaker,
            stance=row.get("stance"),
            kind=_text(row, "kind"),
            number=row["id"] if type(row.get("id")) is int else None,
        )
