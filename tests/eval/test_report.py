"""The page stands alone, shows every failure in its source, and lets no text become markup."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.errors import RunError
from eval.measures.answer_columns import EngineAnswer, Place, score
from eval.report import render
from eval.report.cards import failures, marked, united
from eval.runs.driver import Outcome, execute
from eval.runs.record import Plan, Run, packed
from eval.types import Question
from index.types import Span
from retrieval.types import Words

TEXT = "<script>alert(1)</script> Bob & Co. lead. Ann left."
BOB, ANN = Span(TEXT.index("Bob"), TEXT.index(" lead")), Span(TEXT.index("Ann"), len(TEXT) - 1)


def made(
    runs: Path, name: str, wrong: int, n: int = 12, other_answers: Sequence[dict[str, Any]] = ()
) -> Run:
    def work(number: int) -> Outcome:
        question = Question(
            str(number), f"Who leads <b>{number}</b>?", "d",
            (Words(BOB.of(TEXT), BOB),), True,
        )  # fmt: skip
        span = ANN if number < wrong else BOB
        given = EngineAnswer(span.of(TEXT), span.of(TEXT), Place("d", span), 0.5 + number / 40)
        source = {"document_id": "d", "title": "D & E", "start": 0, "text": TEXT}
        row: dict[str, Any] = {
            "id": question.id, "question": question.text, "kind": "direct",
            "expected": {"answerable": True, "document_id": "d", "answers": [
                *other_answers, {"text": BOB.of(TEXT), "start": BOB.start, "end": BOB.end}]},
            "given": {"text": given.text, "verdict": "answered", "confidence": given.confidence,
                      "best": {"text": given.text, "start": span.start, "end": span.end}},
            "sources": {"expected": source, "given": source},
            "columns": packed(score(question, given, lambda _: TEXT)),
            "stage": {"stage": "reading", "detail": "rank 2 <i>"} if number < wrong else None,
        }  # fmt: skip
        return row, {"total": 2.0, "read": 1.0}

    plan = Plan("qa", "made.jsonl", "0" * 64, n, {"reader": name}, {}, {}, {})
    return execute(plan, list(range(n)), work, runs)


class Page(HTMLParser):
    """Collects tags, marked words and the words of elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self._stack: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._stack and self._stack[-1] == "mark":
            self.marked.append(data)

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


def test_one_run(tmp_path: Path) -> None:
    html = render([made(tmp_path, "one", wrong=3)])
    page = Page(html)
    assert page.count("script") == 1
    assert page.count("svg") == 5
    assert "Where answers were lost" in html
    assert page.marked == ["Bob & Co.", "Ann left"] * 3
    stages = [attrs["data-stage"] for tag, attrs in page.tags if tag == "details"
              and "data-stage" in attrs]  # fmt: skip
    assert stages == ["reading"] * 3
    assert "3 of 12 questions" in html
    assert "&lt;i&gt;" in html
    assert page.count("b") == len(re.findall("<b>", html))
    assert "<b>0</b>?" not in html


def test_the_first_answer_that_has_a_place_is_marked(tmp_path: Path) -> None:
    answers = [{"text": "Robert", "start": None, "end": None}]
    html = render([made(tmp_path, "one", wrong=1, other_answers=answers)])
    assert Page(html).marked == ["Bob & Co.", "Ann left"]


SOURCE = {"document_id": "d", "title": "D", "start": 10, "text": "0123456789"}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([(12, 14, "gold")], '… 01<mark class="gold">23</mark>456789'),
        ([(12, 14, "gold"), (16, 18, "given")],
         '… 01<mark class="gold">23</mark>45<mark class="given">67</mark>89'),
        ([(12, 16, "gold"), (14, 18, "given")],
         '… 01<mark class="gold">23</mark><mark class="gold given">45</mark>'
         '<mark class="given">67</mark>89'),
        ([(12, 14, "gold"), (12, 14, "given")], '… 01<mark class="gold given">23</mark>456789'),
        ([(2, 12, "gold")], '… <mark class="gold">01</mark>23456789'),
        ([(40, 50, "gold")], "… 0123456789"),
    ],
)  # fmt: skip
def test_spans_are_marked_in_their_source(marks: list[Any], expected: str) -> None:
    assert marked(SOURCE, marks) == expected


def test_excerpts_that_overlap_are_shown_as_one() -> None:
    later = {**SOURCE, "start": 15, "text": "56789abc"}
    both = {**SOURCE, "text": "0123456789abc"}
    assert united(SOURCE, later) == united(later, SOURCE) == both
    assert united(both, SOURCE) == united(SOURCE, both) == both
    assert united(SOURCE, {**later, "start": 21}) is None
    assert united(SOURCE, {**later, "document_id": "e"}) is None
    assert united(None, later) is None


def test_the_worst_come_first_and_of_those_the_surest(tmp_path: Path) -> None:
    found = failures(made(tmp_path, "one", wrong=5), 0)
    assert (found.count, dict(found.stages)) == (5, {"reading": 5})
    asked = [re.findall(r"&lt;b&gt;(\d)", card)[0] for card in found.cards]
    assert asked == ["4", "3", "2", "1", "0"]


def test_it_asks_for_nothing_outside_itself(tmp_path: Path) -> None:
    html = render([made(tmp_path, "one", wrong=3)])
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(|https?://(?!www\.w3\.org)""", html)
    assert "prefers-color-scheme: dark" in html


def test_several_runs_are_named_by_what_differs(tmp_path: Path) -> None:
    html = render([made(tmp_path, "first", wrong=0), made(tmp_path, "second", wrong=9)])
    assert "reader first" in html
    assert "reader second less the first" in html
    assert 'class="worse"' in html


def test_runs_that_do_not_belong_together(tmp_path: Path) -> None:
    run = made(tmp_path, "one", wrong=1)
    with pytest.raises(RunError, match="not the same ones"):
        render([run, made(tmp_path, "one", wrong=1, n=6)])
    with pytest.raises(RunError, match="at most 4"):
        render([run] * 5)
