"""Whose turn a line is in interviews and transcripts, and which labels are nobody."""

import pytest

from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution import attribute, describe, describe_speaker
from retrieval.attribution.discourse.turns import line_turn
from retrieval.types import Attribution

INTERVIEW = """The Herald met Kristian Hanson, who made the film.

KH: Planning it took a year. You've said it was quick. We had no budget.

How many days did you film?

KH: I think it was four days. The mayor said it was five.

CS: No, it was six. It reportedly rained.

CS: Everybody went home.

Nobody had slept. I think it was cold."""


def told(text: str, words: str) -> Attribution:
    at = text.index(words)
    return attribute(text, next(span for span in sentences(text) if span.start <= at < span.end))


def speaker(text: str, words: str) -> str | None:
    found = told(text, words)
    return found.speaker.text if found.speaker else None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Planning", "KH"),
        ("You've said", "KH"),
        ("We had", "KH"),
        ("I think it was four", "KH"),
        ("The mayor said", "The mayor"),
        ("No, it was", "CS"),
        ("It reportedly", "CS"),
        ("Everybody", "CS"),
        ("How many", None),
        ("Nobody had slept", None),
        ("I think it was cold", None),
    ],
)
def test_a_label_that_opens_several_lines_takes_turns(words, name):
    assert speaker(INTERVIEW, words) == name


def test_initials_are_spelled_out_where_one_name_has_them():
    assert describe(told(INTERVIEW, "Planning")) == "according to Kristian Hanson"
    assert describe(told(INTERVIEW, "I think it was four")) == "according to Kristian Hanson"
    assert describe(told(INTERVIEW, "No, it was")) == "according to CS"
    two = INTERVIEW.replace("the film", "the film with Karl Hale")
    assert describe(told(two, "Planning")) == "according to KH"


def test_asked_who_speaks_the_label_does():
    start = INTERVIEW.index("KH: I think")
    end = INTERVIEW.index(" The mayor", start)
    found = attribute(INTERVIEW, Span(start, end), Span(start, start + 2))
    assert (found.stance, found.speaker) == ("stated", None)
    assert describe_speaker(found) == "Kristian Hanson, who speaks here"
    assert attribute(INTERVIEW, Span(start, end), Span(start, start + 11)).says is None


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("Amanda Carter: I did.\n\nAmanda Carter: It is open.\n", "It is open", "Amanda Carter"),
        ("**Jo Roe:** In May. It rained.\n\n**Jo Roe:** I left.\n", "It rained", "Jo Roe"),
        ("Ana: I am late.\nBo: Are you?\nAna: Yes.\nBo: No worries.\n", "No worries", "Bo"),
        ("Snow: I saw it.\nZhang: Yes, it fell.\nSnow: It did.\n", "Yes, it", "Zhang"),
    ],
)
def test_names_take_turns(text, words, name):
    assert speaker(text, words) == name


@pytest.mark.parametrize(
    "text",
    [
        "Name: Ann Lee.\nPhone: I have none.\nName: Bo.\nPhone: Call me.\n",
        "France: World War I ended.\nItaly: My Fair Lady won.\nFrance: Three goals.\n",
        "Q: Can I pay by card?\nA: Yes, you can.\nQ: Can I go?\nA: No, I fear.\n",
        "Psalm 23: He is my shepherd.\nPsalm 23: I shall not want.\nMark 3: I am.\n",
        "Taste: I loved it.\nPrice: I paid two.\nTaste: Bland.\nThe taste and price are low.\n",
        "Parking: Yes, free.\nDogs: No, never.\nParking: Two cars.\n",
        "Funding: We thank you.\nFindings: I saw none.\nFunding: My own.\nQ1: I left.\n",
        "Maintainer: Ana <ana@home.me>\nMaintainer: Bo <my@home.org>\nLINE: my $line = 1;\n",
        "XXX: I must mend this.\nHACK: My fault.\nXXX: I am late.\n",
    ],
)
def test_fields_scores_and_verses_are_nobodys_turns(text):
    for span in sentences(text):
        assert attribute(text, span).speaker is None, span.of(text)


@pytest.mark.parametrize(
    "form",
    ["{} (host): ", "[09:15] {}: ", "09:15 {}: ", "{} (09:15): ", "- {}: ", "> {}: ", "<{}> "],
)
def test_labels_of_minutes_chats_and_replies_name_who_speaks(form):
    said = [
        ("Mara", "I locked the mill."),
        ("Jon", "Good."),
        ("Mara", "I left my key on the sill."),
    ]
    text = "".join(form.format(name) + words + "\n" for name, words in said)
    found = line_turn(text, text.index("on the sill"))
    assert found is not None
    assert found.speaker is not None
    assert found.speaker.text == "Mara"


def test_a_long_turn_keeps_its_speaker():
    text = "Jon: Well?\nMara: I looked. " + "The rope was tied to the post. " * 120
    text += "It broke.\n"
    text += "Mara: I mended it.\n"
    found = line_turn(text, text.index("It broke"))
    assert found is not None
    assert found.speaker is not None
    assert found.speaker.text == "Mara"


def test_names_in_capitals_speak_where_one_of_them_says_i():
    minutes = (
        "Minutes of the quay board\n\nCHAIR: The crane comes in June.\n"
        "MS TERN: I doubt that date. The crane comes in August.\n"
        "MR HOLT: The board has bought no crane.\n"
    )
    assert speaker(minutes, "The crane comes in June") == "CHAIR"
    assert speaker(minutes, "The crane comes in August") == "MS TERN"
    assert speaker(minutes, "The board has bought") == "MR HOLT"
    nobody = minutes.replace("I doubt that date", "That date is in doubt")
    assert speaker(nobody, "The board has bought") is None


def test_labels_that_are_known_to_be_speakers_take_turns():
    text = "Ann Ode: The mill was built in 1931.\nBo: It was built in 1934. It is of oak.\n"
    assert speaker(text, "The mill") is None
    for words, name in (("The mill", "Ann Ode"), ("It was", "Bo"), ("It is", "Bo")):
        at = text.index(words)
        sentence = next(span for span in sentences(text) if span.start <= at < span.end)
        found = attribute(text, sentence, speakers=("Ann Ode", "Bo"))
        assert found.speaker is not None
        assert found.speaker.text == name
