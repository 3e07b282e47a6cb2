"""One card a question that went wrong: expected and given, each marked in its source."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from eval.harness.ir import FIRST, MOST_TITLES
from eval.runs.record import Row, Run, unpacked

MOST = 1_000
"""How many cards a page holds; the rest are counted."""


Source = Mapping[str, Any]
"""An excerpt of a document: document_id, title, the offset where it starts, text."""

Mark = tuple[int, int, str]
"""A span of the document to be marked, and the class that it is marked with."""


def marked(source: Source, marks: Sequence[Mark]) -> str:
    """Return an excerpt with spans of its document marked; where they overlap, with both marks."""
    text, first = source["text"], source["start"]
    bounds = {0, len(text)}
    for start, end, _ in marks:
        bounds |= {min(max(0, edge - first), len(text)) for edge in (start, end)}
    parts = ["… "] if first > 0 else []
    for low, high in pairwise(sorted(bounds)):
        inside = [css for start, end, css in marks if start - first <= low and high <= end - first]
        words = escape(text[low:high])
        parts.append(f'<mark class="{" ".join(inside)}">{words}</mark>' if inside else words)
    return "".join(parts)


def united(one: Source | None, other: Source | None) -> Source | None:
    """Return one excerpt for two that overlap in their document; None where they do not."""
    if one is None or other is None or one["document_id"] != other["document_id"]:
        return None
    first, second = sorted((one, other), key=lambda source: source["start"])
    reached = first["start"] + len(first["text"])
    if second["start"] > reached:
        return None
    return {**first, "text": first["text"] + second["text"][reached - second["start"] :]}


def _place(source: Source) -> str:
    return f"<cite>{escape(source['title'] or source['document_id'])}</cite>"


def _chip(words: str, css: str = "") -> str:
    return f'<span class="chip {css}">{escape(words)}</span>'


def _none(words: str) -> str:
    return f'<span class="none">{words}</span>'


def _label(css: str, words: str) -> str:
    return f'<span class="key {css}">{words}</span>'


def _answer_blocks(row: Row) -> Iterator[tuple[str, str]]:
    """Yield labels and bodies; expected and given share a body where they stand together."""
    answers, best = row["expected"]["answers"], row["given"]["best"]
    expected, given = row["sources"]["expected"], row["sources"]["given"]
    refused = row["given"]["text"] is None
    labels = _label("gold", "Expected"), _label("given", "Best, refused" if refused else "Given")
    placed = (each for each in answers if each["start"] is not None)
    gold = next(((each["start"], each["end"], "gold") for each in placed), None)
    found = (best["start"], best["end"], "given") if best else None
    whole = united(expected, given)
    if whole and gold and found:
        yield "".join(labels), marked(whole, [gold, found]) + _place(whole)
        return
    if expected and gold:
        yield labels[0], marked(expected, [gold]) + _place(expected)
    else:
        none = _none("no answer: the documents do not say")
        yield labels[0], escape(answers[0]["text"]) if answers else none
    if given and found:
        yield labels[1], marked(given, [found]) + _place(given)
    else:
        yield labels[1], escape(best["text"]) if best else _none("nothing")


def _qa_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    given = row["given"]
    chips = _chip(given["verdict"]) + _chip(f"{given['confidence']:.2f} sure")
    chips += _chip(row["kind"]) if row["kind"] else ""
    return chips, list(_answer_blocks(row))


def _document(row: Row, document: str, after: str = "") -> str:
    title = row.get("titles", {}).get(document, "")
    return f"<li>{escape(title)} <cite>{escape(document)}{after}</cite></li>"


def _retrieval_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    ranks = {document: rank for rank, (document, _) in enumerate(row["given"]["ranking"], 1)}
    relevant = {document: grade for document, grade in row["expected"].items() if grade > 0}
    best = sorted(relevant, key=lambda each: (-relevant[each], ranks.get(each, len(ranks) + 1)))
    items = "".join(
        _document(row, each, f", grade {relevant[each]}, "
                  + (f"rank {ranks[each]}" if each in ranks else "not found"))
        for each in best[:MOST_TITLES]
    )  # fmt: skip
    first = "".join(
        _document(row, each, ", relevant" if each in relevant else "")
        for each in list(ranks)[:FIRST]
    )
    if len(best) > MOST_TITLES:
        items += f"<li>… and {len(best) - MOST_TITLES} more</li>"
    chips = _chip(f"nDCG@10 {row['columns']['nDCG@10']:.2f}")
    return chips, [("Relevant", f"<ul>{items}</ul>"), ("Found first", f"<ol>{first}</ol>")]


def _attribution_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    given = row["given"]["speaker"]
    marks = [(each["start"], each["end"], "gold") for each in row["expected"]]
    if given:
        marks.append((given["start"], given["end"], "given"))
    labels = _label("gold", "Expected") + _label("given", "Given")
    missing = [] if row["expected"] else ["Expected: nobody’s words are reported."]
    missing += [] if given else ["Given: no speaker."]
    none = f" {_none(' '.join(missing))}" if missing else ""
    body = marked({"text": row["question"], "start": 0}, marks) + none
    return _chip(row["given"]["stance"]), [(labels, body)]


def _badness(run: Run, row: Row) -> tuple[float, float]:
    """Return how wrong the result is, 0 where it is right, and how sure it was."""
    columns = unpacked(row["columns"])
    if run.plan.kind == "qa":
        return 1 - columns["f1"], columns["confidence"]
    if run.plan.kind == "retrieval":
        return 1 - columns["nDCG@10"], 0.0
    missed = columns["reported"] != columns["given"] or columns["overlap"] < columns["reported"]
    return float(missed), 0.0


_CARDS = {"qa": _qa_card, "retrieval": _retrieval_card, "attribution": _attribution_card}


def _card(run: Run, row: Row, number: int) -> str:
    chips, blocks = _CARDS[run.plan.kind](row)
    stage = row.get("stage") or {}
    if stage:
        chips = _chip(stage["stage"], "stage") + chips
        blocks.append(("Lost at", escape(f"{stage['stage']}: {stage['detail']}")))
    body = "".join(f"<dt>{label}</dt><dd>{html}</dd>" for label, html in blocks)
    return (
        f'<details data-run="{number}" data-stage="{escape(stage.get("stage", ""))}">'
        f'<summary><span class="key run{number}">{escape(row["question"])}</span>'
        f"<span>{chips}</span></summary><dl>{body}</dl></details>"
    )


@dataclass(frozen=True, slots=True)
class Failures:
    """A run's questions that went wrong: how many, how many by stage, and cards of the worst.

    Of equally wrong ones those that were surest come first.
    """

    count: int
    stages: Mapping[str, int]
    cards: tuple[str, ...]


def failures(run: Run, number: int) -> Failures:
    """Return what went wrong in a run, the `number`-th of the page."""
    scored = []
    stages: Counter[str] = Counter()
    for place, row in enumerate(run.rows):
        bad, sure = _badness(run, row)
        if bad > 0:
            scored.append((-bad, -sure, place))
            stages[(row.get("stage") or {}).get("stage", "")] += 1
    shown = {place: order for order, (*_, place) in enumerate(sorted(scored)[:MOST])}
    cards = {
        shown[place]: _card(run, row, number)
        for place, row in enumerate(run.rows)
        if place in shown
    }
    return Failures(len(scored), stages, tuple(cards[order] for order in range(len(cards))))
