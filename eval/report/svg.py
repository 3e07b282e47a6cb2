"""Small charts as SVG that take their colours from the page, so that they follow its theme."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 360, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 40


@dataclass(slots=True)
class Chart:
    """Axes over x and y ranges, with marks added one after the other."""

    label: str
    x_label: str
    y_label: str
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    marks: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        """Return the pixel of an x value."""
        low, high = self.x_range
        return _LEFT + (value - low) / (high - low or 1) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return the pixel of a y value."""
        low, high = self.y_range
        return HEIGHT - _BOTTOM - (value - low) / (high - low or 1) * (HEIGHT - _TOP - _BOTTOM)

    def line(self, points: Points, css: str) -> None:
        """Add a line through the points."""
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        self.marks.append(f'<polyline class="line {css}" points="{path}"/>')

    def dot(self, x: float, y: float, css: str, title: str) -> None:
        """Add a dot that says more when pointed at."""
        self.marks.append(
            f'<circle class="dot {css}" cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4">'
            f"<title>{escape(title)}</title></circle>"
        )

    def bar(self, left: float, right: float, value: float, css: str, title: str) -> None:
        """Add a bar from the x axis up to `value`."""
        top, foot = self.y(value), self.y(self.y_range[0])
        self.marks.append(
            f'<rect class="bar {css}" x="{self.x(left):.1f}" y="{top:.1f}" '
            f'width="{max(0.5, self.x(right) - self.x(left)):.1f}" '
            f'height="{max(0.0, foot - top):.1f}"><title>{escape(title)}</title></rect>'
        )

    def _ticks(self) -> str:
        made = []
        for step in range(5):
            x = self.x_range[0] + (self.x_range[1] - self.x_range[0]) * step / 4
            y = self.y_range[0] + (self.y_range[1] - self.y_range[0]) * step / 4
            made.append(
                f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{self.y(y):.1f}" '
                f'y2="{self.y(y):.1f}"/>'
                f'<text x="{self.x(x):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{x:.4g}</text>'
                f'<text x="{_LEFT - 6}" y="{self.y(y) + 4:.1f}" text-anchor="end">{y:.4g}</text>'
            )
        return "".join(made)

    def render(self) -> str:
        """Return the chart."""
        middle = (HEIGHT - _BOTTOM + _TOP) / 2
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.label)}">'
            f"{self._ticks()}{''.join(self.marks)}"
            f'<text x="{(WIDTH + _LEFT) / 2}" y="{HEIGHT - 5}" text-anchor="middle">'
            f"{escape(self.x_label)}</text>"
            f'<text x="11" y="{middle}" text-anchor="middle" transform="rotate(-90 11 {middle})">'
            f"{escape(self.y_label)}</text></svg>"
        )


def horizontal_bars(rows: Sequence[tuple[str, float, str]], label: str) -> str:
    """Return labelled bars, one a row: name, value, and the value in words."""
    widest = max((value for _, value, _ in rows), default=0.0) or 1.0
    height, start, room = 26, 108, 170
    made = [
        f'<text x="{start - 8}" y="{n * height + 18}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="bar run0" x="{start}" y="{n * height + 5}" height="18" '
        f'width="{max(1.0, value / widest * room):.1f}"/>'
        f'<text x="{start + value / widest * room + 6:.1f}" y="{n * height + 18}">'
        f"{escape(words)}</text>"
        for n, (name, value, words) in enumerate(rows)
    ]
    box = f"0 0 {WIDTH} {max(1, len(rows)) * height + 4}"
    return f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">{"".join(made)}</svg>'
