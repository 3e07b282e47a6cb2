"""Sentences: exact spans, whole coverage, and the bounds that a reader would draw."""

import textwrap

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import sentences, trimmed

WORDS = [
    "He left.",
    "Dr. Who",
    "U.S.",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "- ",
    "1. ",
    "# ",
    "| a |",
]
ODD = ["\0", "\ufeff", "e\u0301", "😀", "İ", "שלום.", "\u2028", "\ud800", "\t", "。", "---", "```"]
TEXTS = st.lists(st.sampled_from([*WORDS, *ODD])).map("".join) | st.text()


def words_of(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@given(TEXTS)
def test_sentences_are_trimmed_in_order_and_hold_all_but_white_space(text: str) -> None:
    spans = sentences(text)
    end = 0
    for span in spans:
        assert not text[end : span.start].strip()
        assert span.of(text) == span.of(text).strip() != ""
        end = span.end
    assert not text[end:].strip()


@given(TEXTS)
def test_no_sentence_begins_or_ends_inside_a_crlf(text: str) -> None:
    for span in sentences(text):
        for offset in (span.start, span.end):
            assert text[max(offset - 1, 0) : offset + 1] != "\r\n"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\r\n \t\x0b\u3000"])
def test_a_blank_text_has_none(blank: str) -> None:
    assert sentences(blank) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        ("the lift . it rose . . . why ? none", ["the lift .", "it rose . . . why ?", "none"]),
        ("Mr. X of the U.S. Army came. He left.", ["Mr. X of the U.S. Army came.", "He left."]),
        ("I met Ms. Lee. Amb. Ann Kay left.", ["I met Ms. Lee.", "Amb. Ann Kay left."]),
        (
            "1. It fell. Mr Lee said so.\n2. It rose. It fell.",
            ["1. It fell.", "Mr Lee said so.", "2. It rose.", "It fell."],
        ),
        (
            "- It fell. So.\n- See the U.S. law. So.",
            ["- It fell.", "So.", "- See the U.S. law.", "So."],
        ),
        ("ii. It fell. It rose.\niii. It fell.", ["ii. It fell.", "It rose.", "iii. It fell."]),
        ("the U.S.\nnavy came.\nIt left.", ["the U.S.\nnavy came.", "It left."]),
        ("Call sys._getframe() first. It works.", ["Call sys._getframe() first.", "It works."]),
        (
            "Intro.\n\n5.5.\xa0Old and new. It works.",
            ["Intro.", "5.5.\xa0Old and new.", "It works."],
        ),
        ("Table 8.2. Numeric types are few.", ["Table 8.2. Numeric types are few."]),
        ("The value is 5. Next is 6.", ["The value is 5.", "Next is 6."]),
        ("a\n\nb\r\n\r\nc\n \nd", ["a", "b", "c", "d"]),
        ("# One\nbody here\n## Two", ["# One", "body here", "## Two"]),
        ("Title\n=====\nbody here", ["Title\n=====", "body here"]),
        ("- one\n- two\n* three", ["- one", "- two", "* three"]),
        ("1. First thing\n2. Second thing", ["1. First thing", "2. Second thing"]),
        ("| a | b |\n|---|---|\n| c | d |", ["| a | b |", "|---|---|", "| c | d |"]),
        ("Town | Rain\nHull | 80 mm\n", ["Town | Rain", "Hull | 80 mm"]),
        ("Intro:\r\n- a\r\n- b", ["Intro:", "- a", "- b"]),
        ("old\rmac\r\rtext", ["old\rmac", "text"]),
    ],
)
def test_bounds(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_a_headline_above_a_paragraph_is_a_sentence_of_its_own() -> None:
    text = (
        "Storm hits the coast\n"
        "The storm that was named Ada made landfall on Monday night, officials said.\n"
        "Damage\n"
        "Two roads are closed, and the school in the harbour is under a metre of water."
    )
    assert words_of(text)[0] == "Storm hits the coast"
    assert words_of(text)[2] == "Damage"


def test_a_wrapped_line_is_not_taken_for_a_headline() -> None:
    text = (
        "The company was founded in the town of Leeds in 1950 by the brothers\n"
        "John and James Smith, who had both worked for the railways before the\n"
        "war began."
    )
    assert words_of(text) == [text]


def test_a_bound_of_sentencex_on_a_long_text_is_where_it_is_on_its_paragraph() -> None:
    paragraph = "Emoji 😀 first. Then é second.\n\n"
    text = paragraph * 20_000
    spans = sentences(text)
    assert len(spans) == 40_000
    assert {span.of(text) for span in spans} == {"Emoji 😀 first.", "Then é second."}


def test_trimmed() -> None:
    assert trimmed("  ab ", 0, 5) is not None
    assert trimmed("  ab ", 0, 2) is None


@pytest.mark.parametrize(
    "text",
    [
        "The hall opens at 8 a.m. Tuesday, the porter said.",
        "It is shown at 9 p.m. CET on Sunday.",
        "We meet Wed. at noon and Fri. at six.",
        "It shuts Sat. Feb. 3 for good.",
        "Orlin et al. [1999] measured it, as did Pell et al. (2001) later.",
        "The valve is shown in figs. 3 and 4, and in Ref. [7] too.",
        "It was given to Cllr. Ina Holt and to prof. Ove Dahl.",
        "She lives at 12 Oak Blvd. Apt. 9 in Merle.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert words_of(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It shuts at 6 p.m. The yard stays open.", ["It shuts at 6 p.m.", "The yard stays open."]),
        (
            "The pier was rebuilt after the storm of\n1987. Nobody was hurt there.",
            ["The pier was rebuilt after the storm of\n1987.", "Nobody was hurt there."],
        ),
        (
            "All of the rules for cyclists are in Section\n7. They are short.",
            ["All of the rules for cyclists are in Section\n7.", "They are short."],
        ),
        (
            "The bridge that the two sisters drew\n- both engineers - was opened in 1931.",
            ["The bridge that the two sisters drew\n- both engineers - was opened in 1931."],
        ),
        (
            "What the visitors of the park must do\n1. Pay.\n2. Leave.",
            ["What the visitors of the park must do", "1. Pay.", "2. Leave."],
        ),
    ],
)
def test_a_wrapped_number_or_dash_is_no_item(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_lines_that_no_full_stop_ends_are_units() -> None:
    lines = [f"valve {number} = {number * 3} bar" for number in range(40)]
    assert words_of("\n".join(lines)) == lines


def test_a_long_sentence_that_was_wrapped_is_one_and_the_lines_of_a_log_are_many() -> None:
    clause = (
        "The lessee shall keep the boathouse, the slip and every rope that is listed in the annex "
        "in good repair for as long as this agreement lasts, provided that the owner has told him "
        "of each defect in writing, that the season has begun, that neither party has given notice "
        "under section four, and that no storm of the kind described in section nine has damaged "
        "the roof of the boathouse or the planks of the slip beyond what can be mended in a week"
    )
    wrapped = textwrap.fill(clause, 62)
    assert wrapped.count("\n") >= 6
    assert [span.of(wrapped) for span in sentences(wrapped)] == [wrapped]
    log = "\n".join(f"12:0{n} pump {n} started by the night crew of quay {n}" for n in range(9))
    assert [span.of(log) for span in sentences(log)] == log.splitlines()


@pytest.mark.parametrize(
    "unit",
    [
        "- Fixed `thing` in the loader. See `notes` too\n",
        "“It rains. ",
        "`a` b. ",
        '"a b. ',
        "![ a. ",
        "word ",
        "a.b`c` d\n",
        "(a. ",
    ],
)
def test_work_grows_with_the_length_of_a_text(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    whole = sentencex.get_sentence_boundaries

    def counted(language: str, text: str) -> object:
        read.append(len(text))
        return whole(language, text)

    monkeypatch.setattr(sentencex, "get_sentence_boundaries", counted)
    text = unit * (60_000 // len(unit))
    sentences(text)
    assert sum(read) <= 5 * len(text)
    # The square of what is read at once bounds the time of each reading.
    assert max(read) <= 4096


def test_a_long_paragraph_is_cut_where_its_sentences_end() -> None:
    text = "".join(f"The ferry of {n} sails `to` the isle at six. " for n in range(1_000))
    found = [span.of(text) for span in sentences(text)]
    assert found == [f"The ferry of {n} sails `to` the isle at six." for n in range(1_000)]


def test_a_long_sentence_is_not_cut_where_it_is_read_in_parts() -> None:
    text = "word " * 4_000 + "end. Next one."
    assert [span.of(text) for span in sentences(text)] == [text[:-10], "Next one."]


@pytest.mark.parametrize(
    "text",
    [
        "See App. B and Tab. 4 of the manual.",
        "By Thm. 3, Lem. 4 and Def. 2 it holds.",
        "Read Sched. A and Reg. 12 first.",
        "It is approx. 4 m wide and max. 3 m high.",
        "It has min. 3 rooms, incl. 2 baths, est. 1902.",
        "The firm Holm & Cie. of Porlo made it.",
        "Call tel. 555 010 or ext. 7 now.",
        "Doors open at 6 P.M. Christmas Eve at the abbey.",
        "It starts at 7 p.m. Central European Time in the barn.",
        "The talk was given by Prof. em. Dr. Ilse Korn.",
        "It was drawn by Wm. Harker and Geo. S. Field in 1880.",
        "Rosa canina var. alba and Rosa spp. grow by the wall.",
        "As Matt. 5:14 and Gen. 1, 3 say, it was light.",
        "It weighs 12 lbs. and lasts 3 hrs. at least.",
        "The letters are kept in Rm. 12, Inv. 33.",
        "It lies at Lat. 60 N and Long. 5 E of here.",
        "The firm Sund Chem. Corp. of Borle made it.",
    ],
)
def test_more_abbreviations_end_no_sentence(text: str) -> None:
    assert [span.of(text) for span in sentences(text)] == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We need at least the max. It is enough.", "We need at least the max."),
        ("Open the app. The list is there.", "Open the app."),
        ("She met Bo. They left.", "She met Bo."),
        ("The bar shuts at 2 a.m. Guests go home then.", "The bar shuts at 2 a.m."),
        ("She met Jon. 4 men came.", "She met Jon."),
        ("It lasted 3 hrs. Nobody slept.", "It lasted 3 hrs."),
    ],
)
def test_the_same_letters_may_end_one(text: str, first: str) -> None:
    assert sentences(text)[0].of(text) == first
