"""A response in the words of a conversation: Markdown with each quote and its source."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from retrieval.types import Answer, Attribution, Response

_ACTIVE = re.compile(r"([\\`*_\[\]<>|~])")
_NEAREST = 3


def sections(response: Response) -> Iterator[str]:
    """Yield the paragraphs of a reply.

    What comes from documents is escaped, so that it shows as it stands there and does nothing.
    """
    if response.verdict == "not_found":
        yield from _not_found(response)
    else:
        if response.verdict == "uncertain":
            yield "Not surely in these documents; the likeliest:"
        for answer in response.answers:
            yield _answer(answer)
    for note in response.notes:
        yield f"Note: {plain(note)}"


def _not_found(response: Response) -> Iterator[str]:
    yield "**Not in these documents.**"
    titles = dict.fromkeys(plain(hit.passage.title) for hit in response.hits)
    if titles:
        yield "The nearest passages are in: " + "; ".join(list(titles)[:_NEAREST])


def _answer(answer: Answer) -> str:
    sentence = answer.citation.sentence.text
    said = f"\n\n{_wording(answer.attribution)}" if _is_somebodys(answer.attribution) else ""
    quote = f"> {plain(sentence)}\n>\n> — {_source(answer)}"
    return f"**{plain(answer.text)}**{said}\n\n{quote}"


def _is_somebodys(attribution: Attribution | None) -> bool:
    return attribution is not None and (
        attribution.stance != "stated" or attribution.polarity != "affirmed"
    )


def _wording(attribution: Attribution | None) -> str:
    """Return whose word it is, and whether the document affirms it."""
    assert attribution is not None, "asked only of what is somebody's"
    who = attribution.full_name or attribution.speaker
    name = plain(who.text) if who else "somebody whom the document does not name"
    parts = []
    if attribution.stance != "stated":
        parts.append(f"{attribution.stance} by {name}, not by the document itself")
    if attribution.polarity != "affirmed":
        parts.append(f"in a clause that is {attribution.polarity}")
    return f"({'; '.join(parts)})"


def _source(answer: Answer) -> str:
    citation = answer.citation
    title = plain(citation.title or citation.document_id)
    name = plain(PurePath(citation.uri).name)
    where = f"page {citation.page}" if citation.page else f"line {citation.line}"
    file = "" if name == title else f", {name}"
    return f"{title}{file}, {where}"


def plain(text: str) -> str:
    r"""Return text on one line, its Markdown escaped: a document must not show pictures or links.

    >>> plain("see ![x](http://a.example)\n*now*")
    'see !\\[x\\](http://a.example) \\*now\\*'
    """
    return _ACTIVE.sub(r"\\\1", " ".join(text.split()))
