import pytest

from retrieval.answering.yes_no import UNDECIDED, decides, decision_notes


@pytest.mark.parametrize(
    ("question", "sentence", "before", "decided"),
    [
        ("Does the inn serve soup?", "The inn serves soup and bread.", "", "yes"),
        ("Does the inn serve soup?", "The inn does not serve soup.", "", "no"),
        ("Do guests pay a fee?", "Guests pay no fee.", "", "no"),
        ("Is fishing allowed in the moat?", "Fishing is forbidden in the moat.", "", "no"),
        ("Is fishing forbidden in the moat?", "Fishing is not forbidden in the moat.", "", "no"),
        ("Is the gate open at night?", "It is open at night.", "The gate is old. ", "yes"),
        ("Is there a car park?", "Yes, behind the barn.", "", "yes"),
        ("Is the gate open at night?", "The gate may be open at night.", "", None),
        ("Is the gate open at night?", "The gate will be open at night.", "", None),
        ("Are all lamps red?", "Lamps are red.", "", None),
        ("Are lamps red?", "Most lamps are red.", "", None),
        ("Is the gate not open?", "The gate is open.", "", None),
        ("Did Una teach Orla to swim?", "Orla did teach Una to swim.", "", None),
        ("Is the mill in Varda?", "The mill was in Varda.", "", None),
        ("Does the inn have rooms?", "The inn serves soup.", "", None),
    ],
)
def test_a_sentence_decides_only_what_it_says_outright(question, sentence, before, decided):
    assert decides(question, sentence, before) == decided


def test_people_are_told_that_yes_or_no_was_asked_whatever_was_found():
    assert decision_notes(False, ()) == ()
    assert decision_notes(True, ()) == (UNDECIDED,)
