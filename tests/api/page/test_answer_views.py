"""A response in words: verdicts, conflicts, runners-up, places; over a real engine."""

from functools import cache

import pytest

from api.page.answer_views import confidence_words, passage_views, response_view
from index.store import FileStore
from retrieval.engine import Engine

WIRE = (
    "The mill at Corrow Weir burned down on Sunday night. The fire began in the drying loft, said "
    "Captain Lena Voss of the fire brigade. Nobody was hurt. The mill had ground oats for the "
    "villages along the river since 1874, and its wheel was the last to turn there.\n"
)
TEXTS = {
    "courier.txt": f"Courier\n\n{WIRE}",
    "gazette.txt": f"Gazette\n\n{WIRE}",
    "diary.txt": "My diary. I was at the bridge all evening, and saw with my own eyes how it went. "
    "The fire at the mill began in the drying loft, and it took an hour until the roof was gone. "
    "We carried what we could.",
    "north.txt": "The night boat to Hale leaves at 21:40.\n\nIt is painted white.",
    "south.txt": "The night boat to Hale leaves at 22:15.\n\nTickets are sold on board.",
    "log.md": "# Log\n\n## Staff\n\nThe mate of the night boat is Ruth Ansel.\n\n"
    "Peder Falk said that the boiler was new.\n",
    "costs.md": "# Quay budget\n\n## Costs\n\n| Item | 2024 | 2025 |\n|---|---|---|\n"
    "| Crane | 1,900,000 | 2,600,000 |\n| Lighthouse repairs | 120,000 | 95,000 |\n",
    "board.txt": "Minutes of the pier board\n\nCHAIR: I say that the pier lamp costs 90 crowns.\n"
    "MR HOLT: I say that the pier lamp costs 75 crowns.\n",
    "gate.txt": "The harbour gate was not painted in 2019.\n\nA wall stands behind it.",
}


