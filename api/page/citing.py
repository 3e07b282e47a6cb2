"""A quote as a citation: plain, Markdown, BibTeX, CSL-JSON, and a link that opens at it.

BibTeX escapes what TeX reads as commands; CSL-JSON is that of the Citation Style Language 1.0.2.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from api.page.source_views import headings_above
from index.places import places_of, text_fragment
from index.types import Box, Document, Span

FORMS = {
    "plain": "Plain text",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
    "csl": "CSL-JSON",
    "link": "Link to the words",
}
"""The forms of a citation by name, with what people call them."""

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|])")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_BATES = re.compile(r"\b[A-Z][A-Z0-9]{1,15}(?:[-_ ][A-Z]{2,8})*[-_ ]?\d{5,9}\b")


@dataclass(frozen=True, slots=True)
class Cited:
    """All that a citation names. `locator` is the place in words, such as `p. xii:14`."""

    quote: str
    title: str
    author: tuple[str, ...]
    date: str
    locator: str
    headings: tuple[str, ...]
    url: str
    key: str


def cited(document: Document, span: Span, reader_url: str) -> Cited:
    """Return what to name of a span; `reader_url` opens it here."""
    quote = " ".join(span.of(document.text).split())
    return Cited(
        quote=quote,
        title=" ".join((document.title or document.id).split()),
        author=_values(document, "author") or _values(document, "from"),
        date=next(iter(_values(document, "published") or _values(document, "date")), ""),
        locator=locator(document, span),
        headings=tuple(headings_above(document, span.start)),
        url=words_url(document, span, reader_url),
        key=re.sub(r"[^A-Za-z0-9]+", "-", document.id).strip("-") or "document",
    )


def citation_in(form: str, made: Cited) -> str:
    """Return a citation in one of `FORMS`; another name is a `KeyError`."""
    write = {"plain": _plain, "markdown": _markdown, "bibtex": _bibtex, "csl": _csl, "link": _link}
    return write[form](made)


def words_url(document: Document, span: Span, reader_url: str) -> str:
    """Return a link that opens a browser at the words, in the source where that is on the web."""
    web = urlsplit(document.uri).scheme in ("http", "https")
    source = document.uri.partition("#")[0] if web else reader_url.partition("#")[0]
    return source + text_fragment(span.of(document.text))


def locator(document: Document, span: Span) -> str:
    """Return the place within the document: page and line, slide, cell; "" where there is none."""
    place = places_of(document.places, span)
    if page := place.get("page"):
        line = _line_on_page(document, span)
        numbered = f"p. {place.get('label') or page}" + (f":{line}" if line else "")
        bates = bates_number(document, page)
        return f"{numbered} ({bates})" if bates else numbered
    kinds = ("slide", "sheet", "cell", "part", "time", "pointer", "path")
    return ", ".join(f"{kind} {place[kind]}" for kind in kinds if kind in place)


def bates_number(document: Document, page: str) -> str:
    """Return the Bates number printed on a page, "" where there is none.

    It is the last one on the page: they stand in its foot, which is read after the page's text.
    """
    parts = [each.span for each in document.places if each.kind == "page" and each.value == page]
    found = [match[0] for part in parts for match in _BATES.finditer(part.of(document.text))]
    return found[-1] if found else ""


def _line_on_page(document: Document, span: Span) -> int:
    """Return on which printed line of its page a span begins, from 1; 0 without boxes."""
    if document.boxes is None:
        return 0
    boxes = document.boxes.within(Span(span.start, min(span.end, span.start + 1)))
    if not boxes:
        return 0
    begin, seen = boxes[0], list[Box]()
    for _, box in document.boxes.words((begin.page,)):
        if box.bottom <= begin.bottom + 1:
            middle = (box.top + box.bottom) / 2
            if not any(other.top <= middle <= other.bottom for other in seen):
                seen.append(box)
    return len(seen)


def _values(document: Document, field: str) -> tuple[str, ...]:
    value = document.metadata.get(field)
    if value is None:
        return ()
    values = value if isinstance(value, tuple) else (value,)
    return tuple(" ".join(str(each).split()) for each in values)


def _plain(made: Cited) -> str:
    who = ", ".join(made.author)
    parts = [who, made.title, made.date[:10], made.locator]
    return f"“{made.quote}” — {', '.join(part for part in parts if part)}. {made.url}"


def _markdown(made: Cited) -> str:
    source = f"[{_md(made.title)}](<{made.url.replace('>', '%3E')}>)"
    return f"> {_md(made.quote)}\n>\n> — {', '.join([source, *map(_md, _after_title(made))])}"


def _md(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _after_title(made: Cited) -> list[str]:
    return [part for part in (*made.author, made.date[:10], made.locator) if part]


def _bibtex(made: Cited) -> str:
    fields = {
        "title": f"{{{_tex(made.title)}}}",
        "author": " and ".join(f"{{{_tex(each)}}}" for each in made.author),
        "year": made.date[:4] if _DATE.match(made.date) else "",
        "pages": _tex(made.locator.removeprefix("p. ")),
        "url": made.url.replace("{", "%7B").replace("}", "%7D"),
        "note": f"Quoted: {_tex(made.quote)}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{made.key},", *lines, "}"])


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _csl(made: Cited) -> str:
    item: dict[str, object] = {"id": made.key, "type": "document", "title": made.title}
    if made.author:
        item["author"] = [{"literal": each} for each in made.author]
    if date := _DATE.match(made.date):
        item["issued"] = {"date-parts": [[int(part) for part in date.groups() if part]]}
    if made.headings:
        item["section"] = " › ".join(made.headings)
    if made.locator.startswith("p. "):
        item |= {"locator": made.locator.removeprefix("p. "), "label": "page"}
    elif made.locator:
        item["locator"] = made.locator
    item |= {"URL": made.url, "note": made.quote}
    return json.dumps([item], ensure_ascii=False, indent=2)


def _link(made: Cited) -> str:
    return made.url
