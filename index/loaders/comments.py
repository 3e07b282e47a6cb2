"""What of a marked-up text its readers do not see: comments, and what hidden HTML elements hold.

Each function returns spans of the text as it is written, in order, none overlapping another. What
stands in code is shown, and so is no comment.
"""

import re
from collections.abc import Iterable, Iterator

from index.loaders.visibility import style_hides
from index.types import Span

_HTML = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK = re.compile(r"^[ ]{0,3}\[(?://|comment|_)\]:[ ]*(?:#|<>)[^\n]*", re.MULTILINE)
_FENCE = re.compile(r"[ ]{0,3}(?P<fence>`{3,}|~{3,})(?P<rest>[^\n]*)")
_TICKS = re.compile(r"`+|\n[ \t\r]*(?=\n)")
_TAG = re.compile(r"<(?P<ends>/?)(?P<name>[a-zA-Z][\w-]*)(?P<attributes>(?:\s[^<>]*)?)>")
_HIDDEN = re.compile(r"\shidden(?!\s*=\s*[\"']?until-found)(?:\s*=|[\s/]|$)", re.IGNORECASE)
_STYLE = re.compile(r"""\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n|\Z")

_RST = re.compile(
    r"(?m)^(?P<indent>[ \t]*)\.\.(?=[ \t]|$)(?![ \t]+(?:[^\s:][^\n]*?::(?:\s|$)|_|\[|\|))"
)
_ADOC_BLOCK = re.compile(r"(?ms)^(?:/{4,}[ \t]*$.*?(?:^/{4,}[ \t]*$|\Z))")
_ADOC_LINE = re.compile(r"(?m)^//(?!/)[^\n]*")
_TEX = re.compile(
    r"(?s)(?<!\\)(?:\\\\)*(?P<line>%[^\n]*)"
    r"|(?P<block>\\begin\{comment\}.*?(?:\\end\{comment\}|\Z)|\\iffalse\b.*?(?:\\fi\b|\Z))"
)
_ORG = re.compile(
    r"(?msi)^[ \t]*#(?: [^\n]*|[ \t]*$)"
    r"|^[ \t]*#\+begin_comment.*?(?:^[ \t]*#\+end_comment[^\n]*|\Z)"
)


def markdown_comments(text: str) -> list[Span]:
    """Return the comments of Markdown, and the HTML elements in it that are not shown.

    >>> text = "a <!-- b --> `<!-- c -->`"
    >>> [span.of(text) for span in markdown_comments(text)]
    ['<!-- b -->']
    """
    if "<" not in text and "]:" not in text:
        return []
    code = list(_code(text))
    comments = [Span(*match.span()) for match in _HTML.finditer(text)] if "<!--" in text else []
    comments += [Span(*match.span()) for match in _LINK.finditer(text)] if "]:" in text else []
    comments += _hidden_elements(text, code)
    return merged(_outside(comments, code))


def rst_comments(text: str) -> list[Span]:
    """Return the comments of reStructuredText: a block behind two dots that is no directive."""
    comments = []
    for match in _RST.finditer(text):
        indent = len(match["indent"])
        end = _indented_end(text, match.end(), indent)
        comments.append(Span(match.start() + indent, end))
    return merged(comments)


def asciidoc_comments(text: str) -> list[Span]:
    """Return the comments of AsciiDoc: lines behind two strokes, blocks between four."""
    comments = [Span(*match.span()) for match in _ADOC_BLOCK.finditer(text)]
    comments += [Span(*match.span()) for match in _ADOC_LINE.finditer(text)]
    return merged(comments)


def latex_comments(text: str) -> list[Span]:
    """Return the comments of LaTeX: lines from a percent sign, and blocks that are skipped."""
    return merged(
        Span(*match.span("line" if match["line"] is not None else "block"))
        for match in _TEX.finditer(text)
    )


def org_comments(text: str) -> list[Span]:
    """Return the comments of Org."""
    return merged(Span(*match.span()) for match in _ORG.finditer(text))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if not len(span):
            continue
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _outside(spans: Iterable[Span], code: list[Span]) -> Iterator[Span]:
    """Yield the spans that do not begin in code."""
    at = 0
    for span in sorted(spans):
        while at < len(code) and code[at].end <= span.start:
            at += 1
        if at == len(code) or span.start < code[at].start:
            yield span


def _code(text: str) -> Iterator[Span]:
    """Yield the fenced blocks and code spans of Markdown, in order."""
    start = at = 0
    fence = ""
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        mark = _FENCE.match(text, at, end)
        if not fence and mark and not (mark["fence"][0] == "`" and "`" in mark["rest"]):
            yield from _code_spans(text, start, at)
            fence, start = mark["fence"], at
        elif fence and mark and mark["fence"].startswith(fence) and not mark["rest"].strip():
            yield Span(start, end)
            fence, start = "", end
        at = end
    if fence:
        yield Span(start, len(text))
    else:
        yield from _code_spans(text, start, len(text))


def _code_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what stands between runs of as many backticks within a paragraph."""
    runs: list[Span] = []
    for match in _TICKS.finditer(text, start, end):
        if match[0].startswith("`"):
            runs.append(Span(*match.span()))
        else:
            yield from _paired(runs)
            runs = []
    yield from _paired(runs)


def _paired(runs: list[Span]) -> Iterator[Span]:
    following: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        following.setdefault(len(runs[number]), []).append(number)
    number = 0
    while number < len(runs):
        alike = following[len(runs[number])]
        while alike and alike[-1] <= number:
            alike.pop()
        if alike:
            yield Span(runs[number].start, runs[alike[-1]].end)
            number = alike[-1]
        number += 1


def _hidden_elements(text: str, code: list[Span]) -> list[Span]:
    """Return the HTML elements that say that they are not shown, outermost ones."""
    comments: list[Span] = []
    open_name, depth, start, begun = "", 0, 0, 0
    tags = (Span(*tag.span()) for tag in _TAG.finditer(text))
    shown = {span.start for span in _outside(tags, code)}
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if tag.start() not in shown or name in _EMPTY:
            continue
        if depth:
            if name == open_name:
                depth += -1 if tag["ends"] else 1
                if not depth:
                    comments.append(Span(start, tag.end()))
        elif not tag["ends"] and _hides(tag["attributes"]):
            open_name, depth, start, begun = name, 1, tag.start(), tag.end()
    if depth:
        end = _BLANK_LINE.search(text, begun)
        comments.append(Span(start, end.start() if end else len(text)))
    return comments


def _hides(attributes: str) -> bool:
    if _HIDDEN.search(attributes):
        return True
    style = _STYLE.search(attributes)
    return style is not None and style_hides(style[1] or style[2] or "")


def _indented_end(text: str, at: int, indent: int) -> int:
    """Return where a block ends: before the first line that is indented no further."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    at = end
    while at < len(text):
        following = text.find("\n", at + 1)
        following = len(text) if following < 0 else following
        line = text[at + 1 : following]
        if line.strip():
            if len(line) - len(line.lstrip()) <= indent:
                break
            end = following
        at = following
    return end
