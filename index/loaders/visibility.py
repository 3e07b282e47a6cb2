"""What of a web page nobody gets to see, as far as its markup and its own style sheet say.

What a button, a tab, a link or a search opens is there to be read. What is hidden and opened by
nothing, white on a white page, of no size, transparent or off the screen is not.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_HIDING_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE
)
_UNSEEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:"
    r"font-size\s*:\s*0*\.?0*(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$)"
    r"|(?:left|top|right|bottom|margin-left|text-indent)\s*:\s*-\d{3,}(?:px|pt|em|rem|%)"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)[\s,]"
    r"|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0(?:px)? 0(?:px)?,\s*0)"
    r"|transform\s*:\s*scale\(\s*0\s*[,)]"
    r")",
    re.IGNORECASE,
)
_BLOCK_STYLE = re.compile(
    r"(?:^|[;\s])display\s*:\s*(?:block|flex|grid|list-item|flow-root|table(?:-row|-caption)?)\s*(?:!|;|$)",
    re.IGNORECASE,
)
_FLEX_STYLE = re.compile(r"(?:^|[;\s])display\s*:\s*(?:inline-)?(?:flex|grid)\b", re.IGNORECASE)
_NO_HEIGHT = re.compile(r"(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0(?:px|em|%)?\s*(?:;|$)", re.I)
_CLIPPED = re.compile(r"(?:^|;)\s*overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.I)
_TRANSPARENT = re.compile(r"(?:^|;)\s*opacity\s*:\s*0?\.?0+\s*(?:!important\s*)?(?:;|$)", re.I)
_WHITE = r"(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1\s*)?\))"
_WHITE_TEXT = re.compile(rf"(?:^|;)\s*color\s*:\s*(?:{_WHITE}|transparent)\s*(?:!|;|$)", re.I)
_WHITE_VALUE = re.compile(_WHITE, re.I)
_PAPER = re.compile(rf"background(?:-color)?\s*:\s*{_WHITE}\s*(?:!|;|$)", re.I)
_MOTION = re.compile(r"transform|transition|animation", re.I)

_PANELS = (
    "collaps", "accordion", "tab-pane", "tabpanel", "tab-content", "panel-body", "expand", "toggle",
    "spoiler",
)  # fmt: skip
"""In the classes of what is hidden until it is opened."""
_OPENERS = re.compile(r"toggl|collaps|accordion|expand|question|spoiler|trigger|opener", re.I)
_FRAMEWORK = ("x-show", "x-collapse", "v-show", "v-if", "ng-show", "ng-if", "data-show", "data-tab")
_NAMING = ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "aria-owns")
_QUOTED = re.compile(r"""["'#]#?([A-Za-z][\w-]{0,80})["']""")

_LONGEST_SHEET = 1_000_000
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_SELECTOR = re.compile(r"\w*[.#]([\w-]+)")
_NAME = re.compile(r"[.#]([\w-]+)")
_SHOWING = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible", re.I)
_ORNAMENTS = ("katex", "mathjax", "mjx", "icon", "anchor", "headerlink", "caret", "separator")
"""In the classes of what is hidden from screen readers and is no text for anybody."""


def is_ornament(element: Any) -> bool:
    """Return whether an element hidden from screen readers is an icon, or repeats a formula."""
    if element.get("aria-hidden") != "true":
        return False
    named = (element.get("class") or "").lower()
    if element.tag in ("svg", "i") or any(part in named for part in _ORNAMENTS):
        return True
    return not any(character.isalnum() for text in element.itertext() for character in text)


def is_hidden(element: Any) -> bool:
    """Return whether nobody gets to see an element; a body is hidden only until its scripts ran."""
    if element.tag == "body":
        return False
    if element.tag == "dialog":
        return "open" not in element.attrib and not _can_be_opened(element)
    style = element.get("style")
    if style and _UNSEEN_STYLE.search(style):
        return True
    hides = "hidden" in element.attrib or bool(style and _hides(style))
    return hides and not _can_be_opened(element)


def style_hides(style: str) -> bool:
    """Return whether the value of a `style` attribute keeps an element from being seen."""
    return bool(_UNSEEN_STYLE.search(style)) or _hides(style)


def settle(page: Any) -> None:
    """Say on each element whether it is hidden, by what names it and by the page's style sheet.

    What a control names loses the marks that hide it; what a rule hides and nothing shows, and what
    is white on white, gets the attribute `hidden`.
    """
    named = _named(page)
    scripts = " ".join(each.text or "" for each in page.iter("script") if not each.get("src"))
    sheets = [(each.text or "")[:_LONGEST_SHEET] for each in page.iter("style")]
    blocks = _block_rules(sheets)
    hiding = {name for name in _hiding_rules(sheets) if not _mentions(scripts, name)}
    # What a style sheet of another file says of the classes around an element is not known.
    styled = page.find(".//link[@rel='stylesheet']") is not None
    styled = styled or any("background" in sheet for sheet in sheets)
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "head"):
            continue
        known = {element.get("id"), *(element.get("class") or "").split()}
        if not hiding.isdisjoint(known) or (_is_white(element) and _is_on_white(element, styled)):
            element.set("hidden", "")
        if not blocks.isdisjoint(known) and "display" not in (element.get("style") or ""):
            element.set("style", f"display:block;{element.get('style') or ''}")
        if not named.isdisjoint(known) or any(map(_is_switch, element.attrib)):
            _show(element)


