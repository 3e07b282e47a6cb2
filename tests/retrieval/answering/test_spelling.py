import pytest

from retrieval.answering.spelling import respelt

TEXT = [
    "Admiral Alvin Holsey leads U.S. Southern Command; Rear Admiral Paul Lanzilotta commands the "
    "Gerald R. Ford Carrier Strike Group.",
    "President Nicolás Maduro denied the accusation about personnel in Venezuela.",
]
COMMON = {"who", "what", "does", "leads", "role", "command", "have", "the", "denied"}


def read_as(question: str) -> tuple[str, dict[str, str]]:
    return respelt(question, TEXT, lambda word: word.casefold() in COMMON)


def test_a_misspelt_name_is_read_as_the_passages_spell_it():
    assert read_as("What role does Lanzillota have?") == (
        "What role does Lanzilotta have?",
        {"Lanzillota": "Lanzilotta"},
    )


def test_swapped_letters_are_one_edit():
    assert read_as("what denied Madruo")[0] == "what denied Maduro"


def test_every_misspelt_word_is_changed():
    assert read_as("who leads Southren Comand")[0] == "who leads Southern Command"


def test_words_of_the_passages_and_of_the_vocabulary_stay():
    question = "Who leads the Southern Command in Venezuela?"
    assert read_as(question) == (question, {})


def test_another_name_is_not_taken_for_one_that_starts_otherwise():
    assert read_as("What does Valvin have?")[1] == {}


def test_a_name_far_from_every_word_stays():
    assert read_as("Who leads the Sinaloa?")[1] == {}


def test_short_words_need_an_exact_spelling():
    assert read_as("Who is Fort?")[1] == {"Fort": "Ford"}
    assert read_as("Who is Frot, Pual?")[1] == {"Pual": "Paul"}


def test_an_initial_or_a_short_half_of_a_name_is_let_be():
    passages = ["Ann Lee sailed the USS Gerald R. Ford."]
    for asked in ("Who sailed the Gerald R. Ford?", "What did Ann Lee sail?"):
        assert respelt(asked, passages, lambda word: True) == (asked, {})


def test_a_shorter_name_is_no_slip_for_a_longer_one():
    passages = ["PostgreSQL has a user of its own."]
    assert respelt("Who is the postgres user?", passages, lambda word: word != "postgres")[1] == {}


def test_a_slip_that_is_a_word_is_told_by_the_other_half_of_the_name():
    passages = ["Caleb Moore and Tony Fernandes met Ann Fernando. More was said."]
    for asked, changed in (
        ("How did Caleb Moor die?", {"Moor": "Moore"}),
        ("What did Tony Fernandez say?", {"Fernandez": "Fernandes"}),
        ("What did Fernandez say?", {}),
        ("What did Tony Fernando say?", {}),
        ("When did Jack Moor die?", {}),
    ):
        assert respelt(asked, passages, lambda word: True)[1] == changed, asked


def test_a_word_that_only_looks_like_another_mends_none():
    # The passage's word has a Cyrillic letter, as names made to deceive have.
    question = "who is the paymaster?"
    assert respelt(question, ["The paym\u0430ster left."], COMMON.__contains__) == (question, {})


@pytest.mark.parametrize(
    ("question", "text", "changes"),
    [
        ("Who tends greenhouse H31?", "Greenhouse H-31 is tended by Ola.", {"H31": "H-31"}),
        ("Who tends greenhouse H-31?", "Greenhouse H31 is tended by Ola.", {"H-31": "H31"}),
        ("Who tends greenhouse H31?", "Greenhouse H-311 and H-3 1 are closed.", {}),
        ("Who tends greenhouse H31?", "H31 is beside H-31.", {}),
    ],
)
def test_a_code_is_read_as_the_passages_write_it(question, text, changes):
    spelt, made = respelt(question, [text], lambda word: True)
    assert made == changes
    assert all(code in spelt for code in changes.values())
