"""Sentences with the people whose words they report, one JSON object a line."""

from pathlib import Path

from eval.data.text import parse_line, read_text
from eval.errors import DataError, refuse
from eval.types import ReportedSentence
from index.types import Span
from retrieval.types import Words

EXPECTED = "{sentence, speakers: [{text, start}]}"


def _speaker(sentence: str, value: object) -> Words:
    match value:
        case {"text": str(text), "start": int(start)} if text and start >= 0:
            span = Span(start, start + len(text))
        case _:
            raise ValueError(f"a speaker is {{text, start}}, not {value!r}")
    if span.of(sentence) != text:
        raise ValueError(
            f"the speaker at {span.start} should read {text!r} but the sentence has "
            f"{span.of(sentence)!r} there"
        )
    return Words(text, span)


def _row(line: str, number: int) -> ReportedSentence:
    match parse_line(line):
        case {"sentence": str(sentence), "speakers": list(speakers), **rest} if sentence.strip():
            words = tuple(_speaker(sentence, each) for each in speakers)
            return ReportedSentence(str(rest.get("id", f"line-{number}")), sentence, words)
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
