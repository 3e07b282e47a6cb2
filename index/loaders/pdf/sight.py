"""Which words of a page nobody sees: not painted, clipped away, or white on white paper.

Text that is not painted over a picture is what a scanner's software read in it, and is seen there.
"""

import ctypes
import math
from typing import Any

_WHITE = 250
_INVISIBLE = 3
"""The text rendering mode that neither fills nor strokes (ISO 32000-1, table 106)."""
_STROKED = (1, 2, 5, 6)
_TEXT, _PATH, _IMAGE = 1, 2, 3
"""What pdfium calls the objects of a page."""

Edges = tuple[float, float, float, float]


class Sight:
    """What can be seen of one page's words."""

    def __init__(self, page: Any, textpage: Any) -> None:
        """Take a pypdfium2 page and its text; what is painted is looked up when it is needed."""
        self._page = page
        self._text = textpage.raw
        self._painted: list[tuple[int, Edges]] | None = None
        self._clips: dict[int, Edges | None] = {}
        self._own: frozenset[int] | None = None
        self._channels = [ctypes.c_uint() for _ in range(4)]
        self._places = [ctypes.byref(channel) for channel in self._channels]

    def hides(self, at: int, edges: list[float]) -> bool:
        """Return whether nobody sees the word that begins with a character.

        Args:
            at: the character's number in the page's text.
            edges: the word's left, right, bottom and top edge in the page's own coordinates.
        """
        import pypdfium2.raw as pdfium

        known = pdfium.FPDFText_GetFillColor(self._text, at, *self._places)
        red, green, blue, alpha = (channel.value for channel in self._channels)
        text = pdfium.FPDFText_GetTextObject(self._text, at)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text) if text else 0
        if mode == _INVISIBLE:
            return not self._covered(edges, images_only=True)
        if text and self._is_clipped(text, edges):
            return True
        if not known or mode in _STROKED:
            return False
        white = min(red, green, blue) >= _WHITE
        return (white or alpha == 0) and not self._covered(edges, images_only=False)

    def _is_clipped(self, text: Any, edges: list[float]) -> bool:
        """Return whether a word lies outside of what its text object is clipped to."""
        address = ctypes.cast(text, ctypes.c_void_p).value or 0
        if address not in self._clips:
            self._clips[address] = self._clip(text) if address in self._page_objects() else None
        clip = self._clips[address]
        if clip is None:
            return False
        left, right, bottom, top = clip
        x, y = (edges[0] + edges[1]) / 2, (edges[2] + edges[3]) / 2
        return not (left <= x <= right and bottom <= y <= top)

    def _page_objects(self) -> frozenset[int]:
        """Return the addresses of the page's own objects: only their clips are in its units."""
        import pypdfium2.raw as pdfium

        if self._own is None:
            each = (
                pdfium.FPDFPage_GetObject(self._page.raw, number)
                for number in range(pdfium.FPDFPage_CountObjects(self._page.raw))
            )
            self._own = frozenset(ctypes.cast(one, ctypes.c_void_p).value or 0 for one in each)
        return self._own

    def _clip(self, text: Any) -> Edges | None:
        """Return the bounds of what is left of a page by an object's clip, None for all of it."""
        import pypdfium2.raw as pdfium

        path = pdfium.FPDFPageObj_GetClipPath(text)
        count = pdfium.FPDFClipPath_CountPaths(path) if path else 0
        left, right, bottom, top = -math.inf, math.inf, -math.inf, math.inf
        x, y = ctypes.c_float(), ctypes.c_float()
        for number in range(max(count, 0)):
            points = []
            for at in range(max(pdfium.FPDFClipPath_CountPathSegments(path, number), 0)):
                segment = pdfium.FPDFClipPath_GetPathSegment(path, number, at)
                if pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
                    points.append((x.value, y.value))
            if points:
                across, up = zip(*points, strict=True)
                left, right = max(left, min(across)), min(right, max(across))
                bottom, top = max(bottom, min(up)), min(top, max(up))
        return None if count <= 0 else (left, right, bottom, top)

    def _covered(self, edges: list[float], *, images_only: bool) -> bool:
        """Return whether something that is not white is painted where a word stands."""
        x, y = (edges[0] + edges[1]) / 2, (edges[2] + edges[3]) / 2
        if self._painted is None:
            self._painted = self._paint()
        return any(
            left <= x <= right and bottom <= y <= top
            for kind, (left, right, bottom, top) in self._painted
            if kind == _IMAGE or not images_only
        )

    def _paint(self) -> list[tuple[int, Edges]]:
        import pypdfium2.raw as pdfium

        edges: list[tuple[int, Edges]] = []
        bounds = [ctypes.c_float() for _ in range(4)]
        places = [ctypes.byref(bound) for bound in bounds]
        for number in range(pdfium.FPDFPage_CountObjects(self._page.raw)):
            each = pdfium.FPDFPage_GetObject(self._page.raw, number)
            kind = pdfium.FPDFPageObj_GetType(each)
            if kind == _TEXT or (kind == _PATH and self._is_white(each)):
                continue
            if pdfium.FPDFPageObj_GetBounds(each, *places):
                left, bottom, right, top = (bound.value for bound in bounds)
                edges.append((kind, (left, right, bottom, top)))
        return edges

    def _is_white(self, painted: Any) -> bool:
        import pypdfium2.raw as pdfium

        if not pdfium.FPDFPageObj_GetFillColor(painted, *self._places):
            return False
        return min(channel.value for channel in self._channels[:3]) >= _WHITE
