"""The shipped weights at work: real words from real passages, whatever they are fed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader, ExtractiveSettings
from retrieval.reader.merge import Group
from retrieval.types import ReadResult, Verdict

BRIDGE = (
    "The Sydney Harbour Bridge was opened on 19 March 1932 by Premier Jack Lang. "
    "It carries about 160,000 vehicles a day and cost £6.25 million to build. "
    "Its chief engineer, John Bradfield, had argued for a bridge since 1900."
)
RIVER = (
    "The Murray is Australia's longest river, at 2,508 kilometres. It rises in the Australian "
    "Alps and meets the Indian Ocean near Goolwa in South Australia."
)
BREAD = (
    "Sourdough bread is raised by wild yeast and lactic acid bacteria. A starter of flour and "
    "water is fed every day until it bubbles."
)


def hits(*texts: str, gap: int = 1000) -> list[Hit]:
    return [
        Hit(Passage(i, f"document-{i}", Span(i * gap, i * gap + len(text)), text), 1.0 / (1 + i))
        for i, text in enumerate(texts)
    ]


def verdict(result: ReadResult) -> Verdict:
    """Return what the reader's own confidence allows to be said."""
    return result.scale.verdict(result.readings[0].confidence if result.readings else 0.0)


@pytest.fixture(scope="module")
def reader() -> ExtractiveReader:
    return ExtractiveReader()


@pytest.mark.parametrize(
    ("question", "words", "document"),
    [
        ("When was the Sydney Harbour Bridge opened?", "19 March 1932", "document-0"),
        ("How long is the Murray?", "2,508 kilometres", "document-1"),
        ("Where does the Murray rise?", "Australian Alps", "document-1"),
        ("Who was the chief engineer of the bridge?", "John Bradfield", "document-0"),
    ],
)
def test_finds_the_words(
    reader: ExtractiveReader, question: str, words: str, document: str
) -> None:
    result = reader.read(question, hits(BRIDGE, RIVER, BREAD), 3)
    best = result.readings[0]
    assert words in best.text
    assert len(best.text) <= len(words) + 12
    assert best.document_id == document
    assert verdict(result) != "not_found"


def test_an_unanswered_question_is_less_sure_than_an_answered_one(
    reader: ExtractiveReader,
) -> None:
    answered = reader.read("When was the Sydney Harbour Bridge opened?", hits(BRIDGE, BREAD), 1)
    unanswered = reader.read("Who won the 1998 football world cup?", hits(BRIDGE, BREAD), 1)
    assert unanswered.readings[0].confidence < 0.5 * answered.readings[0].confidence
    assert verdict(unanswered) == "not_found"


def test_spans_are_the_documents_own(reader: ExtractiveReader) -> None:
    given = hits(BRIDGE, RIVER, BREAD)
    for reading in reader.read("What is raised by wild yeast?", given, 9).readings:
        hit = next(h for h in given if h.passage.document_id == reading.document_id)
        local = reading.span.shift(-hit.passage.span.start)
        assert local.of(hit.passage.text) == reading.text
        assert hit.passage.id == reading.passage_id


def test_readings_come_best_first_and_at_most_k(reader: ExtractiveReader) -> None:
    readings = reader.read("Who built the bridge?", hits(BRIDGE, RIVER, BREAD), 4).readings
    confidences = [reading.confidence for reading in readings]
    assert len(readings) == 4
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_an_answer_keeps_its_title(reader: ExtractiveReader) -> None:
    text = "The fleet was commanded by Admiral Alvin Holsey, who took office in 2024."
    assert reader.read("Who commanded the fleet?", hits(text), 1).readings[0].text == (
        "Admiral Alvin Holsey"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "?!… — «» ... ;;; ()",
        "",
        "\x00\x00 \ud800 broken \udfff text \x00",
        "\u0130stanbul\u2019da e\u0301te\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 1932",
        "\n\n\t  \n",
    ],
)
def test_odd_passages_are_read_without_harm(reader: ExtractiveReader, text: str) -> None:
    given = hits(text, BRIDGE, gap=200_000)
    result = reader.read("When was the Sydney Harbour Bridge opened?", given, 5)
    assert result.readings[0].document_id == "document-1"
    for reading in result.readings:
        hit = given[int(reading.document_id.removeprefix("document-"))]
        assert reading.span.shift(-hit.passage.span.start).of(hit.passage.text) == reading.text


@pytest.mark.parametrize("question", ["?", " ", "...", "\ud800", "\u200b"])
def test_an_empty_question_finds_nothing_sure(reader: ExtractiveReader, question: str) -> None:
    assert verdict(reader.read(question, hits(BRIDGE, BREAD), 3)) == "not_found"


def test_no_passages_no_answer(reader: ExtractiveReader) -> None:
    result = reader.read("When?", [], 3)
    assert result.readings == ()


