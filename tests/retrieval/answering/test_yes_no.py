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
        ("Is there a well in the yard?", "In the yard, below the old lime, is a well.", "", "yes"),
        ("Is there a well in the yard?", "A well was proposed in the yard.", "", None),
        (
            "Is Norby a town in Varda?",
            "Norby, which lies on a river, is a town in Varda.",
            "",
            "yes",
        ),
        ("Is Una the aunt of Orla?", "Orla is the aunt of Una.", "", None),
        ("Is it the largest barn in Varda?", "It is the third largest barn in Varda.", "", None),
        ("Is it the largest barn in Varda?", "It is the largest brick barn in Varda.", "", None),
        ("Is it the largest barn in Varda?", "It is the largest barn in Varda.", "", "yes"),
        ("Can guests fish in the moat?", "Guests fish in the moat.", "", None),
        ("Can guests fish in the moat?", "Guests may fish in the moat.", "", "yes"),
        ("Can guests fish in the moat?", "Guests cannot fish in the moat.", "", "no"),
        ("Do guests need a pass?", "Guests get a pass.", "", None),
        ("Does the inn serve soup?", "The inn serves soup but no bread.", "", None),
        ("Is a copper kettle a kettle?", "A copper kettle is bright.", "", None),
        (
            "Does the crew ever row the red boat?",
            "The red boat is never rowed by the crew.",
            "",
            "no",
        ),
        ("Does the crew row the red boat?", "The red boat is rowed by any crew.", "", "yes"),
        ("Did Una teach Orla to swim?", "Orla was taught to swim by Una.", "", None),
        ("Is the tale of the mill a true tale?", "The tale of the mill is a long tale.", "", None),
    ],
)
def test_a_sentence_decides_only_what_it_says_outright(question, sentence, before, decided):
    assert decides(question, sentence, before) == decided


def test_people_are_told_that_yes_or_no_was_asked_whatever_was_found():
    assert decision_notes(False, ()) == ()
    assert decision_notes(True, ()) == (UNDECIDED,)
