import pytest

from retrieval.attribution import describe, describe_speaker
from retrieval.types import Attribution, Words


@pytest.mark.parametrize(
    ("attribution", "words"),
    [
        (Attribution("stated"), ""),
        (Attribution("reported", Words("Marco Rubio")), "according to Marco Rubio"),
        (Attribution("claimed", Words("Rubio")), "according to Rubio"),
        (Attribution("denied", Words("Maduro")), "denied by Maduro"),
        (Attribution("reported", Words("The U.S.")), "according to the U.S."),
        (Attribution("reported", Words("Experts")), "according to experts"),
        (Attribution("reported", Words("Congress")), "according to Congress"),
        (Attribution("reported", Words("He")), "according to him"),
        (
            Attribution("claimed", Words("he"), full_name=Words("Marco Rubio")),
            "according to Marco Rubio",
        ),
        (Attribution("claimed", cue=Words("allegedly")), "claimed, without saying by whom"),
        (Attribution("reported"), "quoted; who speaks was not found"),
    ],
)
def test_describe(attribution, words):
    assert describe(attribution) == words


@pytest.mark.parametrize(
    ("attribution", "words"),
    [
        (Attribution("stated"), ""),
        (Attribution("claimed", Words("Rubio")), ""),
        (Attribution("stated", says=Words("claims")), "who speaks here: “claims”"),
        (Attribution("stated", says=Words(":")), "who speaks here"),
        (
            Attribution("stated", full_name=Words("Marco Rubio"), says=Words("claims")),
            "Marco Rubio, who speaks here: “claims”",
        ),
        (
            Attribution("claimed", Words("Rubio"), None, Words("Marco Rubio"), Words("denies")),
            "who speaks here: “denies”",
        ),
    ],
)
def test_an_answer_that_speaks_is_said_to(attribution, words):
    assert describe_speaker(attribution) == words