def _is_switch(attribute: str) -> bool:
    return attribute.startswith(_FRAMEWORK)


def _show(element: Any) -> None:
    element.attrib.pop("hidden", None)
    style = element.get("style")
    if style and _HIDING_STYLE.search(style):
        del element.attrib["style"]
    if element.tag == "dialog":
        element.set("open", "")


def _named(page: Any) -> set[str]:
    """Return the ids that a control or a link of the page names."""
    names: set[str] = set()
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        for name in _NAMING:
            if value := element.get(name):
                names.update(each.lstrip("#") for each in value.split())
        link = element.get("href") if element.tag == "a" else None
        if link and link.startswith("#"):
            names.add(link[1:])
        if script := element.get("onclick"):
            names.update(_QUOTED.findall(script))
    names.discard("")
    return names


def _hiding_rules(sheets: Iterable[str]) -> set[str]:
    """Return the classes and ids that a page's own style sheets hide and nowhere show."""
    hidden: set[str] = set()
    shown: set[str] = set()
    for sheet in sheets:
        for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
            if _HIDING_STYLE.search(declarations):
                simple = (_SELECTOR.fullmatch(each.strip()) for each in selectors.split(","))
                hidden.update(match[1] for match in simple if match)
            elif _SHOWING.search(declarations):
                shown.update(_NAME.findall(selectors))
    return hidden - shown


def _block_rules(sheets: Iterable[str]) -> set[str]:
    """Return the classes and ids that a page's style sheets give lines of their own."""
    names: set[str] = set()
    for sheet in sheets:
        for selectors, declarations in _rules(_COMMENT.sub("", sheet)):
            if _BLOCK_STYLE.search(declarations):
                simple = (_SELECTOR.fullmatch(each.strip()) for each in selectors.split(","))
                names.update(match[1] for match in simple if match)
    return names


def has_own_lines(element: Any) -> bool:
    """Return whether a style sets an element in lines of its own, whatever its tag."""
    parent = element.getparent()
    around = None if parent is None else parent.get("style")
    own = element.get("style")
    return bool(own and _BLOCK_STYLE.search(own)) or bool(around and _FLEX_STYLE.search(around))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of rules that hold on every screen."""
    depth = start = 0
    selectors = ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            if not depth:
                selectors = sheet[start : brace.start()].strip()
                start = brace.end()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                if not selectors.startswith("@"):
                    yield selectors, sheet[start : brace.start()]
                start = brace.end()


def _mentions(script: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", script) is not None


def _is_white(element: Any) -> bool:
    """Return whether an element's text is white or transparent, without a background of its own."""
    style = element.get("style")
    if style and _WHITE_TEXT.search(style):
        return "background" not in _without_paper(style)
    if element.tag != "font":
        return False
    return _WHITE_VALUE.fullmatch((element.get("color") or "").strip()) is not None


def _without_paper(style: str) -> str:
    return _PAPER.sub("", style).lower()


def _is_on_white(element: Any, styled: bool) -> bool:
    """Return whether nothing around an element gives it, or may give it, a background.

    Args:
        element: the element.
        styled: whether a style sheet may give one to the classes around it.
    """
    for around in element.iterancestors():
        coloured = (around.get("bgcolor") or "").strip()
        if "background" in _without_paper(around.get("style") or "") or around.get("background"):
            return False
        if coloured and not _WHITE_VALUE.fullmatch(coloured):
            return False
        named = around.get("class") or around.get("id")
        if named and styled and around.tag not in ("html", "body"):
            return False
    return True


def _hides(style: str) -> bool:
    """Return whether a style hides; what also moves is shown once the page's scripts ran."""
    if _HIDING_STYLE.search(style) or (_NO_HEIGHT.search(style) and _CLIPPED.search(style)):
        return True
    return bool(_TRANSPARENT.search(style)) and not _MOTION.search(style)


def _can_be_opened(element: Any) -> bool:
    if element.get("hidden") == "until-found" or element.get("role") == "tabpanel":
        return True
    named = (element.get("class") or "").lower()
    if any(part in named for part in _PANELS):
        return True
    opener = element.getprevious()
    while opener is not None and not isinstance(opener.tag, str):
        opener = opener.getprevious()
    return opener is not None and _opens(opener)


def _opens(opener: Any) -> bool:
    """Return whether an element that stands right before another opens it."""
    if opener.get("aria-expanded") is not None or opener.get("role") in ("button", "tab"):
        return True
    if opener.tag == "input" and opener.get("type") in ("checkbox", "radio"):
        return True
    if _OPENERS.search(opener.get("class") or "") or opener.tag == "label":
        return True
    return next(_buttons(opener), None) is not None


def _buttons(element: Any) -> Iterator[Any]:
    """Yield the buttons of an element that stands right before what they open."""
    yield from element.iter("button", "summary")
    for each in element.iterdescendants():
        if each.get("aria-expanded") is not None or each.get("role") == "button":
            yield each
