"""Sentences with the people whose words they report, one JSON object a line.

`text` is the page that a sentence stands in, once; without it the sentence is all there is.
Offsets are code points of that page.
"""

from pathlib import Path

from eval.data.text import parse_line, read_text
from eval.errors import DataError, refuse
from eval.types import ReportedSentence
from index.types import Span
from retrieval.types import Words

EXPECTED = "{sentence, speakers: [{text, start}], text?}"


def _speaker(text: str, value: object) -> Words:
    match value:
        case {"text": str(name), "start": int(start)} if name and start >= 0:
            span = Span(start, start + len(name))
        case _:
            raise ValueError(f"a speaker is {{text, start}}, not {value!r}")
    if span.of(text) != name:
        raise ValueError(
            f"the speaker at {span.start} should read {name!r} but the text has "
            f"{span.of(text)!r} there"
        )
    return Words(name, span)


def _place(sentence: str, text: str) -> Span:
    if text.count(sentence) != 1:
        raise ValueError(f"the text should hold the sentence {sentence!r} once")
    start = text.index(sentence)
    return Span(start, start + len(sentence))


def _row(line: str, number: int) -> ReportedSentence:
    match parse_line(line):
        case {"sentence": str(sentence), "speakers": list(speakers), **rest} if sentence.strip():
            text = str(rest.get("text", sentence))
            words = tuple(_speaker(text, each) for each in speakers)
            name = str(rest.get("id", f"line-{number}"))
            return ReportedSentence(name, text, _place(sentence, text), words)
        case dict(other):
            raise ValueError(f"expected {EXPECTED}, found keys {sorted(other)}")
        case other:
            raise ValueError(f"expected {EXPECTED}, found {other!r}")


def read_attribution(path: str | Path) -> tuple[list[ReportedSentence], str]:
    """Read the sentences and the file's digest.

    Raises:
        DataError: when a line is in another layout or a speaker is not in its sentence (listed).
    """
    place = Path(path)
    text, checksum = read_text(place)
    sentences: list[ReportedSentence] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            sentence = _row(line, number)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
            continue
        if sentence.id in seen:
            problems.append(
                f"line {number}: the id {sentence.id!r} was used before, line {seen[sentence.id]}"
            )
        seen[sentence.id] = number
        sentences.append(sentence)
    refuse(place, problems, f"Each line should be {EXPECTED}. Mend the file and run again.")
    if not sentences:
        raise DataError(f"{place}: has no sentences. Each line should be {EXPECTED}.")
    return sentences, checksum
