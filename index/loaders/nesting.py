"""Pages that nest deeper than libxml2 reads: at 2,048 elements it stops, and loses what follows.

Browsers have such a bound, too (Blink's is 512): what is deeper stands beside its parent.
"""

from collections import Counter
from collections.abc import Collection
from html.parser import HTMLParser

DEPTH = 400
"""Elements that are left inside one another; those of `_NEST_NOT` may stand between them."""

_NEST_NOT = frozenset(
    "html head body p li dt dd option optgroup thead tbody tfoot tr td th colgroup caption rp rt "
    "area base br col embed hr img input link meta param source track wbr".split()
)
"""Elements that are empty, or that end by themselves where another of their kind begins."""

_HIDING = frozenset({"hidden", "aria-hidden", "role"})


def shallow(markup: str, keep: Collection[str], lines: Collection[str]) -> str:
    """Return a page's markup without the tags that stand too deep; its words stay.

    Args:
        markup: the page.
        keep: elements that are never taken apart, because their words are not to be shown.
        lines: elements that begin a line; a line break stands for their tags.
    """
    rewriter = _Rewriter(keep, lines)
    rewriter.feed(markup)
    rewriter.close()
    return "".join(rewriter.parts)


class _Rewriter(HTMLParser):
    """Writes what it reads, but the tags that stand too deep."""

    def __init__(self, keep: Collection[str], lines: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._keep = keep
        self._lines = lines
        self._open: list[tuple[str, bool]] = []
        self._count: Counter[str] = Counter()
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        if tag in _NEST_NOT:
            self.parts.append(written)
            return
        hides = tag in self._keep or any(name in _HIDING for name, _ in attrs)
        shown = hides or self._kept < DEPTH
        self._open.append((tag, shown))
        self._count[tag] += 1
        self._kept += shown
        self.parts.append(written if shown else self._line(tag))

    def handle_startendtag(self, *_: object) -> None:
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NEST_NOT:
            self.parts.append(f"</{tag}>")
        while self._count[tag]:
            name, shown = self._open.pop()
            self._count[name] -= 1
            self._kept -= shown
            self.parts.append(f"</{name}>" if shown else self._line(name))
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def _line(self, tag: str) -> str:
        return "<br>" if tag in self._lines else ""
