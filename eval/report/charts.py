"""The report's figures: reliability, risk and coverage, scores of right and wrong, latency."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np

from eval.measures.confidence_measures import reliability, risk_coverage
from eval.report.svg import Chart, horizontal_bars
from eval.runs.record import Run
from eval.types import Column, Columns

_MOST_POINTS = 300
_ORDER = ("chunking", "filter", "embed", "dense", "lexical", "arms", "fuse", "fusion", "passages",
          "documents", "read", "reading", "cite", "verdict")  # fmt: skip
_BINS = 20


def _judged(columns: Columns) -> tuple[Column, Column]:
    known = ~np.isnan(columns["right"])
    return columns["right"][known], columns["confidence"][known]


def _figure(title: str, note: str, body: str) -> str:
    return f"<figure><figcaption><b>{title}</b> {note}</figcaption>{body}</figure>"


def reliability_diagram(all_columns: Sequence[Columns]) -> str:
    """Accuracy against confidence in ten bins, one line a run; the diagonal is perfection."""
    chart = Chart("Reliability diagram", "confidence", "share right")
    chart.line([(0, 0), (1, 1)], "ideal")
    for number, columns in enumerate(all_columns):
        bins = [each for each in reliability(*_judged(columns)) if each.count]
        most = max((each.count for each in bins), default=1)
        if len(all_columns) == 1:
            for each in bins:
                title = f"{each.count} questions"
                chart.bar(each.low + 0.01, each.high - 0.01, each.count / most / 4, "count", title)
        chart.line([(each.confidence, each.accuracy) for each in bins], f"run{number}")
        for each in bins:
            title = f"{each.count} questions: sure {each.confidence:.2f}, right {each.accuracy:.2f}"
            chart.dot(each.confidence, each.accuracy, f"run{number}", title)
    note = "Is 70 % sure right 70 % of the time? Bars: how many questions."
    return _figure("Reliability.", note, chart.render())


def risk_coverage_curve(all_columns: Sequence[Columns]) -> str:
    """Share wrong among the questions answered, as more are answered."""
    chart = Chart("Risk–coverage curve", "share of questions answered", "share of those wrong")
    for number, columns in enumerate(all_columns):
        coverage, risk = risk_coverage(*_judged(columns))
        kept = np.unique(np.linspace(0, len(risk) - 1, _MOST_POINTS).astype(int))
        points = [(float(coverage[row]), float(risk[row])) for row in kept] if len(risk) else []
        chart.line(points, f"run{number}")
    note = "How many wrong answers come with answering more. Lower is better."
    return _figure("Risk and coverage.", note, chart.render())


def _round_top(count: int) -> float:
    """Return the next multiple of 4, so that the axis has whole numbers at its five ticks."""
    return float(4 * max(1, -(-count // 4)))


def score_histogram(columns: Columns, name: str) -> str:
    """How many questions have each confidence, right ones beside wrong ones."""
    right, confidence = _judged(columns)
    edges = np.linspace(0, 1, _BINS + 1)
    counts = [np.histogram(confidence[right == value], edges)[0] for value in (1, 0)]
    most = _round_top(max(int(each.max()) for each in counts))
    chart = Chart(f"Confidence of {name}", "confidence", "questions", y_range=(0, most))
    for row in range(_BINS):
        left, width = float(edges[row]), 1 / _BINS
        for part, (each, css) in enumerate(zip(counts, ("right", "wrong"), strict=True)):
            start = left + part * width / 2
            title = f"{each[row]} {css}, confidence {left:.2f} to {left + width:.2f}"
            chart.bar(start, start + width / 2 * 0.9, float(each[row]), css, title)
    key = '<span class="key right">right</span> <span class="key wrong">wrong</span>'
    return _figure(f"Confidence, {escape(name)}.", key, chart.render())


def value_histogram(values: Column, title: str, name: str) -> str:
    """How many questions have each value between 0 and 1."""
    counts, edges = np.histogram(values[~np.isnan(values)], np.linspace(0, 1, _BINS + 1))
    chart = Chart(title, title, "queries", y_range=(0, _round_top(int(counts.max()))))
    for row, count in enumerate(counts):
        words = f"{count} queries, {edges[row]:.2f} to {edges[row + 1]:.2f}"
        chart.bar(float(edges[row]), float(edges[row + 1]) - 0.004, float(count), "run0", words)
    return _figure(
        f"{title}, {escape(name)}.", "How many queries reach each value.", chart.render()
    )


def losses(stages: Mapping[str, int], name: str) -> str:
    """How many questions were lost at each stage."""
    known = {stage: count for stage, count in stages.items() if stage}
    rows = [(stage, float(known[stage]), str(known[stage])) for stage in _in_order(known)]
    bars = horizontal_bars(rows, "Questions lost by stage")
    return _figure(f"Where answers were lost, {escape(name)}.", "Questions by stage.", bars)


def _in_order(stages: Iterable[str]) -> list[str]:
    """Return stages as a question goes through them."""
    return sorted(stages, key=lambda stage: (_ORDER.index(stage) if stage in _ORDER else 99, stage))


def latency(run: Run, name: str) -> str:
    """Median milliseconds a stage, and the percentiles of the whole."""
    medians = {
        name.removesuffix("_p50_ms"): value
        for name, value in run.timings.items()
        if name.endswith("_p50_ms")
    }
    stages = [(stage, medians[stage], f"{medians[stage]:.2f} ms") for stage in _in_order(medians)]
    whole = [
        (f"total {name.removesuffix('_ms')}", run.timings[name], f"{run.timings[name]:.2f} ms")
        for name in ("p50_ms", "p90_ms", "p99_ms")
        if name in run.timings
    ]
    bars = horizontal_bars([*stages, *whole], "Latency by stage")
    note = "Median a stage; percentiles of the whole."
    return _figure(f"Latency, {escape(name)}.", note, bars)
