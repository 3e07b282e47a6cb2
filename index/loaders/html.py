"""HTML: what a reader of the page sees, once, with its headings as the outline.

Scripts, styles, drawings and fields are left out. The page's furniture (navigation, and what it
calls banner, breadcrumbs, search or information about itself) and what stands around a main element
that holds most of the words follow behind the rest, marked as boilerplate, and so are the buttons
between. Tables, lists, code, formulas, notes and footers stay in their place. Blocks end with a
line break and white space is folded as a browser folds it, except in preformatted text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from index.errors import LoadError
from index.loaders.build import LEVELS, Source, build, encoding_metadata, file_name, first_heading
from index.loaders.charset import decode_page
from index.loaders.elements import (
    FURNITURE,
    REPLACED,
    UNREAD,
    begins_term,
    is_control,
    is_dropped,
    is_furniture,
    is_one_line,
    is_short,
    is_unread,
    lowered,
    raised,
    words_of,
)
from index.loaders.formulas import alternative_text, formula
from index.loaders.html_tables import regular
from index.loaders.nesting import shallow
from index.loaders.numbering import BULLET, Numbering
from index.loaders.page_text import SPACES, PageText
from index.loaders.visibility import has_own_lines, is_hidden, settle
from index.text.marks import marks_of_kind
from index.text.tables import BAR, HEADER_LEVEL, cells, header_text
from index.types import Document, Heading, LoadProblem, Mark, MarkKind, MetadataValue, Span

_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table section article main figure details "
    "center hgroup listing xmp plaintext search dir".split()
)
_LINES = frozenset(
    "address div dd dt fieldset figcaption form header hr li legend summary tr caption option "
    "body thead tbody tfoot footer nav aside br marquee optgroup".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, LEVELS + 1)}
_ABOUT = frozenset("title meta link style script base noscript template object".split())
"""Elements that a page's head may hold."""
_PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
_APART = frozenset({"a", "label"})
"""Elements in a line that stand for a thing each."""
_MAIN_SHARE = 0.5


