import pytest

from retrieval.answering.answer_kinds import asks_yes_or_no, is_clause_for_who


@pytest.mark.parametrize(
    ("question", "answer", "clause"),
    [
        ("Who leads the operation?", "The U.S. has accused Maduro", True),
        ("In 1990, who was mayor?", "it was never known", True),
        ("Who leads the operation?", "Admiral Alvin Holsey", False),
        ("Who may vote?", "those who were born there", False),
        ("Who wrote the song?", "Will Smith", False),
        ("What did the man who left say?", "the house was empty", False),
        ("Why did she leave?", "the house was empty", False),
        ("Leaders of the operation", "The U.S. has accused Maduro", False),
    ],
)
def test_a_clause_is_no_answer_to_who(question, answer, clause):
    assert is_clause_for_who(question, answer) is clause


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("Did the alarm sound?", True),
        ("isn’t it closed", True),
        ("Must visitors register?", True),
        ("Did the alarm sound or fail?", False),
        ("Can you tell me who rang it?", False),
        ("Who did it?", False),
        ("won't it close", True),
        ("May 2019", False),
        ("Will Smith, actor", False),
        ("Island of Crete", False),
        ("", False),
    ],
)
def test_yes_or_no_is_asked(question, yes_or_no):
    assert asks_yes_or_no(question) is yes_or_no
