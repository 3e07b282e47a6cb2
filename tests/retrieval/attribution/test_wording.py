import pytest

from retrieval.attribution import describe
from retrieval.types import Attribution, Words


@pytest.mark.parametrize(
    ("attribution", "words"),
    [
        (Attribution("stated"), ""),
        (Attribution("reported", Words("Marco Rubio")), "according to Marco Rubio"),
        (Attribution("claimed", Words("Rubio")), "claimed by Rubio"),
        (Attribution("denied", Words("Maduro")), "denied by Maduro"),
        (Attribution("reported", Words("The U.S.")), "according to the U.S."),
        (Attribution("reported", Words("Experts")), "according to experts"),
        (Attribution("reported", Words("Congress")), "according to Congress"),
        (Attribution("reported", Words("He")), "according to him"),
        (
            Attribution("claimed", Words("he"), full_name=Words("Marco Rubio")),
            "claimed by Marco Rubio",
        ),
        (Attribution("claimed"), "claimed, without saying by whom"),
    ],
)
def test_describe(attribution, words):
    assert describe(attribution) == words