@pytest.fixture(scope="module")
def boats(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boats")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    with FileStore.create(tmp_path_factory.mktemp("boats-index") / "index") as store:
        store.sync([folder])
        path = store.location
    with Engine.open(path) as engine:
        yield engine


def view_of(engine, question):
    return response_view(engine.ask(question), cache(engine.document))


def test_documents_that_give_two_times_are_set_against_each_other(boats):
    view = view_of(boats, "When does the night boat to Hale leave?")
    (conflict,) = view.conflicts
    assert "different answers" in conflict.about
    assert {side.speaker for side in conflict.sides} == {""}
    assert {(side.words, side.title) for side in conflict.sides} >= {
        ("21:40", "north.txt"), ("22:15", "south.txt"),
    }  # fmt: skip
    assert len({side.href for side in conflict.sides}) == len(conflict.sides)


def test_two_who_speak_in_one_document_are_set_against_each_other(boats):
    (conflict,) = view_of(boats, "How much does the pier lamp cost?").conflicts
    assert conflict.about.startswith("Those whose words one document reports")
    assert {(side.words, side.speaker) for side in conflict.sides} == {
        ("90 crowns", "according to CHAIR"), ("75 crowns", "according to MR HOLT"),
    }  # fmt: skip


def test_the_lines_of_those_who_speak_stay_apart_in_a_passage(boats):
    views = passage_views(boats.search("pier lamp"), cache(boats.document))
    assert ".\nMR HOLT: I say" in _text(views[0])


def test_two_numbers_of_one_row_are_no_conflict_and_stand_under_their_columns(boats):
    view = view_of(boats, "How much were lighthouse repairs in 2025?")
    assert view.answers
    assert view.conflicts == ()
    row = view.answers[0].row
    assert [cell.column for cell in row] == ["Item", "2024", "2025"]
    assert [cell.column for cell in row if cell.quote]
    assert "2024" not in " ".join(view.answers[0].source.headings)


def test_one_answer_is_no_conflict_and_names_its_headings(boats):
    view = view_of(boats, "Who is the mate of the night boat?")
    assert view.conflicts == ()
    first = view.answers[0]
    assert first.text == "Ruth Ansel"
    # The first heading is the title.
    assert (first.source.title, first.source.headings) == ("Log", ("Staff",))
    assert (first.before, first.quote, first.after) == (
        "The mate of the night boat is ", "Ruth Ansel", ".",
    )  # fmt: skip


def test_a_question_for_yes_or_no_is_answered_so_with_the_sentence(boats):
    view = view_of(boats, "Was the harbour gate painted in 2019?")
    first = view.answers[0]
    assert first.decision == "No"
    # The answer says what the sentence decides, so no note does.
    assert not [note for note in view.notes if "the sentence says" in note]
    for conflict in view.conflicts:
        assert len({side.words for side in conflict.sides}) > 1
    assert first.is_sentence
    sentence = first.before + first.quote + first.after
    assert sentence == "The harbour gate was not painted in 2019."


def test_a_claim_names_who_makes_it(boats):
    view = view_of(boats, "What was new, according to Peder Falk?")
    assert "Peder Falk" in view.answers[0].speaker


def test_what_is_not_said_has_the_nearest_passages_and_no_answer(boats):
    view = view_of(boats, "What is the capital of Peru?")
    assert (view.headline, view.answers) == ("Not in these documents", ())
    assert view.nearest
    assert view.unread == 0


def test_an_answer_names_its_other_sources_and_its_copies(boats):
    view = view_of(boats, "Where did the fire at the mill begin?")
    answer = view.answers[0]
    assert answer.text.endswith("drying loft")
    (other,) = answer.support.others.places
    copies = [*answer.support.copies.places, *other.copies.places]
    titles = [answer.source.title, other.source.title, copies[0].source.title]
    assert sorted(titles) == ["courier.txt", "diary.txt", "gazette.txt"]
    # The diary is a source of its own; the story is one, however many print it.
    is_own = answer.source.title == "diary.txt"
    assert copies[0].source.title != "diary.txt"
    assert (len(answer.support.copies), len(other.copies)) == ((0, 1) if is_own else (1, 0))
    assert answer.support.summary.startswith("1 other source says it")
    assert ("1 copy of this source" in answer.support.summary) is not is_own
    assert other.href.startswith(f"/read/{other.source.document_id}?start=")


def test_what_stands_in_one_place_alone_names_no_other(boats):
    support = view_of(boats, "Who is the mate of the night boat?").answers[0].support
    assert support.summary == ""


def test_a_passage_names_the_copies_that_were_left_out_for_it(boats):
    views = passage_views(boats.search("mill burned at Corrow Weir"), cache(boats.document))
    assert [len(each.copies) for each in views if "Corrow" in _text(each)] == [1]


def _text(view) -> str:
    return "".join(piece.text for piece in view.pieces)


def test_all_answers_are_shown_the_unlikely_ones_as_runners_up(boats):
    for question in ("When does the night boat to Hale leave?", "Who is the mate?"):
        response = boats.ask(question)
        view = response_view(response, cache(boats.document))
        shown = [*view.answers, *view.runners_up]
        assert [each.span for each in shown] == [each.citation.span for each in response.answers]
        first = response.answers[0].confidence
        for each, answer in zip(shown, response.answers, strict=True):
            if each in view.runners_up:
                assert min(a.confidence for a in response.answers) < 0.15 * first
            elif each is not shown[0]:
                assert answer.confidence >= 0.15 * first


def test_a_search_marks_the_words_that_were_asked_for(boats):
    first = passage_views(boats.search("sold tickets"), cache(boats.document))[0]
    assert {"sold", "Tickets"} <= {piece.text for piece in first.pieces if piece.marked}


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.95, "Very likely right (95"), (0.6, "Likely right (60"), (0.3, "Possibly right (30"),
     (0.29, "Unlikely (29"), (0.0, "Unlikely (0"), (1.0, "Very likely right (100")],
)  # fmt: skip
def test_how_sure_an_answer_is_is_said_in_words(confidence, words):
    assert confidence_words(confidence).startswith(words)