class HtmlLoader:
    """Loads web pages; the title is the page's own, its first heading, or the file's name."""

    name = "html"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text, or nests too deep.
        """
        decoded = decode_page(data)
        source = Source.of(data, uri, "text/html")
        # libxml2 stops at a NUL, and refuses an XML declaration in what is already decoded.
        markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded.text.replace("\0", "\ufffd"), count=1)
        page = _parsed(markup.encode("utf-8", "replace").decode())
        if page is None:
            yield build(source, key, "", "")
            return
        seen = page_text(page)
        about = _about(page)
        title = about.pop("title", "") or first_heading(seen.outline)
        metadata = encoding_metadata(decoded) | about
        built = build(
            source, key, str(title) or file_name(uri), seen.text, metadata, tuple(seen.outline)
        )
        yield replace(built, marks=tuple(seen.marks)) if isinstance(built, Document) else built


def _parsed(markup: str) -> Any:
    """Return a page's root element, or None when nothing is left once the comments are gone.

    Raises:
        LoadError: when it nests too deep even without the tags that may go.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    for shorter in (str, partial(shallow, keep=UNREAD | FURNITURE, lines=_PARAGRAPHS | _LINES)):
        parser = HTMLParser(huge_tree=True)
        try:
            page = document_fromstring(shorter(markup), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            page = None
        if all(error.type_name != "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            return page
    raise LoadError("its elements nest too deep to be read; save it as plain text")


def page_text(page: Any) -> PageText:
    """Return what a reader sees of a parsed page (an lxml element)."""
    found = PageText()
    settle(page)
    content = _content(page)
    for table in list(content.iter("table")):
        regular(table)
    walk = _Walk(found, content)
    walk.read(content)
    walk.read_furniture()
    walk.read_hidden()
    while found.parts and not found.parts[-1].strip():
        found.length -= len(found.parts.pop())
    # What heads nothing more need not be ended behind the text.
    found.outline = [each for each in found.outline if each.span.end <= found.length]
    found.marks = sorted(each for each in found.marks if each.span.end <= found.length)
    return found


class _Walk:
    """A walk over a tree without recursion: pages nest deeper than Python's stack allows."""

    def __init__(self, found: PageText, content: Any) -> None:
        self._found = found
        self._content = content
        self._preformatted = 0
        self._headings: list[tuple[Any, int, int, int]] = []
        self._definitions: list[Any] = []
        self._has_header = False
        self._exponents: list[Any] = []
        self._cell: Any = None
        self._marked: list[tuple[Any, int, int]] = []
        self._lists: list[tuple[Any, Numbering]] = []
        self._hidden: list[Any] = []
        self._furniture: list[Any] = []
        self._buttons: list[tuple[Any, int, int]] = []
        self._apart: Any = None
        self._kind: MarkKind = "hidden"

    def read(self, root: Any) -> None:
        """Add the text of an element and all that is in it."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if self._formula(element) or self._is_left(element) or self._script(element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._start(element)
            elif event == "end" and element is not skipped:
                self._end(element)
            if event != "start" and element is not root and element.tail:
                self._add(element.tail)

    def read_furniture(self) -> None:
        """Add what is there to move about the page, and what stands around its main element."""
        content = self._content
        around = [] if content.tag in ("body", "html") else [content.getroottree().getroot()]
        for element in [*self._furniture, *around]:
            self._read_apart(element, "boilerplate")

    def read_hidden(self) -> None:
        """Add what nobody gets to see, each part as a paragraph behind all that is seen."""
        for element in self._hidden:
            self._read_apart(element, "hidden")

    def _read_apart(self, element: Any, kind: MarkKind) -> None:
        """Add an element as a marked paragraph that heads nothing, unless it is blank."""
        if not "".join(element.itertext()).strip():
            return
        found = self._found
        found.end(2)
        start = found.length
        found.outline.append(_end_of(1, start))
        self._apart, self._kind = element, kind
        self.read(element)
        self._end(element)
        if found.written > start:
            found.marks.append(Mark(Span(start, found.written), kind))

    def _is_left(self, element: Any) -> bool:
        """Return whether an element is left out, or for later: it is hidden, or furniture."""
        if element.tag == "svg" and element.get("aria-label"):
            self._found.space = True
            self._add(alternative_text(element, self._found.line))
        if is_unread(element):
            self._found.space = self._found.space or element.tag in REPLACED
            return True
        if self._apart is not None:
            return self._kind == "boilerplate" and (element is self._content or is_hidden(element))
        if is_hidden(element):
            self._hidden.append(element)
            return True
        if element is not self._content and is_furniture(element):
            self._furniture.append(element)
            return True
        return False

    def _add(self, words: str) -> None:
        """Add running text; a bar in a cell is marked, since it ends none."""
        span = self._found.add(words, preformatted=bool(self._preformatted))
        if self._cell is not None and BAR in words:
            written = self._found.parts[-1][-len(span) :]
            places = (at for at, letter in enumerate(written, span.start) if letter == BAR)
            self._found.marks += (Mark(Span(at, at + 1), "bar") for at in places)

    def _formula(self, element: Any) -> bool:
        """Add a formula, in one of the forms that a page has it in; False when it is none."""
        words = formula(element)
        if words is None:
            return False
        apart = element.get("display") in ("block", "true")
        self._found.space = self._found.space or apart
        self._add(words)
        self._found.space = self._found.space or apart
        return True

    def _script(self, element: Any) -> bool:
        """Add a short `sup` or `sub`; False when it is to be read like any other element."""
        if element.tag not in ("sup", "sub") or not _is_short_line(element):
            return False
        found = self._found
        if any(is_dropped(inner) or inner.tag in ("sup", "sub") for inner in _within(element)):
            if element.tag == "sup":
                found.add("^(")
                self._exponents.append(element)
            return False
        words = (raised if element.tag == "sup" else lowered)(element, found.last)
        found.add(words, preformatted=bool(self._preformatted))
        return True

    def _start(self, element: Any) -> None:
        tag, found = element.tag, self._found
        self._break(2 if begins_term(element) else _breaks_around(element))
        if _follows_alike(element, found.last):
            found.space = True
        if tag == "button":
            found.space = True
            if self._apart is None and is_control(element):
                self._buttons.append((element, found.length, len(found.parts)))
        elif tag == "img":
            found.space = True
            words = alternative_text(element, found.line)
            self._add(words)
            found.space = not words or _parts_words(element.tail)
        if tag in ("td", "th") and element is self._apart:
            pass
        elif tag in ("td", "th") and element.getprevious() is not None:
            found.add(" | ")
        elif tag in ("td", "th") and _is_blank(element) and element.getnext() is not None:
            found.add(BAR)
        if tag in ("td", "th", "dt") and self._cell is None and is_one_line(element):
            self._cell = element
        elif tag == "li":
            self._mark(element, self._lists[-1][1].marker(element) if self._lists else BULLET)
        elif tag == "dd":
            self._mark(element, "")
        elif tag in ("ol", "ul", "menu"):
            self._lists.append((element, Numbering.of(element)))
        elif tag == "dl":
            self._definitions.append(element)
        if level := self._level(element):
            self._headings.append((element, level, found.length, len(found.parts)))
        self._preformatted += tag in _PREFORMATTED
        if element.text:
            self._add(element.text)

    def _end(self, element: Any) -> None:
        tag, found = element.tag, self._found
        self._preformatted -= tag in _PREFORMATTED
        if self._headings and self._headings[-1][0] is element:
            self._heading(*self._headings.pop()[1:])
        if self._exponents and self._exponents[-1] is element:
            found.add(")")
            self._exponents.pop()
        if self._lists and self._lists[-1][0] is element:
            self._lists.pop()
        if tag == "table" and self._has_header:
            found.outline.append(_end_of(HEADER_LEVEL, found.length))
            self._has_header = False
        if self._definitions and self._definitions[-1] is element:
            found.outline.append(_end_of(LEVELS + len(self._definitions), found.length))
            self._definitions.pop()
        if element is self._cell:
            self._cell = None
        if tag == "button":
            found.space = found.space or _parts_words(element.tail)
        if self._buttons and self._buttons[-1][0] is element:
            self._mark_control(*self._buttons.pop()[1:])
        if self._marked and self._marked[-1][0] is element:
            _, breaks, parts = self._marked.pop()
            if len(found.parts) == parts:
                found.unmark(breaks)
        self._break(_breaks_around(element))

    def _mark_control(self, start: int, part: int) -> None:
        """Mark the words of a button, which are the parts of the text from `part` on."""
        written = "".join(self._found.parts[part:])
        if written.strip():
            at = start + len(written) - len(written.lstrip())
            self._found.marks.append(Mark(Span(at, start + len(written.rstrip())), "boilerplate"))

    def _break(self, breaks: int) -> None:
        """End a line (1) or a paragraph (2); in a cell of a line, only the word."""
        if self._cell is None:
            self._found.end(breaks)
        elif breaks:
            self._found.space = True

    def _mark(self, element: Any, marker: str) -> None:
        """Begin an item, whose first block stands on the marker's line; an empty one has none."""
        if self._cell is not None:
            self._found.add(marker)
            return
        breaks = self._found.breaks
        self._found.mark(marker)
        self._marked.append((element, breaks, len(self._found.parts)))

    def _level(self, element: Any) -> int:
        """Return an element's level as a heading; 0 where it is none."""
        if self._apart is not None:
            return 0
        if element is self._cell and element.tag == "dt" and self._definitions:
            return LEVELS + len(self._definitions)
        if element.tag == "tr" and _is_header_row(element):
            return HEADER_LEVEL
        return _HEADINGS.get(element.tag, 0)

    def _heading(self, level: int, start: int, part: int) -> None:
        written = "".join(self._found.parts[part:])
        header = level == HEADER_LEVEL
        bars = marks_of_kind(self._found.marks, "bar", start) if header else []
        words = _column_names(written, bars) if header else " ".join(written.split())
        if words:
            self._has_header = self._has_header or header
            at = start + len(written) - len(written.lstrip())
            end = self._found.length - (len(written) - len(written.rstrip()))
            self._found.outline.append(Heading(Span(at, end), level, words))


def _column_names(row: str, bars: Iterable[Span]) -> str:
    """Return a table's header by its row as it is written; "" where that is no line or empty."""
    if "\n" in row.strip():
        return ""
    inner = {bar.start for bar in bars}
    words = header_text([cell.of(row) for cell in cells(row, Span(0, len(row)), inner)])
    return words if words.strip() else ""


def _end_of(level: int, at: int) -> Heading:
    return Heading(Span(at, at), level, "")


def _is_header_row(element: Any) -> bool:
    """Return whether a table's row names its columns."""
    return len(element) > 1 and all(cell.tag == "th" for cell in element)


def _parts_words(tail: str | None) -> bool:
    """Return whether what follows an element that takes room of its own is another word."""
    return not tail or tail[:1].isalnum()


def _is_blank(cell: Any) -> bool:
    return len(cell) == 0 and not (cell.text or "").strip()


def _breaks(tag: Any) -> int:
    return 2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0


def _breaks_around(element: Any) -> int:
    return _breaks(element.tag) or int(has_own_lines(element))


def _follows_alike(element: Any, before: str) -> bool:
    """Return whether an element stands against another such one without being one word with it.

    They are links, labels, or elements that HTML does not know: tabs, cards and the like.

    Args:
        element: the element.
        before: the character that its words would stand against.
    """
    previous = element.getprevious()
    if previous is None or previous.tail or previous.tag != element.tag or not before.isalnum():
        return False
    return ("-" in element.tag or element.tag in _APART) and words_of(element)[:1].isalnum()


def _within(element: Any) -> Iterator[Any]:
    """Yield what is in an element, comments too, without the element."""
    within: Iterator[Any] = element.iterdescendants()
    return within


def _is_short_line(element: Any) -> bool:
    """Return whether an element is short and has no lines of its own."""
    return is_short(element) and not any(_breaks(inner.tag) for inner in _within(element))


def _content(page: Any) -> Any:
    """Return the page's main element where it holds most of the words, else its body.

    Of a page that opens no body libxml2 takes the first of its elements for a part of the head.
    """
    body = page.find("body")
    body = page if body is None or _heads_text(page) else body
    mains = page.xpath("//main | //*[@role='main'] | //article[count(//article) = 1]")
    total = _word_count(body)
    for main in mains:
        words = _word_count(main)
        if words >= _MAIN_SHARE * total and not is_dropped(main):
            return main
    return body


def _heads_text(page: Any) -> bool:
    head = page.find("head")
    return head is not None and any(
        isinstance(each.tag, str) and each.tag not in _ABOUT for each in head
    )


def _word_count(root: Any) -> int:
    """Count the words of an element that a reader sees."""
    from lxml import etree

    count = 0
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start" and element is not root and is_dropped(element):
            walk.skip_subtree()
        elif event == "start":
            count += len((element.text or "").split())
        if event != "start" and element is not root:
            count += len((element.tail or "").split())
    return count


def _about(page: Any) -> dict[str, MetadataValue]:
    """Return title, author, publication date, language and site, as far as the page tells."""
    metas: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and (content := (meta.get("content") or "").strip()):
            metas.setdefault(name.lower(), content)
    times = page.xpath("//time[@datetime]/@datetime")
    written = SPACES.sub(" ", _title(page) or "").strip()
    found = {
        "title": _first(metas, "og:title", "twitter:title", "dc.title")
        or written
        or _first(metas, "title"),
        "author": _first(metas, "author", "article:author", "dc.creator", "parsely-author"),
        "published": _first(
            metas, "article:published_time", "datepublished", "date", "dc.date", "pubdate"
        )
        or (str(times[0]).strip() if times else ""),
        "language": (
            page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        ),
        "site": _first(metas, "og:site_name"),
        "description": _first(metas, "description", "og:description"),
    }
    return {name: value for name, value in found.items() if value}


def _title(page: Any) -> str:
    """Return the page's own title, not that of a drawing in it."""
    titles = page.xpath("//title[not(ancestor::svg)][1]")
    return str(titles[0].text_content()) if titles else ""


def _first(metas: Mapping[str, str], *names: str) -> str:
    return next((metas[name] for name in names if name in metas), "")
