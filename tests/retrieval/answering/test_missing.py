import pytest

from retrieval.answering.missing import missing_detail, missing_name


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Who keeps locker D-17?", "Locker D-16 is kept by the porter.", "D-17"),
        ("Who keeps locker D17?", "Locker D-17 is kept by the porter.", ""),
        ("What did version 2.4 add?", "Version 2.3 added tabs.", "2.4"),
        ("Where do the trains of track 6 go?", "Track 4 serves the trains to Orn.", "6"),
        ("Who teaches the Friday class?", "The Monday class is taught by Una Vik.", "Friday"),
        ("Who teaches the class on Mondays?", "The Monday class is taught by Una Vik.", ""),
        ("How many boats sank in May?", "In March 9 boats sank.", "May"),
        ("How many boats sank in May?", "In May 9 boats sank.", ""),
        ("Who was mayor in 2020?", "Una Vik was mayor from 2018 to 2022.", ""),
        ("How many members were there in 2020?", "There were 38 in 2019 and 41 in 2021.", "2020"),
        ("How many of the 5 boats sank?", "Three of the five boats sank.", ""),
        ("Who runs block D?", "Block B is run by Una Vik.", "block D"),
        ("Who runs block B?", "Block B is run by Una Vik.", ""),
        ("When does the evening bus leave?", "The morning bus leaves at six.", "the evening bus"),
        ("When does the evening bus leave?", "The bus leaves at six.", ""),
        ("What is on the third floor?", "The second floor has a library.", "the third floor"),
        ("Who sleeps in hut 15?", "In hut 14 sleeps Una Vik.", "hut 15"),
        ("Who sleeps in hut 15?", "In huts 14 and 15 sleeps Una Vik.", ""),
        ("How many of them ate 15 eggs?", "Una Vik ate 14 eggs.", ""),
        ("What does the big boat carry?", "The small boat carries salt.", "the big boat"),
        ("What does the big boat carry?", "The large boat carries salt.", ""),
    ],
)
def test_what_was_asked_about_and_is_not_there(question, text, missing):
    assert missing_detail(question, text) == missing


LEASE = "Lease of the boathouse. Una Vik, for the Orn Rowing Club, pays 40 crowns to the RYA."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What does Ada Kern pay?", "Ada Kern"),
        ("What does Ada Vik pay?", "Ada Vik"),
        ("What does Una Vik pay?", ""),
        ("What does Vik's club pay?", ""),
        ("What does the Sund Rowing Club pay?", "Sund Rowing Club"),
        ("Besides rent, what is paid?", ""),
        ("Ada Kern pays how much?", "Ada Kern"),
        ("What does Unna Vick pay?", "Unna Vick"),
        ("What does the Rowling Club pay?", ""),
        ("I've lost the key; who pays?", ""),
        ("What Does The Club Pay Each Year To Its Own Landlord", ""),
        ("Which Scottish club pays?", ""),
    ],
)
def test_a_name_that_the_document_does_not_hold(question, missing):
    assert missing_name(question, LEASE) == missing
