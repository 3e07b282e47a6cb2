"""Answers and passages for people to read, on a terminal or in a file.

On a terminal the answer's words are highlighted inside their sentence and lines are wrapped to
its width; elsewhere, or where nothing can be highlighted, they stand between « and », and what
is no terminal's is not wrapped. The lines of prose are joined first, those of tables and code
stay.
"""

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from api.output import place, visible, visible_lines, with_rows
from index.types import Hit, Passage, Span
from retrieval.attribution import describe, describe_speaker
from retrieval.types import Answer, Attribution, Citation, Response, SearchResponse, Source

_REACH = 240
"""How many characters of a sentence are shown on either side of the answer."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_NEAREST = 3
_USUAL_READER = "fast"
_INDENT = " " * 4

_RECORDS = (".json", ".jsonl")
"""Files that hold many documents, whose lines are not the file's."""

_PAGES = (".html", ".htm", ".xhtml", ".xht")
"""Files whose text is extracted."""

_MANUAL = re.compile(r"\.(?:[1-9][a-z]{0,8}|man|mdoc|roff)(?:\.gz)?$")
"""And so is that of a manual page, which may have one of many suffixes."""

_VERDICTS = {
    "answered": ("bold green", "answered: the documents say so"),
    "uncertain": ("bold yellow", "uncertain: these words may answer it; read them in their place"),
    "not_found": ("bold red", "not found: these documents do not say"),
}


_NOTHING_READ = "not found: there was nothing to look at"
"""Where no document passed the filter, or there is none: that is no word of the documents'."""


def print_response(response: Response) -> None:
    """Print the verdict, the answers best first, and what else to know."""
    console = make_console()
    style, words = _VERDICTS[response.verdict]
    if response.verdict == "not_found" and not response.hits:
        words = _NOTHING_READ
    print_lines(console, Text(words, style))
    asks_who = response.parsed is not None and response.parsed.asks_for_speaker
    for answer in response.answers:
        print_answer(console, answer, asks_who)
    if response.verdict == "not_found" and response.hits:
        print_lines(console, Text("\nThe nearest passages:"))
        print_hits(console, response.hits[:_NEAREST])
    for note in response.notes:
        print_lines(console, Text(f"\nNote: {visible(note)}", "dim"))
    if response.reader not in ("", _USUAL_READER):
        print_lines(console, Text(f"\nRead by the reader {visible(response.reader)}.", "dim"))


def print_search(response: SearchResponse) -> None:
    """Print the passages that were found, best first."""
    console = make_console()
    if not response.hits:
        print_lines(console, Text("Nothing was found."))
    print_hits(console, response.hits)
    for note in response.notes:
        print_lines(console, Text(f"\nNote: {visible(note)}", "dim"))


def make_console() -> Console:
    """Return a console on stdout that leaves the text alone: no markup, no emoji codes."""
    console = Console(markup=False, emoji=False, highlight=False)
    console.soft_wrap = not console.is_terminal
    return console


def print_answer(console: Console, answer: Answer, asks_who: bool = False) -> None:
    """Print one answer: its words and whose they are, the sentence, and where it stands.

    `asks_who` tells that the question asks who said something.
    """
    citation = answer.citation
    shown = visible(" ".join(answer.text.split()))
    head = Text(f"\n{shown}", "bold")
    head.append(attributed(answer.attribution, citation.span, asks_who), "not bold italic")
    head.append(f"  {sure(answer.confidence)} sure", "not bold dim")
    print_lines(console, head)
    body = quoted(citation, marked=console.color_system is None)
    if " ".join(body.plain.strip("«»").split()) != shown:
        print_lines(console, body, _INDENT)
    print_lines(console, Text(position(citation), "cyan"), _INDENT)
    if also := supported(answer.support):
        print_lines(console, Text(also, "dim"), _INDENT)


def supported(support: Sequence[Source]) -> str:
    """Return who else says an answer, "" where that is nobody."""
    parts = []
    if support and support[0].copies:
        parts.append(f"copied in {_titles(support[0].copies)}")
    if len(support) > 1:
        parts.append(f"also said in {_titles(each.passage for each in support[1:])}")
    return "; ".join(parts)


def _titles(passages: Iterable[Passage]) -> str:
    """Return the titles of the documents that some passages are of, a few of them."""
    titles = dict.fromkeys(visible(each.title or each.document_id) for each in passages)
    shown = ", ".join(list(titles)[:_NEAREST])
    more = len(titles) - _NEAREST
    return f"{shown} and {more} more" if more > 0 else shown


