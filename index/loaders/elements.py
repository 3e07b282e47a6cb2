"""What single HTML elements come to in plain text."""

import re
from collections.abc import Iterator
from typing import Any

from index.loaders.page_text import SPACES
from index.loaders.visibility import is_hidden, is_ornament

_DROPPED = frozenset(
    "script style noscript template svg math iframe object canvas title select input "
    "textarea datalist audio video".split()
)
REPLACED = frozenset(
    "svg iframe object canvas select input textarea audio video embed meter progress".split()
)
"""Elements that take room in their line, whose words are not read."""

FURNITURE = frozenset({"nav"})
UNREAD = _DROPPED
"""Elements whose words are never text of the page."""

_FURNITURE_ROLES = frozenset("navigation banner contentinfo search".split())
FURNITURE_NAMES = frozenset(
    "docnav navheader navfooter breadcrumb breadcrumbs sphinxsidebar related cookie-banner "
    "cookie-consent".split()
)
"""In the classes and ids of what is on a page to move about it."""

UNSEEN_NAMES = frozenset("skip-link sr-only".split())
"""In the classes of what only those hear who have the page read to them."""

_HAVE_FURNITURE_IDS = frozenset("div ul ol table".split())
"""Elements that an id may name as furniture: on a heading or a section it is a topic's anchor."""

_TOPICS = tuple("main h1 h2 h3 h4 h5 h6".split())
_CONTROL_WORDS = 3
_NAMES = frozenset("aria-label aria-live data-clipboard-text data-clipboard-target".split())
"""Attributes that every kind of button has."""
_HEADING_LINKS = frozenset(["headerlink", "anchor", "anchorjs-link", "header-anchor"])
_LONG = 40
"""Characters: what is longer is text in small print, not an exponent or a mark."""

_CELL = 1500
"""Characters: what is longer is a part of the page, not a cell of a table."""

_PAGE_PARTS = tuple(
    "table h1 h2 h3 h4 h5 h6 pre dl dt figure blockquote article section main form".split()
)
_SUPERSCRIPTS = str.maketrans("0123456789+-\u2212\u2013n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-\u2212aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = re.compile("[0-9+\\-\u2212\u2013n,*†‡ ]+")
_LOWERED = re.compile("(?:[0-9+\\-\u2212]|[aehijklmnoprstuvx](?![a-z]))+")
_ORDINALS = frozenset("st nd rd th er re ère e ème eme nde".split())
_ORDINAL_BEFORE = re.compile("[0-9IVXLCDM]")
_SIGNS = {"TM": "™", "SM": "℠", "o": "º"}
_NOTES = frozenset("footnote footnote-ref footnote-reference fn fnref reference noteref".split())


def is_dropped(element: Any) -> bool:
    """Return whether an element is not read in its place: no text, hidden, or furniture."""
    return is_unread(element) or is_hidden(element) or is_furniture(element)


def is_unread(element: Any) -> bool:
    """Return whether an element is no text of the page."""
    if not isinstance(element.tag, str) or element.tag in UNREAD or is_ornament(element):
        return True
    named = element.get("class")
    if named and not UNSEEN_NAMES.isdisjoint(named.split()):
        return next(element.iter("body", "main", "h1"), None) is None
    return element.tag == "a" and named in _HEADING_LINKS


def is_control(button: Any) -> bool:
    """Return whether a button does something to the page, rather than opening a part of it.

    Such is named in a word or three, *Copy* or *Back to top*, and neither asks nor heads anything.
    """
    if any(name.startswith(("aria-", "data-")) for name in button.attrib if name not in _NAMES):
        return False
    words = words_of(button)
    if not words or len(words.split()) > _CONTROL_WORDS or words.endswith("?"):
        return False
    return next(button.iterancestors("summary", "dt", *_TOPICS), None) is None


def is_furniture(element: Any) -> bool:
    """Return whether an element is there to move about the page, by its tag, role, class or id.

    Not where a class is that of the page's body, main element or title, or of what holds them; nor,
    by an id, where it is a topic of its own.
    """
    if element.tag in FURNITURE or element.get("role") in _FURNITURE_ROLES:
        return True
    named = element.get("class")
    if named and not FURNITURE_NAMES.isdisjoint(named.split()):
        return next(element.iter("body", "main", "h1"), None) is None
    if element.get("id") not in FURNITURE_NAMES or element.tag not in _HAVE_FURNITURE_IDS:
        return False
    return next(element.iter(*_TOPICS), None) is None


def words_of(element: Any) -> str:
    """Return an element's words on one line."""
    return SPACES.sub(" ", "".join(element.itertext())).strip(" ")


def is_one_line(cell: Any) -> bool:
    """Return whether a cell (or a term) is part of a line, whatever paragraphs and lists it holds.

    It is not where the table is only there to arrange the page: a cell that holds a table, a
    heading, code or pages of text.
    """
    if next(cell.iterdescendants(*_PAGE_PARTS), None) is not None:
        return False
    return is_within(cell, _CELL)


def begins_term(element: Any) -> bool:
    """Return whether an element is the first of the terms that a definition is for."""
    if element.tag != "dt":
        return False
    before = element.getprevious()
    # Where the tag is left out, libxml2 puts the second of two terms inside the first.
    sibling = element.getparent() if before is None else before
    return sibling is None or sibling.tag != "dt"


def is_short(element: Any) -> bool:
    """Return whether a raised or lowered element is short enough to be an exponent or a mark."""
    return is_within(element, _LONG)


def is_within(element: Any, bound: int) -> bool:
    """Return whether an element's text has at most `bound` characters, without reading it all."""
    length = 0
    for words in element.itertext():
        # Enough of it to tell: the same pages of text may be asked about by many elements.
        length += len(SPACES.sub(" ", words[: 20 * bound]))
        if length > bound:
            return False
    return True


def raised(element: Any, before: str) -> str:
    """Return a short `sup` as text that cannot be taken for more digits of what it follows.

    Args:
        element: the element, which holds words only.
        before: the character it stands against; "" at the beginning of a line or after a space.
    """
    words = words_of(element)
    if not any(map(str.isalnum, words)) or words.startswith("["):
        return words
    if _is_note(element, words):
        return f"[{words}]"
    if words in _ORDINALS and _ORDINAL_BEFORE.match(before):
        return words
    if words in _SIGNS:
        return _SIGNS[words]
    if _RAISED.fullmatch(words):
        return words.translate(_SUPERSCRIPTS)
    if not before:
        return words
    return f"^{words}" if words.isalnum() or words.startswith("(") else f"^({words})"


def lowered(element: Any, before: str) -> str:
    """Return a short `sub` as text that cannot be taken for more digits of what it follows.

    Words are left as they are: a search finds `max`, not its subscript letters.
    """
    words = words_of(element)
    if _LOWERED.fullmatch(words):
        return words.translate(_SUBSCRIPTS)
    return f"_{words}" if before.isdigit() and words[:1].isdigit() else words


def _is_note(element: Any, words: str) -> bool:
    """Return whether a `sup` is the mark of a note: it is a link, or says so."""
    named = set((element.get("class") or "").split())
    if element.find(".//a[@href]") is not None or named & _NOTES:
        return True
    links: Iterator[Any] = element.iterancestors("a")
    return any(is_short(link) and words_of(link) == words for link in links)
