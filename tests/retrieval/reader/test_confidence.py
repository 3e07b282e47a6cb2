"""What confidence is made of, and the verdicts it leads to."""

import pytest

from eval.data.splits import squad2_part
from index.errors import ModelError
from index.types import Hit, Passage, Span
from retrieval.answering.english import foreign_share, looks_english
from retrieval.reader.confidence import (
    Calibration,
    features,
)
from retrieval.reader.merge import Group, LocatedSpan
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.windows import Windower
from retrieval.types import ConfidenceScale

TEXT = "Lima is the capital of Peru. It was founded in 1535 by Francisco Pizarro."


def group(words: str, score: float) -> Group:
    start = TEXT.index(words)
    return Group(LocatedSpan(0, "d", Span(start, start + len(words)), words, score), score, 1)


def seen(question: str, *groups: Group) -> dict[str, float]:
    return features(question, groups, [Hit(Passage(1, "d", Span(0, len(TEXT)), TEXT), 1.0)])


def test_names_that_the_passage_lacks_are_counted() -> None:
    answer = group("1535", 3.0)
    assert seen("When was Lima founded?", answer)["unnamed"] == 0
    assert seen("When was Quito founded by Atahualpa in 1534?", answer)["unnamed"] == 3


def test_coverage_is_the_share_of_content_words() -> None:
    answer = group("1535", 3.0)
    assert seen("When was Lima founded?", answer)["coverage"] == 1
    assert seen("When was Lima destroyed?", answer)["coverage"] == 0.5


def test_a_rival_narrows_the_gap() -> None:
    alone = seen("Who founded Lima?", group("Francisco Pizarro", 3.0))
    rivalled = seen("Who founded Lima?", group("Francisco Pizarro", 3.0), group("Peru", 2.5))
    assert rivalled["gap"] == pytest.approx(0.5)
    assert rivalled["share"] < alone["share"] <= 0


def test_a_rival_is_described_beside_the_best() -> None:
    groups = (group("Francisco Pizarro", 3.0), group("Peru", 2.5))
    hits = [Hit(Passage(1, "d", Span(0, len(TEXT)), TEXT), 1.0)]
    rival = features("Who founded Lima?", groups, hits, place=1)
    assert rival["margin"] == 2.5
    assert rival["gap"] == pytest.approx(-0.5)
    assert rival["words"] < features("Who founded Lima?", groups, hits)["words"]


def test_a_cosine_that_is_not_known_is_taken_as_told() -> None:
    groups = (group("1535", 3.0),)
    passage = Passage(1, "d", Span(0, len(TEXT)), TEXT)
    for scores, cosine in (({"dense": 0.7, "lexical": 2.0}, 0.7), ({"lexical": 2.0}, 0.4)):
        found = features("When?", groups, [Hit(passage, 1.0, scores)], cosine=0.4)
        assert found["cosine"] == cosine


def test_probability_rises_with_the_margin_in_both_modes() -> None:
    values = load_files(default_folder()).calibration
    for mode in ("closed", "open"):
        calibration = Calibration.of(values, mode)
        low, high = (
            calibration.right.probability(seen("When was Lima founded?", group("1535", score)))
            for score in (-4.0, 10.0)
        )
        assert 0 <= low < high <= 1
        risks = [risk for risk, _ in calibration.scale.answered or ()]
        least = [calibration.scale.answered_from(risk) for risk in risks]
        assert 0 < calibration.scale.not_found < calibration.scale.answered_from() <= 1
        assert least == sorted(least, reverse=True)


def test_one_number_decides_and_the_risk_says_how_much_is_enough() -> None:
    scale = ConfidenceScale(0.2, ((0.05, 0.9), (0.1, 0.7), (0.2, 0.5)))
    assert [scale.verdict(sure) for sure in (0.19, 0.2, 0.69, 0.7)] == [
        "not_found",
        "uncertain",
        "uncertain",
        "answered",
    ]
    assert [scale.verdict(0.8, risk) for risk in (0.01, 0.05, 0.1, 0.15, 0.9)] == [
        "uncertain",
        "uncertain",
        "answered",
        "answered",
        "answered",
    ]


def test_a_mode_that_is_missing_is_an_error() -> None:
    with pytest.raises(ModelError, match="open"):
        Calibration.of({"closed": {}}, "open")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("The bridge was opened by the premier and it is still in use.", True),
        ("Die Brücke wurde am Morgen vom Minister feierlich eröffnet.", False),
        ("Le pont a été inauguré par le premier ministre en mars.", False),
        ("El puente fue inaugurado por el primer ministro en marzo.", False),
        ("De brug werd in maart geopend door de minister, maar niet voor iedereen.", False),
        ("Most został otwarty przez premiera i nie jest już zamknięty.", False),
        ("Commander: Neil Armstrong. Lunar module pilot: Buzz Aldrin. Launch: 16 July.", True),
        ("| Ajax | Paula Reyes |\n| Hector | Omar Diaz |\n| Nestor | Juan de la Cruz |", True),
        ("First ascent: Edmund Hillary, Tenzing Norgay, 1953. Height: 8,849 m.", True),
        ("flour, sugar, butter, eggs, salt, milk, vanilla, yeast, oil, cream, rice, beans", True),
        (
            "| port | address | timeout |\n| host | user | password |\n"
            "| table | column | schema |\n| cache | memory | buffer |\n"
            "| size | limit | default |\n"
            "| read | write | lock |",
            True,
        ),
        (
            "Jembatan baru tersebut dibuka kemarin pagi oleh perdana menteri bersama beberapa "
            "pejabat daerah setelah pembangunan selama tiga tahun penuh.",
            False,
        ),
    ],
)
def test_english_is_told_from_its_neighbours(text: str, english: bool) -> None:
    files = load_files(default_folder())
    windower = Windower(files.tokenizer, files.max_tokens, files.max_question)
    assert looks_english(text, windower.has_word) is english


def test_foreign_letters_are_counted() -> None:
    assert foreign_share("Ngô Đình Diệm, 1963") == 0
    assert foreign_share("Москва") == 1
    assert foreign_share("123 ...") == 0


def test_articles_keep_to_one_part() -> None:
    titles = [f"Article {number}" for number in range(400)]
    parts = [squad2_part(title) for title in titles]
    assert parts == [squad2_part(title) for title in titles]
    assert set(parts) == {"train", "calibrate", "report"}
    assert 150 < parts.count("train") < 250
    assert squad2_part("Steam engine") == "train"
    assert squad2_part("Rhine") == "report"
