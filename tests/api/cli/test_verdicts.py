"""What the shipped article does not say, asked of it: the verdict, the exit code, no claim."""

import json

import pytest

OFF_TOPIC = [
    "What is the capital of France?",
    "How do I bake sourdough bread?",
    "Who painted the Mona Lisa?",
    "How tall is Mount Everest?",
    "When was the Eiffel Tower built?",
    "What is photosynthesis?",
]
FALSE_PREMISE = [
    "When did the Senate approve the strikes?",
    "Why did Maduro confess to leading the cartel?",
    "Which court convicted Nicolás Maduro?",
    "When did Admiral Holsey resign?",
    "Who sank the USS Gerald R. Ford?",
    "Why did Pete Hegseth cancel Operation Southern Spear?",
    "When did the Senate impeach Trump?",
]


@pytest.mark.parametrize("question", OFF_TOPIC)
def test_another_subject_is_not_found(engine, question):
    response = engine.ask(question)
    assert response.verdict == "not_found"
    assert response.answers == ()


@pytest.mark.parametrize("question", OFF_TOPIC[:2])
def test_not_found_exits_with_3_and_shows_the_nearest_passages(excerpt, seed_index, question):
    at = ("--index", str(seed_index))
    done = excerpt("ask", question, *at)
    assert (done.returncode, done.stderr) == (3, "")
    verdict, _, heading, *passages = done.stdout.splitlines()
    assert verdict == "not found: these documents do not say"
    assert heading == "The nearest passages:"
    assert passages
    assert "% sure" not in done.stdout
    printed = excerpt("ask", question, "--json", *at)
    assert (printed.returncode, printed.stderr) == (3, "")
    found = json.loads(printed.stdout)
    assert (found["verdict"], found["answers"]) == ("not_found", [])
    assert found["passages"]


@pytest.mark.parametrize("question", FALSE_PREMISE)
def test_what_did_not_happen_is_never_answered(engine, question):
    assert engine.ask(question).verdict != "answered"


def test_a_likely_answer_about_the_senate_stands_in_the_sentence_that_says_it_refused(engine):
    for answer in engine.ask("When did the Senate approve the strikes?").answers:
        if answer.confidence > 0.1:
            assert "Senate vote rejected a measure" in answer.citation.sentence.text


def test_what_the_article_says_exits_with_0(excerpt, seed_index):
    done = excerpt("ask", "Who commands U.S. Southern Command?", "--index", str(seed_index))
    assert done.returncode == 0
    assert "Admiral Alvin Holsey" in done.stdout
