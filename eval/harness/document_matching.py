"""Which document of an index a question means: by id, by the text of its context, or by name."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from eval.types import Question
from index.types import Document

_LISTED = 3


def _names(document: Document) -> tuple[set[str], ...]:
    """Return what a document may be called, the surest names first."""
    files = {document.uri, Path(document.uri).name}
    return {document.id}, {document.sha256}, {document.title}, files


class Naming:
    """The documents that some names stand for."""

    def __init__(self, documents: Iterable[Document], wanted: AbstractSet[str]) -> None:
        """Look through `documents` once for those that are called one of `wanted`."""
        self._senses: tuple[dict[str, list[str]], ...] = ({}, {}, {}, {})
        for document in documents:
            for sense, names in zip(self._senses, _names(document), strict=True):
                for name in names & wanted:
                    sense.setdefault(name, []).append(document.id)

    def meant(self, names: Sequence[str]) -> list[str]:
        """Return the ids of the documents called one of `names`, in the surest sense that fits."""
        fitting = (sense[name] for sense in self._senses for name in names if name in sense)
        return next(fitting, [])


def names_in(question: Question, contexts: Mapping[str, Document]) -> tuple[str, ...]:
    """Return what a question calls its document: a name, and the digest of the text it gives."""
    if question.context is None:
        return ()
    given = contexts.get(question.context)
    return (question.context,) if given is None else (question.context, given.sha256)


def unclear(question: Question, contexts: Mapping[str, Document], meant: Sequence[str]) -> str:
    """Return the problem with a question that means no document, or several."""
    by_text = question.context in contexts
    called = "the text of its context" if by_text else repr(question.context)
    if not meant:
        verb = "has" if by_text else "is"
        return f"{question.id}: no document in the index {verb} {called}"
    verb = "have" if by_text else "are"
    listed = ", ".join(meant[:_LISTED]) + (", …" if len(meant) > _LISTED else "")
    return f"{question.id}: {len(meant)} documents in the index {verb} {called}: {listed}"