def test_a_question_too_long_is_read_as_far_as_it_goes_and_says_so(
    reader: ExtractiveReader,
) -> None:
    question = "When was the Sydney Harbour Bridge opened " + "and so on and on " * 200
    result = reader.read(question, hits(BRIDGE), 1)
    assert result.readings[0].text
    assert any("longer than the reader reads" in note for note in result.notes)


@pytest.mark.parametrize(
    "text",
    [
        "Мост был открыт 19 марта 1932 года премьером Джеком Лэнгом, и город праздновал.",
        "悉尼海港大桥于1932年3月19日由总理杰克·朗宣布通车。每天约有十六万辆汽车通过。",
        "Die Brücke wurde am 19. März 1932 von Jack Lang eröffnet und kostete damals sechs "
        "Millionen Pfund, wie der leitende Ingenieur später bestätigte.",
    ],
)
def test_other_languages_are_never_answered_for_sure(reader: ExtractiveReader, text: str) -> None:
    result = reader.read("When was the bridge opened?", hits(text), 1)
    assert verdict(result) != "answered"


def test_many_passages_are_bounded_with_a_note() -> None:
    reader = ExtractiveReader(settings=ExtractiveSettings(max_passages=3))
    result = reader.read("How long is the Murray?", hits(RIVER, *[BREAD] * 9_999), 2)
    assert "2,508" in result.readings[0].text
    assert any("3 of 10000" in note for note in result.notes)


def test_the_same_passage_twice_is_one_witness(reader: ExtractiveReader) -> None:
    once = reader.read("How long is the Murray?", hits(RIVER, BREAD), 1).readings[0]
    twice = reader.read("How long is the Murray?", hits(RIVER, RIVER, BREAD), 1).readings[0]
    assert twice.score == pytest.approx(once.score)


def test_a_long_passage_is_read_to_its_end(reader: ExtractiveReader) -> None:
    text = BREAD * 20 + BRIDGE
    result = reader.read("When was the Sydney Harbour Bridge opened?", hits(text), 1)
    assert "19 March 1932" in result.readings[0].text
    assert result.readings[0].span.start > len(BREAD) * 20


def test_threads_get_what_one_alone_gets(reader: ExtractiveReader) -> None:
    questions = ["How long is the Murray?", "What does sourdough need?", "Who opened the bridge?"]
    alone = [reader.read(question, hits(BRIDGE, RIVER, BREAD), 3) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        together = list(
            pool.map(lambda q: reader.read(q, hits(BRIDGE, RIVER, BREAD), 3), questions * 6)
        )
    assert together == alone * 6


def test_a_passage_alone_scores_as_among_others(reader: ExtractiveReader) -> None:
    alone = reader.groups("How long is the Murray?", hits(RIVER))[0]
    among = reader.groups("How long is the Murray?", hits(RIVER, BREAD, BRIDGE))[0]
    assert among.best.margin == alone.best.margin


def test_the_best_answer_is_read_with_less_around_it(reader: ExtractiveReader) -> None:
    def best(question: str, text: str) -> Group:
        return reader.groups(question, hits(text))[0]

    opened, engineer = "When was the bridge opened?", "Who was the chief engineer?"
    first, last = BRIDGE[: BRIDGE.index(" It")], BRIDGE[BRIDGE.index("Its") :]
    found = best(opened, BRIDGE)
    assert found.alone == found.led == best(opened, first).best.margin
    found = best(engineer, BRIDGE)
    assert found.alone == best(engineer, last).best.margin
    assert found.led is None  # The passage ends with its sentence.
    assert best(opened, first).alone is None


def test_a_passage_is_read_with_what_it_stands_under(reader: ExtractiveReader) -> None:
    """Two pages say the same of two things that only their headings name."""
    texts = "It is washed every nine weeks, by two people.", "It is washed every four days."
    names = "North filter", "South filter"
    plain = hits(*texts)
    headed = [
        replace(hit, score=1.0, passage=replace(hit.passage, title="Pools", headings=(name,)))
        for hit, name in zip(plain, names, strict=True)
    ]
    for name, days in zip(names, ("every nine weeks", "every four days"), strict=True):
        result = reader.read(f"How often is the {name.lower()} washed?", headed, 2)
        assert days in result.readings[0].text or result.readings[0].text in days


def test_the_reply_to_the_very_question_names_who_is_meant(reader: ExtractiveReader) -> None:
    """The question in the text resembles itself most, and takes no room from its reply."""
    question = "Who mends the pump at the weekend?"
    text = f"{question}\n\nThe keeper does, if she is called before noon."
    (first, *_) = reader.groups(question, hits(text))
    assert first.best.text.removeprefix("The ") == "keeper"
