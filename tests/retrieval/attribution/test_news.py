"""Who speaks in news and reference prose: calls, findings, blame, statements, turns."""

import pytest

from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution import attribute


def found_in(text, words=None):
    """Return speaker, cue and stance of the sentence that holds `words` (or of all of `text`)."""
    where = Span(0, len(text))
    if words is not None:
        at = text.index(words)
        where = next(span for span in sentences(text) if span.start <= at < span.end)
    found = attribute(text, where)
    return (
        found.speaker.text if found.speaker else None,
        found.cue.text if found.cue else None,
        found.stance,
    )


REPORTED = [
    # calls
    ("Mayor Ortiz called for a new inquiry.", "Mayor Ortiz", "called", "reported"),
    ("Amnesty called on the king to free them.", "Amnesty", "called", "reported"),
    ("Unions demanded that the law be repealed.", "Unions", "demanded", "reported"),
    # findings, and sources that speak for themselves
    ("A survey found that most were undecided.", "A survey", "found", "reported"),
    ("The report says the bridge was unsafe.", "The report", "says", "reported"),
    ("A 2004 study suggests the dye is harmful.", "A 2004 study", "suggests", "reported"),
    ("The driver had slept, the inquiry found.", "the inquiry", "found", "reported"),
    ("Sheriff Pyle found that the log was forged.", "Sheriff Pyle", "found", "reported"),
    ("According to the statement, Moore fell.", "the statement", "According to", "reported"),
    ("Bond's statement says the dam will hold.", "Bond", "says", "reported"),
    ("The company's report found that sales fell.", "The company", "found", "reported"),
    # blame and judgement
    ("Many blame the council for the flood.", "Many", "blame", "claimed"),
    ("Weber blamed the flood on the council.", "Weber", "blamed", "claimed"),
    ('Weber criticised it as "a cruel joke".', "Weber", "criticised", "reported"),
    ('Weber spoke of a "towering figure in our time".', "Weber", "spoke", "reported"),
    ("The firm cited fog as the reason.", "The firm", "cited", "reported"),
    ('Weber was quoted as being "proud to serve".', "Weber", "quoted as", "reported"),
    ("Anderson holds that the text is inconsistent.", "Anderson", "holds", "reported"),
    ("It is an issue that many believe helped him win.", "many", "believe", "reported"),
    ('Brannan strode off, shouting "Gold! Gold! Gold!"', "Brannan", "shouting", "reported"),
    ("Berg opened with a joke saying that he was late.", "Berg", "saying", "reported"),
    # statements without a verb of saying
    ("In a statement, the ministry condemned it.", "the ministry", "In a statement", "reported"),
    ("Weber thanked the crew in a joint statement.", "Weber", "in a joint statement", "reported"),
    # a year after a name
    (
        "It was contested by Jo Thornton (1998), who argued otherwise.",
        "Jo Thornton",
        "argued",
        "claimed",
    ),
    # a plan to say something is not yet said
    ("Sanders revealed that he plans to announce a bid.", "Sanders", "revealed", "reported"),
]


@pytest.mark.parametrize(("text", "speaker", "cue", "stance"), REPORTED)
def test_somebody_says_it(text, speaker, cue, stance):
    assert found_in(text) == (speaker, cue, stance)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The town is described as a quiet place.", "reported"),
        ("The fire was blamed on faulty wiring.", "claimed"),
        ("There are claims that the vote was rigged.", "claimed"),
        ("Early reports indicate that the pilot slept.", "reported"),
    ],
)
def test_nobody_is_named(text, stance):
    speaker, _, found = found_in(text)
    assert (speaker, found) == (None, stance)


@pytest.mark.parametrize(
    "text",
    [
        "The recipe calls for two eggs.",
        "Plans had called for the president to attend.",
        "Weber called on an old friend.",
        "Columbus found that the island was large.",
        "Police found the man in a barn.",
        "Many felt that it was better to be safe.",
        "Insurers may be admitted to a market.",
        "The king declared it as the official religion.",
        "The crew declared an emergency but the rotor broke free.",
        "An update at 11:57 am EST noted that police were there.",
        "Weber plans to announce his bid by March.",
        "The lid is durable, to say the least.",
        "Some towns are one with their counties, that is to say that they have one council.",
        "The next morning it rained, and told them that spring was there.",
        "The Commissioner for Standards will appear on the television show I'm a Stranger.",
        'He has a tattoo on one arm saying "Wanda forever and ever".',
        "So far the numbers of deaths reported in the press have been low.",
        "It was cut according to the size calculator that came with it.",
        "The attack was condemned in a statement.",
        # what nobody said
        "No official said that the bridge was unsafe.",
        "None of his aides ever accused him of lying.",
        "Nobody has claimed responsibility for the fire.",
        "Neither the mayor nor the council said that the bridge was unsafe.",
        "Not a single witness said that the car was red.",
        "There have been no reports stating that the dam had failed.",
        "There is no suggestion that the mayor lied.",
    ],
)
def test_nothing_is_reported(text):
    assert found_in(text) == (None, None, "stated")


COURT = "HOLT: You may begin.\nSMITH: The roof leaked. I left in 1999. Nobody came.\n"


@pytest.mark.parametrize("words", ["The roof", "I left", "Nobody came"])
def test_a_turn_is_its_speakers_to_the_end_of_its_line(words):
    assert found_in(COURT + "The house is empty.", words) == ("SMITH", ":", "reported")


def test_a_turn_ends_with_its_line():
    assert found_in(COURT + "The house is empty.", "The house") == (None, None, "stated")


def test_who_speaks_within_a_turn_goes_before_its_speaker():
    text = COURT.replace("Nobody came", "Mayor Ortiz said nobody came")
    assert found_in(text, "Mayor Ortiz")[0] == "Mayor Ortiz"


def test_names_in_small_letters_take_turns_too():
    text = "Perino: What did you read?\nSnow: The papers. I am no expert.\n"
    assert found_in(text, "I am no expert") == ("Snow", ":", "reported")


def test_a_line_alone_that_opens_with_a_colon_is_a_headline():
    text = "Awake: The Rise of the Moon. I played it. It was good."
    assert found_in(text, "I played") == (None, None, "stated")
    assert found_in(text, "It was good") == (None, None, "stated")


@pytest.mark.parametrize(
    ("between", "name"),
    [
        ("It was held in May.", "Ilse Brandt"),
        ("She has led it since 2010.", "Ilse Brandt"),
        ("Anna Holm left.", None),
        ("Later, Anna Holm left.", None),
        ("The engineer slept.", None),
        ("He slept.", None),
    ],
)
def test_a_pronoun_reaches_over_sentences_about_nobody_else(between, name):
    text = f"Ilse Brandt said the vote was unfair. {between} She added that she would appeal."
    found = attribute(text, list(sentences(text))[-1])
    assert (found.full_name.text if found.full_name else None) == name
