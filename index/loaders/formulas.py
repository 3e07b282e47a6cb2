r"""Formulas of web pages as text: as they were written for TeX, or MathML's marks on one line.

KaTeX, MathJax and MediaWiki write each formula several times, for the eye, for the ear and as its
source; it is read once. A formula that is a picture is read by its alternative text.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from index.loaders.page_text import SPACES

_CONTAINERS = frozenset(
    "katex mathjax mathjax_chtml mathjax_svg mathjax_display mwe-math-element mjx-container "
    "mjx-chtml".split()
)
"""Classes, in lower case, of what holds one formula in several forms."""
_PREVIEW = "mathjax_preview"
_SOURCES = ("data-latex", "data-tex", "data-expr", "data-formula")
_CLASS = re.compile(r"(?:^|[\s_-])(?:math|maths|tex|latex|formula|equation|eqn)(?:$|[\s_-])", re.I)
_ADDRESS = re.compile(r"latex|mathtex|codecogs|/math/|formula|equation|\beqn?[-_]?\d", re.I)
_TEX = re.compile(r"\\[a-zA-Z]+|[\^_]\{|^\$.+\$$|\w\s*[=≤≥<>≈]\s*\S")
_WRAPPER = re.compile(r"\{?\s*\\(?:displaystyle|textstyle|scriptstyle)\s*(.*?)\s*\}?", re.DOTALL)
_UPRIGHT = re.compile(r"\\(?:text|mathrm|mathit|operatorname|mbox|textrm|rm)\*?\s*\{([^{}]*)\}")
_THIN = re.compile(r"\\(?:[,;:!> ]|quad\b|qquad\b)|(?<!\\)~")

_LIMIT = 4_000
"""Elements of one formula that are read."""
_SIMPLE = re.compile(r"\w+(?:\.\d+)?|√\w+")
_WORD_BEGINS = re.compile(r"[^\W\d_]{2}")
_WORD_ENDS = re.compile(r"[^\W\d_]{2}$")
_NOTHING = {"\u2061": "", "\u2062": "", "\u2063": "", "\u2064": ""}
"""Invisible application, product, comma and sum."""
_TIGHT = frozenset("()[]{}⟨⟩|‖!′″%°.,;:/^_")
_PREFIX = frozenset("+-−±¬∑∏∫∂∇")
_OPENING = frozenset("([{⟨")
_CLOSING = frozenset(")]}⟩!%′″°,;:.")


def formula(element: Any) -> str | None:
    """Return an element's formula, "" where it is written elsewhere too, None where it has none."""
    tag = element.tag
    if not isinstance(tag, str):
        return None
    if _name(tag) == "math":
        return mathml_text(element)
    if tag == "script":
        return _script(element)
    if tag == "mjx-container" or element.get("role") == "math":
        return _container(element)
    named = element.get("class")
    if named and not _CONTAINERS.isdisjoint(named.lower().split()):
        return _container(element)
    if named and named.lower() == _PREVIEW:
        return "" if _formula_follows(element) else None
    return None


def is_formula_image(image: Any) -> bool:
    """Return whether a picture (an `img` element) is a formula by its class, address or text."""
    return bool(
        _CLASS.search(image.get("class") or "")
        or _ADDRESS.search(image.get("src") or "")
        or image.get("role") == "math"
        or _TEX.search(image.get("alt") or "")
    )


def tex_text(source: str) -> str:
    r"""Return TeX on one line, without what only sets type.

    >>> tex_text(r"{\displaystyle v=12\,\mathrm{m}}")
    'v=12 m'
    """
    words = SPACES.sub(" ", source).strip().strip("$").strip()
    while (wrapped := _WRAPPER.fullmatch(words)) is not None:
        words = wrapped[1]
    words = _THIN.sub(" ", _UPRIGHT.sub(r"\1", words))
    return SPACES.sub(" ", words).strip()


def mathml_text(element: Any) -> str:
    """Return a `math` element's formula: its TeX source, its alternative text, or its marks."""
    for inner in element.iter():
        if _is_tex(inner) and (inner.text or "").strip():
            return tex_text(inner.text)
    if (alternative := element.get("alttext") or "").strip():
        return tex_text(alternative)
    return SPACES.sub(" ", _Linear().text(element)).strip()


def _is_tex(element: Any) -> bool:
    named = isinstance(element.tag, str) and _name(element.tag) == "annotation"
    return named and "tex" in (element.get("encoding") or "").lower()


