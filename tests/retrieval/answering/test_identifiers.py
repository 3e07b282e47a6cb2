"""Options, variables and paths that a question names."""

import pytest

from retrieval.answering.identifiers import holds_identifier, identifiers, times


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What does --shallow skip?", ["--shallow"]),
        ("Which file does keep_logs name?", ["keep_logs"]),
        ("What is kept in /srv/tides?", ["/srv/tides"]),
        ("What became of $wkCacheDir?", ["$wkCacheDir"]),
        ("Since when is Tide::pull() gone?", ["Tide::pull"]),
        ("Which program opens .tid files?", [".tid"]),
        ("What is the default of slackwait= in hours?", ["slackwait"]),
        ("Who wrote the well-known e-mail to McBride and/or us?", []),
        ("When did it close, at 3.30 p.m. or later?", []),
    ],
)
def test_names_of_a_machine_are_told_by_their_marks(question, names):
    assert list(identifiers(question)) == names


def test_a_name_is_held_in_any_case_and_with_other_marks_before_it():
    assert holds_identifier("Use Keep_Logs here.", "keep_logs")
    assert holds_identifier("The keep-logs option.", "keep_logs")
    assert holds_identifier("The switch -shallow is new.", "--shallow")
    assert holds_identifier("Set harbour_depht to 3.", "harbour_depth")
    assert not holds_identifier("Set keep_log to 3.", "keep_logs")
    assert not holds_identifier("The switch --shallower is new.", "--shallow")
    assert not holds_identifier("See /srv/ebbs.", "/srv/tides")


def test_how_often_a_text_has_a_name_is_counted():
    assert times("Keep_logs and keep_logs.", "keep_logs") == 2
