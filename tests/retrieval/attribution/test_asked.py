import pytest

from retrieval.attribution import asked_speaker, asks_for_speaker, speaker_matches
from retrieval.types import Attribution, Words

ASKED = [
    ("According to Rubio, who leads the cartel?", "Rubio"),
    ("Who leads the cartel, according to the Secretary of State?", "the Secretary of State"),
    ("What does Rubio claim about the cartel?", "Rubio"),
    ("Who does Marco Rubio say leads the cartel?", "Marco Rubio"),
    ("What did Admiral Alvin Holsey state about the deployment?", "Admiral Alvin Holsey"),
    ("What has Maduro denied?", "Maduro"),
    ("What is Rubio claiming?", "Rubio"),
    ("In Rubio's view, who runs the cartel?", "Rubio"),
    ("What was announced by Marco Rubio?", "Marco Rubio"),
    ("How does the Pentagon describe the mission?", "the Pentagon"),
    ("What did the mayor of London, Boris Johnson, say?", "Boris Johnson"),
    ("What did Boris Johnson, the mayor of London, say?", "Boris Johnson"),
    ("What did the head of operations say?", "the head of operations"),
    ("What does the man who found the body say?", "the man who found the body"),
    ("What did the inquest find?", "the inquest"),
    ("What did Heald find?", "Heald"),
    ("What did Heald find in the trunk?", None),
    ("What did Berg call the plan?", "Berg"),
    ("When did Berg call the plan a joke?", "Berg"),
    ("What was rejected by Berg as a lie?", "Berg"),
    ("Why did the USS Guardian have a port call?", None),
    ("When did Berg plan to announce a run?", None),
    ("Why was he rejected by the Army?", None),
    ("Why did Nikki Alan's mother hold a vigil?", None),
    ("When did Berg call the police?", None),
    ("Where has something been described?", None),
    ("What was the result regarding the plan?", None),
    ("Who claims that Maduro leads the cartel?", None),
    ("Who leads Operation Southern Spear?", None),
    ("What is Operation Southern Spear called?", None),
    ("What does the article say about drugs?", None),
    ("What does the Act state about fines?", None),
    ("What did they say?", None),
    ("What did it cost?", None),
    ("", None),
    ("?", None),
]


@pytest.mark.parametrize(("question", "speaker"), ASKED)
def test_asked_speaker(question, speaker):
    assert asked_speaker(question) == speaker


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who claims that the cartel is led by Maduro?", True),
        ("Who has accused Maduro of smuggling?", True),
        ("Who is claiming that?", True),
        ("Which U.S. official has announced it?", True),
        ("Which experts say that it raises anxieties?", True),
        ("According to whom is the cartel led by Maduro?", True),
        ("By whom was the plan announced?", True),
        ("Who was it announced by?", True),
        ("Who found that the log was forged?", True),
        ("Which survey found a link?", True),
        ("Who called for a ban?", True),
        ("Who called the delay a joke?", True),
        ('Who called it "a joke"?', True),
        ("Who dismissed it as a joke?", True),
        ("Who rejected allegations of fraud?", True),
        ("Who wrote about the plan?", True),
        ("Do you know who said it?", True),
        ("Who found the body?", False),
        ("Who dismissed the coach?", False),
        ("Who showed up?", False),
        ("Who called the police?", False),
        ("Who rejected the offer?", False),
        ("Who wrote the novel?", False),
        ("How old was the girl who said it?", False),
        ("Who leads the cartel, according to Rubio?", False),
        ("Who does Rubio say leads the cartel?", False),
        ("Who is accused of smuggling?", False),
        ("Which operation was announced by the Secretary?", False),
        ("What did Rubio say?", False),
        ("Who leads Operation Southern Spear?", False),
        ("Who?", False),
        ("", False),
    ],
)
def test_questions_that_ask_who_said_something(question, asks):
    assert asks_for_speaker(question) is asks


def by(name: str, full: str | None = None) -> Attribution:
    return Attribution("reported", Words(name), full_name=Words(full) if full else None)


@pytest.mark.parametrize(
    ("asked", "attribution", "matches"),
    [
        ("Rubio", by("Marco Rubio"), True),
        ("Marco Rubio", by("Rubio"), True),
        ("Secretary Rubio", by("Rubio"), True),
        ("the U.S.", by("The U.S."), True),
        ("Marco Rubio", by("He", "Marco Rubio"), True),
        ("Marco Rubio", by("He"), False),
        ("Rubio", by("Pete Hegseth"), False),
        ("Pete Rubio", by("Marco Rubio"), False),
        ("Rubio", Attribution("stated"), False),
        ("", by("Rubio"), False),
    ],
)
def test_speaker_matches(asked, attribution, matches):
    assert speaker_matches(asked, attribution, "") is matches


def test_an_office_matches_the_name_that_holds_it():
    text = "It was announced by Secretary of State Marco Rubio."
    assert speaker_matches("the Secretary of State", by("Rubio"), text)
    assert not speaker_matches("the Defense Secretary", by("Rubio"), text)
    assert not speaker_matches("critics", by("too late"), "A warning that critics called too late.")
