"""One card a question that went wrong: expected and given, each marked in its source."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from eval.runs.record import Row, Run, unpacked

MOST = 1_000
"""How many cards a page holds; the rest are counted."""


def marked(source: Mapping[str, Any] | None, start: int, end: int, css: str) -> str:
    """Return an excerpt with the span `start:end` of its document marked."""
    if source is None:
        return '<span class="none">nothing</span>'
    text, first = source["text"], source["start"]
    low, high = max(0, start - first), max(0, end - first)
    before = "… " if first > 0 else ""
    return (
        f'{before}{escape(text[:low])}<mark class="{css}">{escape(text[low:high])}</mark>'
        f"{escape(text[high:])}"
    )


def _place(source: Mapping[str, Any] | None) -> str:
    return f"<cite>{escape(source['title'] or source['document_id'])}</cite>" if source else ""


def _chip(words: str, css: str = "") -> str:
    return f'<span class="chip {css}">{escape(words)}</span>'


def _answer_blocks(row: Row) -> Iterator[tuple[str, str]]:
    expected, given, sources = row["expected"], row["given"], row["sources"]
    if expected["answers"]:
        gold = expected["answers"][0]
        where = sources["expected"]
        body = marked(where, gold["start"] or 0, gold["end"] or 0, "gold") if where else (
            escape(gold["text"]))  # fmt: skip
        yield "Expected", body + _place(where)
    else:
        yield "Expected", '<span class="none">no answer: the documents do not say</span>'
    best = given["best"]
    label = "Given" if given["text"] is not None else "Refused; the best span was"
    if best is None:
        yield label, '<span class="none">nothing</span>'
    else:
        where = sources["given"]
        yield label, marked(where, best["start"], best["end"], "given") + _place(where)


def _qa_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    given = row["given"]
    chips = _chip(given["verdict"]) + _chip(f"{given['confidence']:.2f} sure")
    chips += _chip(row["kind"]) if row["kind"] else ""
    return chips, list(_answer_blocks(row))


def _retrieval_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    ranks = {document: rank for rank, (document, _) in enumerate(row["given"]["ranking"], 1)}
    items = "".join(
        f"<li>{escape(document)} (grade {grade}): "
        f"{'rank ' + str(ranks[document]) if document in ranks else 'not found'}</li>"
        for document, grade in sorted(row["expected"].items(), key=lambda pair: -pair[1])[:20]
    )
    first = "".join(f"<li>{escape(document)}</li>" for document in list(ranks)[:5])
    chips = _chip(f"nDCG@10 {row['columns']['nDCG@10']:.2f}")
    return chips, [("Relevant", f"<ul>{items}</ul>"), ("Found first", f"<ol>{first}</ol>")]


def _attribution_card(row: Row) -> tuple[str, list[tuple[str, str]]]:
    source = {"text": row["question"], "start": 0}
    blocks = []
    if row["expected"]:
        gold = row["expected"][0]
        blocks.append(("Expected", marked(source, gold["start"], gold["end"], "gold")))
    else:
        blocks.append(("Expected", '<span class="none">nobody’s words are reported</span>'))
    given = row["given"]["speaker"]
    none = '<span class="none">no speaker</span>'
    body = marked(source, given["start"], given["end"], "given") if given else none
    return _chip(row["given"]["stance"]), [*blocks, ("Given", body)]


def _badness(run: Run, row: Row) -> float:
    columns = unpacked(row["columns"])
    if run.plan.kind == "qa":
        return 1 - columns["f1"]
    if run.plan.kind == "retrieval":
        return 1 - columns["nDCG@10"]
    missed = columns["reported"] != columns["given"] or columns["overlap"] < columns["reported"]
    return float(missed)


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
        f"<summary><span>{escape(row['question'])}</span><span>{chips}</span></summary>"
        f"<dl>{body}</dl></details>"
    )


def failures(run: Run, number: int) -> tuple[list[str], int]:
    """Return the cards of the questions that went wrong, worst first, and how many there are."""
    scored = ((_badness(run, row), place) for place, row in enumerate(run.rows))
    wrong = sorted((-bad, place) for bad, place in scored if bad > 0)
    shown = {place: order for order, (_, place) in enumerate(wrong[:MOST])}
    cards = {
        shown[place]: _card(run, row, number)
        for place, row in enumerate(run.rows)
        if place in shown
    }
    return [cards[order] for order in range(len(cards))], len(wrong)
