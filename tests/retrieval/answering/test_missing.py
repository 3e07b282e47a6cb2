import pytest

from retrieval.answering.missing import missing_detail


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Who keeps locker D-17?", "Locker D-16 is kept by the porter.", "D-17"),
        ("Who keeps locker D17?", "Locker D-17 is kept by the porter.", ""),
        ("What did version 2.4 add?", "Version 2.3 added tabs.", "2.4"),
        ("Where do the trains of track 6 go?", "Track 4 serves the trains to Orn.", "6"),
        ("Who teaches the Friday class?", "The Monday class is taught by Una Vik.", "Friday"),
        ("Who teaches the class on Mondays?", "The Monday class is taught by Una Vik.", ""),
        ("Who was mayor in 2020?", "Una Vik was mayor from 2018 to 2022.", ""),
        ("How many members were there in 2020?", "There were 38 in 2019 and 41 in 2021.", "2020"),
        ("How many of the 5 boats sank?", "Three of the five boats sank.", ""),
    ],
)
def test_what_was_asked_about_and_is_not_there(question, text, missing):
    assert missing_detail(question, text) == missing
