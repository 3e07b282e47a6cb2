"""Questions to begin with: made from the documents' words, kept where they are answered."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from index.types import Document
from retrieval.engine import Engine

SHOWN = 3
_DOCUMENTS = 12
_TRIED = 12
_LONGEST = 90
_MOST_CHARACTERS = 20_000
_NAME = r"(?:[A-Z][\w.’'-]+ ){0,3}[A-Z][\w’'-]+"
_SAYS = "(?:said|says|stated|claims?|claimed|announced|warned)"
_PATTERNS = (
    (rf"({_NAME}), (?:the )?((?:[a-z]\w+ )?[a-z]\w+ (?:of|for) {_NAME})", "Who is the {1}?"),
    (rf"({_NAME}) {_SAYS} ", "What did {0} say?"),
    (r"(?<=[.\n] )(?:The |An? )?([A-Z][\w-]+(?: [\w-]+){0,2}) is (?:a|an|the) ", "What is {0}?"),
    (r"\b(?:called|termed|named) ((?:[A-Z]\w+ ){1,3}[A-Z]?\w+)", "What is {0}?"),
)


def example_questions(engine: Engine, documents: Iterable[Document]) -> Iterator[str]:
    """Yield at most `SHOWN` questions that the documents answer; asking them takes time."""
    tried = islice(dict.fromkeys(candidates(documents)), _TRIED)
    answered = (each for each in tried if engine.ask(each, k=1).verdict == "answered")
    return islice(answered, SHOWN)


def candidates(documents: Iterable[Document]) -> Iterator[str]:
    """Yield questions that the words of the first documents suggest, of each kind in turn."""
    kinds: list[list[str]] = [[] for _ in range(len(_PATTERNS) + 1)]
    for document in islice(documents, _DOCUMENTS):
        kinds[0] += [each.text for each in document.outline if _is_question(each.text)]
        text = document.text[:_MOST_CHARACTERS]
        for made, (pattern, question) in zip(kinds[1:], _PATTERNS, strict=True):
            matches = islice(re.finditer(pattern, text), 3)
            made += [question.format(*match.groups()) for match in matches]
    for rank in range(_TRIED):
        yield from (kind[rank] for kind in kinds if rank < len(kind) and len(kind[rank]) < _LONGEST)


def _is_question(text: str) -> bool:
    return text.endswith("?") and len(text.split()) > 2