def _name(tag: str) -> str:
    """Return a tag without a namespace or its prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _script(element: Any) -> str | None:
    """Return what MathJax 2 sets from a script."""
    kind = (element.get("type") or "").lower()
    if kind.startswith("math/tex"):
        return tex_text(element.text or "")
    if kind.startswith("math/mml"):
        from lxml.html import fragment_fromstring

        return mathml_text(fragment_fromstring(element.text or "", create_parent="math"))
    return None


def _container(element: Any) -> str | None:
    """Return the formula that an element holds in several forms, in the best of them."""
    if _formula_follows(element):
        return ""
    for name in _SOURCES:
        if (source := element.get(name) or "").strip():
            return tex_text(source)
    for inner in element.iter():
        if isinstance(inner.tag, str) and _name(inner.tag) == "math":
            return mathml_text(inner)
        if inner.tag == "script" and (words := _script(inner)) is not None:
            return words
    for image in element.iter("img"):
        if (alternative := image.get("alt") or "").strip():
            return tex_text(alternative)
    if element.get("aria-label") and not "".join(element.itertext()).strip():
        return SPACES.sub(" ", str(element.get("aria-label"))).strip()
    return None if element.get("role") == "math" else _seen(element)


def _seen(element: Any) -> str:
    return SPACES.sub(" ", "".join(element.itertext())).strip()


def _formula_follows(element: Any) -> bool:
    """Return whether the next element is the source from which MathJax 2 set this one."""
    following = element.getnext()
    while following is not None and (following.get("class") or "").lower().startswith("mathjax"):
        following = following.getnext()
    return (
        following is not None
        and following.tag == "script"
        and (following.get("type") or "").lower().startswith("math/")
    )


class _Linear:
    """Writes MathML on one line; bounded in depth and length, as pages nest what they like."""

    def __init__(self) -> None:
        self._left = _LIMIT

    def text(self, element: Any, depth: int = 0) -> str:
        """Return an element's marks."""
        self._left -= 1
        if self._left < 0 or depth > 60:
            return ""
        name = _name(element.tag)
        if name in ("mi", "mn", "mtext", "ms"):
            return "".join(element.itertext()).strip()
        if name in ("mphantom", "mspace", "annotation", "annotation-xml", "none", "mprescripts"):
            return ""
        parts = _elements(element)
        if name in _SHAPES and len(parts) >= _SHAPES[name][0]:
            return _SHAPES[name][1]([self.text(part, depth + 1) for part in parts])
        if name == "mfenced":
            inside = ", ".join(self.text(part, depth + 1) for part in parts)
            return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"
        if name == "msqrt":
            return f"√{_group(self._row(parts, depth))}"
        if name == "mtable":
            return f"({'; '.join(self.text(part, depth + 1) for part in parts)})"
        if name in ("mtr", "mlabeledtr"):
            return ", ".join(self.text(part, depth + 1) for part in parts)
        if name == "semantics":
            return self.text(parts[0], depth + 1) if parts else ""
        return self._row(parts, depth) if parts else "".join(element.itertext()).strip()

    def _row(self, parts: Sequence[Any], depth: int) -> str:
        written = ""
        follows_sign = True
        for part in parts:
            words = self.text(part, depth + 1)
            if _name(part.tag) == "mo":
                sign = _NOTHING.get(words, words)
                written += _spaced(sign, written, follows_sign)
                follows_sign = bool(sign) and sign not in _CLOSING
            else:
                both = written[-1:].isalnum() and words[:1].isalnum()
                apart = both and (
                    _name(part.tag) == "mtext"
                    or bool(_WORD_BEGINS.match(words) or _WORD_ENDS.search(written))
                )
                written += " " * (apart and not follows_sign) + words
                follows_sign = follows_sign and not words
        return written


def _spaced(sign: str, before: str, follows_sign: bool) -> str:
    """Return an operator with the spaces that it is set with."""
    if sign in (",", ";"):
        return f"{sign} "
    if not sign or sign in _TIGHT or not before:
        return sign
    return sign if follows_sign and sign in _PREFIX else f" {sign} "


def _elements(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str)]


def _group(words: str) -> str:
    return words if _SIMPLE.fullmatch(words) else f"({words})"


def _raised(parts: Sequence[str]) -> str:
    return f"{parts[0]}^{_group(parts[1])}"


def _lowered(parts: Sequence[str]) -> str:
    return f"{parts[0]}_{_group(parts[1])}"


def _both(parts: Sequence[str]) -> str:
    return f"{_lowered(parts)}^{_group(parts[2])}"


_SHAPES: dict[str, tuple[int, Callable[[Sequence[str]], str]]] = {
    "mfrac": (2, lambda parts: f"{_group(parts[0])}/{_group(parts[1])}"),
    "mroot": (2, lambda parts: f"{_group(parts[0])}^(1/{parts[1]})"),
    "msup": (2, _raised),
    "mover": (2, _raised),
    "msub": (2, _lowered),
    "munder": (2, _lowered),
    "msubsup": (3, _both),
    "munderover": (3, _both),
}
"""How many parts an element has at least, and how they are written."""


def alternative_text(image: Any, before: str) -> str:
    """Return the words that a picture stands for in the line it is in; "" where it is only seen.

    Args:
        image: an `img` element, or a drawing with a label.
        before: what stands before it on its line.
    """
    words = SPACES.sub(" ", image.get("alt") or image.get("aria-label") or "").strip()
    if not words:
        return ""
    if is_formula_image(image):
        return tex_text(words)
    return words if _is_word(image, words) and _in_sentence(image, before) else ""


_ICON = re.compile(
    r"\b(?:icon|logo|arrow|avatar|image|picture|photo\w*|screenshot|thumbnail|banner|badge|link)\b"
    r"|\.\w{3,4}$|^https?:",
    re.I,
)
_LONGEST = 60
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def _is_word(image: Any, words: str) -> bool:
    shown = image.get("aria-hidden") != "true" and image.get("role") not in ("presentation", "none")
    named = image.get("class") or ""
    return shown and len(words) <= _LONGEST and not (_ICON.search(words) or _ICON.search(named))


def _in_sentence(image: Any, before: str) -> bool:
    """Return whether a sentence has a hole without the picture."""
    after = (image.tail or "").strip()
    if before.rstrip():
        return before.rstrip()[-1] not in ".!?|>»"
    if image.getparent().tag in _HEADINGS and not _seen(image.getparent()):
        return True
    return after[:1].islower()
