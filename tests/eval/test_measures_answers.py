"""What one question scores, and how measures add questions up."""

import math

import numpy as np
import pytest

from eval.measures import MEASURES, measure, overlap, speakers, to_columns
from eval.measures.answer_columns import EngineAnswer, Place, score
from eval.types import Question
from index.types import Span
from retrieval.types import Words

TEXT = "Ann met Bob. Bob leads. Ann left."
GOLD = Question(
    id="1", text="Who leads?", context="d", answerable=True, answers=(Words("Bob", Span(13, 16)),)
)
NONE = Question(id="2", text="Who flies?", context="d", answerable=False)
SENTENCES = (Place("d", Span(0, 12)), Place("d", Span(13, 23)))


def text_of(document_id: str) -> str:
    return TEXT


def given(
    span: Span, *, confidence: float = 0.8, refused: bool = False, **more: object
) -> EngineAnswer:
    words = span.of(TEXT)
    return EngineAnswer(None if refused else words, words, Place("d", span), confidence, **more)  # type: ignore[arg-type]  # passed through


def test_the_right_words_at_the_wrong_place_have_no_overlap() -> None:
    columns = score(GOLD, given(Span(8, 11), sentences=SENTENCES[:1]), text_of)
    assert (columns["exact"], columns["right"]) == (1, 1)
    assert (columns["character_iou"], columns["token_iou"]) == (0, 0)
    assert (columns["cited"], columns["citations"], columns["supporting"]) == (0, 1, 0)
    assert columns["first_supports"] == 0


def test_the_right_place_in_another_document_has_no_overlap() -> None:
    elsewhere = EngineAnswer("Bob", "Bob", Place("other", Span(13, 16)), 0.8)
    columns = score(GOLD, elsewhere, text_of)
    assert (columns["exact"], columns["character_iou"]) == (1, 0)


def test_a_refused_answerable_question_is_wrong_but_its_best_span_is_kept() -> None:
    columns = score(GOLD, given(Span(13, 16), refused=True), text_of)
    assert (columns["exact"], columns["best_exact"], columns["right"]) == (0, 1, 1)
    assert columns["refused"] == 1


def test_nothing_is_right_where_the_documents_do_not_say() -> None:
    refused = score(NONE, given(Span(13, 16), refused=True), text_of)
    answered = score(NONE, given(Span(13, 16), sentences=SENTENCES), text_of)
    assert (refused["exact"], refused["right"]) == (1, 0)
    assert (answered["exact"], answered["right"]) == (0, 0)
    assert (answered["citations"], answered["supporting"]) == (2, 0)
    assert math.isnan(refused["best_exact"])


def test_a_question_without_golds_is_counted_but_judged_on_nothing() -> None:
    columns = score(Question(id="3", text="Who?"), given(Span(0, 3)), text_of)
    assert math.isnan(columns["exact"])
    assert math.isnan(columns["answerable"])
    assert columns["refused"] == 0


def test_citations_of_the_first_answer_and_of_all_that_are_shown() -> None:
    right_first = score(GOLD, given(Span(13, 16), sentences=SENTENCES[::-1]), text_of)
    refused = score(GOLD, given(Span(13, 16), refused=True), text_of)
    figures = measure("qa", to_columns([right_first, refused]))
    assert figures["citation_recall"] == 0.5
    assert figures["citation_precision"] == 1
    assert figures["shown_citation_precision"] == 0.5


def test_an_answerable_question_without_golds_is_judged_on_its_verdict_alone() -> None:
    question = Question(id="5", text="Who leads?", answerable=True)
    refused = score(question, given(Span(0, 3), refused=True), text_of)
    answered = score(question, given(Span(0, 3)), text_of)
    figures = measure("qa", to_columns([refused, answered]))
    assert figures["answerable_refused"] == 0.5
    assert figures["EM"] is None
    assert figures["ECE"] is None
    assert math.isnan(answered["right"])


def test_gold_words_without_a_place_have_no_overlap_to_judge() -> None:
    placeless = Question(id="4", text="Who leads?", answerable=True, answers=(Words("Bob"),))
    columns = score(placeless, given(Span(13, 16)), text_of)
    assert columns["exact"] == 1
    assert math.isnan(columns["character_iou"])
    assert math.isnan(columns["cited"])


def test_measures_count_every_question() -> None:
    rows = [
        score(GOLD, given(Span(13, 16), sentences=SENTENCES), text_of),
        score(GOLD, given(Span(0, 3), refused=True, confidence=0.1), text_of),
        score(NONE, given(Span(0, 3), sentences=SENTENCES[:1], confidence=0.3), text_of),
        score(NONE, EngineAnswer(None, "", None, 0.0), text_of),
    ]
    figures = measure("qa", to_columns(rows))
    assert figures["EM"] == 0.5
    assert figures["answerable_EM"] == 0.5
    assert figures["unanswerable_F1"] == 0.5
    assert figures["answerable_refused"] == 0.5
    assert figures["citation_recall"] == 0.5
    # Of two first answers neither is cited from the sentence of the gold; of three shown one is.
    assert figures["citation_precision"] == 0
    assert figures["shown_citation_precision"] == pytest.approx(1 / 3)
    assert figures["abstention_AUROC"] == pytest.approx(0.75)
    assert figures["Brier"] == pytest.approx((0.2**2 + 0.1**2 + 0.3**2 + 0) / 4)


@pytest.mark.parametrize("kind", ["qa", "retrieval", "attribution"])
def test_every_measure_says_what_it_is_and_where_it_is_defined(kind: str) -> None:
    measures = MEASURES[kind]  # type: ignore[index]  # parametrised by name
    assert len({each.name for each in measures}) == len(measures)
    assert all(each.meaning and each.source for each in measures)


def test_overlap_of_spans() -> None:
    assert overlap.character_iou(Span(0, 4), Span(2, 6)) == pytest.approx(2 / 6)
    assert overlap.character_iou(Span(0, 0), Span(0, 0)) == 0
    # "lead" touches the token "leads." as a whole.
    assert overlap.token_iou(TEXT, Span(17, 21), Span(13, 22)) == pytest.approx(1 / 2)
    assert overlap.token_iou(TEXT, Span(3, 4), Span(0, 3)) == 0  # a space touches no token


def test_speakers() -> None:
    rows = [
        speakers.score([Span(0, 3), Span(5, 9)], Span(7, 12)),  # overlaps one
        speakers.score([Span(0, 3)], Span(0, 3)),  # exact
        speakers.score([Span(0, 3)], Span(3, 5)),  # beside it
        speakers.score([Span(0, 3)], None),  # missed
        speakers.score([], Span(0, 1)),  # made up
        speakers.score([], None),
    ]
    figures = measure("attribution", to_columns(rows))
    assert figures["precision"] == pytest.approx(2 / 4)
    assert figures["recall"] == pytest.approx(2 / 4)
    assert figures["F1"] == pytest.approx(0.5)
    assert figures["exact_F1"] == pytest.approx(1 / 4)
    assert figures["false_speaker_rate"] == 0.5


def test_no_speakers_at_all_is_undefined_not_perfect() -> None:
    figures = measure("attribution", to_columns([speakers.score([], None)]))
    assert figures["F1"] is None
    assert figures["false_speaker_rate"] == 0


def test_columns_keep_the_order() -> None:
    assert to_columns([{"x": 2.0}, {"x": np.nan}, {"x": 1.0}])["x"].tolist()[::2] == [2.0, 1.0]