def position(citation: Citation) -> str:
    """Return where a quote stands: file, line and column; in a file of records, which record.

    The lines of a page are those of its text, which are not the file's.
    """
    source = visible(place(citation.uri))
    if where := _where(citation):
        return f"{source}, {where}"
    if source.endswith(_RECORDS):
        source = f"{source} {visible(citation.document_id)}"
    if source.endswith(_PAGES) or _MANUAL.search(source):
        return f"{source}, line {citation.line} of its text"
    return f"{source}:{citation.line}:{citation.column}"


def _where(citation: Citation) -> str:
    """Return a quote's place in its source, as people say it; "" where lines say it."""
    place = citation.place
    page, label = place.get("page"), place.get("label")
    found = [f"page {page} ({label})" if label else f"page {page}"] if page else []
    for kind in ("slide", "sheet", "cell", "time", "pointer"):
        if kind in place:
            value = visible(str(place[kind]))
            found.append(f"at {value}" if kind in ("time", "pointer") else f"{kind} {value}")
    return ", ".join(found)


def sure(confidence: float) -> str:
    """Return a confidence in per cent; what is merely unlikely is not shown as impossible.

    >>> sure(0.004), sure(0.42), sure(0.998)
    ('<1%', '42%', '>99%')
    """
    if 0 < confidence < 0.01:
        return "<1%"
    return ">99%" if 0.99 < confidence < 1 else f"{confidence:.0%}"


def attributed(attribution: Attribution | None, span: Span, asks_who: bool = False) -> str:
    """Return whose words an answer is, empty for a plain statement.

    Someone whose own name is the answer is not also named as its source; asked who said
    something, it is shown that the answer is the one who speaks, and not who else tells of it.
    """
    if attribution is None:
        return ""
    speaker = attribution.speaker
    own = speaker is not None and speaker.span is not None and speaker.span.overlaps(span)
    speaks = describe_speaker(attribution) if asks_who else ""
    part = speaks or ("" if own else describe(attribution))
    return f" — {visible(part)}" if part else ""


def quoted(citation: Citation, marked: bool) -> Text:
    """Return a quote inside its sentence, cut to a window where the sentence is long."""
    before, inside, after = window(citation)
    text = Text(before)
    text.append(f"«{inside}»" if marked else inside, "bold reverse")
    return text.append(after)


def window(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence's words before the quote, the quote, and those after, for display."""
    sentence, span = citation.sentence, citation.span
    if sentence.span is None or not sentence.span.covers(span):
        return "", visible(citation.quote), ""
    start = span.start - sentence.span.start
    end = start + len(span)
    text = with_rows(sentence.text)
    parts = (ending(text[:start]), text[start:end], beginning(text[end:], _REACH))
    before, inside, after = map(visible_lines, parts)
    return before, inside, after


def print_hits(console: Console, hits: Sequence[Hit]) -> None:
    """Print passages with their rank, score, document and position."""
    for rank, hit in enumerate(hits, 1):
        passage = hit.passage
        head = Text(f"\n{rank}. {visible(passage.title or passage.document_id)}", "bold")
        print_lines(console, head.append(f"  {hit.score:.3f}", "not bold dim"))
        shown = _BLANK_LINES.sub("\n", with_rows(beginning(passage.text, 2 * _REACH)))
        print_lines(console, Text(visible_lines(shown)), _INDENT)
        span = f"{passage.span.start}:{passage.span.end}"
        print_lines(console, Text(f"{visible(passage.document_id)} {span}", "cyan"), _INDENT)
        if hit.copies:
            print_lines(console, Text(f"copied in {_titles(hit.copies)}", "dim"), _INDENT)
        if hit.same_source_as is not None:
            same = f"of the same source as {_titles([hit.same_source_as])}"
            print_lines(console, Text(same, "dim"), _INDENT)


def print_lines(console: Console, text: Text, indent: str = "") -> None:
    """Print text after an indent, wrapped on a terminal and one line a line elsewhere.

    No line ends in spaces, which whoever copies it would take along.
    """
    room = max(console.width - len(indent), 1)
    for line in text.wrap(console, room) if console.is_terminal else text.split("\n"):
        line.rstrip()
        console.print(Text(indent).append_text(line) if line else Text())


def beginning(text: str, reach: int) -> str:
    """Return the first words of a text, at most `reach` characters of them.

    >>> beginning("the military and judiciary", 20)
    'the military and …'
    """
    if len(text) <= reach:
        return text
    words = text[:reach].rsplit(None, 1)
    return f"{words[0] if len(words) == 2 else text[:reach]} …"


def ending(text: str) -> str:
    """Return the last words of a text."""
    if len(text) <= _REACH:
        return text
    words = text[-_REACH:].split(None, 1)
    return f"… {words[1] if len(words) == 2 else text[-_REACH:]}"
