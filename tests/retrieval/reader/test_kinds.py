import pytest

from retrieval.reader.kinds import is_clause_for_who


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
