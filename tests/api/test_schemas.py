import json

import pytest

from api import document_models, models
from api.schemas import document_json, response_json, search_json, to_json
from index.types import Counts, Document, Hit, Passage, Span
from retrieval.types import (
    Answer,
    Attribution,
    Box,
    Citation,
    Response,
    SearchResponse,
    Words,
)

HIT = Hit(
    Passage(7, "root/a.txt", Span(0, 19), "Anna leads the team", ("Staff",), title="A"),
    0.75,
    {"dense": 0.5, "lexical": 2.25},
)
CITATION = Citation(
    document_id="root/a.txt",
    title="A",
    uri="/root/a.txt",
    span=Span(0, 4),
    quote="Anna",
    utf16=Span(0, 4),
    utf8=Span(0, 4),
    line=1,
    column=1,
    sentence=Words("Anna leads the team", Span(0, 19)),
    page=2,
    boxes=(Box(2, 1.0, 2.0, 3.0, 4.0),),
    place={"page": 2, "label": "ii"},
    sha256="5e" * 32,
)
CLAIMED = Attribution(
    "claimed", Words("Bo", Span(30, 32)), full_name=Words("Bo Lind", Span(22, 29))
)
RESPONSE = Response(
    question="who leads the team?",
    verdict="answered",
    answers=(
        Answer("Anna", 0.9, CITATION, CLAIMED),
        Answer("Anna", 0.5, CITATION, Attribution("stated", says=Words("says", Span(5, 9)))),
        Answer("Anna", 0.4, CITATION, Attribution("reported", None, Words("it is said"))),
        Answer("Anna", 0.1, CITATION, None),
    ),
    hits=(HIT,),
    index=Counts(3, 1, 1),
    timings={"total": 1.23456},
    notes=("a note",),
)


def test_an_answer_has_exactly_the_keys_that_other_programs_read():
    answer = response_json(RESPONSE)["answers"][0]
    assert list(answer) == [
        "text", "confidence", "citation", "attribution", "kind", "decides", "support"
    ]  # fmt: skip
    assert answer["citation"] == {
        "document_id": "root/a.txt",
        "title": "A",
        "uri": "/root/a.txt",
        "start": 0,
        "end": 4,
        "quote": "Anna",
        "utf16": [0, 4],
        "utf8": [0, 4],
        "line": 1,
        "column": 1,
        "page": 2,
        "boxes": [{"page": 2, "left": 1.0, "top": 2.0, "right": 3.0, "bottom": 4.0}],
        "place": {"page": 2, "label": "ii"},
        "sha256": "5e" * 32,
        "sentence": {"start": 0, "end": 19, "text": "Anna leads the team"},
    }
    assert answer["attribution"] == {
        "speaker": {"start": 30, "end": 32, "text": "Bo"},
        "full_name": {"start": 22, "end": 29, "text": "Bo Lind"},
        "cue": None,
        "stance": "claimed",
        "polarity": "affirmed",
        "says": None,
    }
    own = response_json(RESPONSE)["answers"][1]["attribution"]
    assert own["says"] == {"start": 5, "end": 9, "text": "says"}


def test_passages_and_index_are_as_the_contract_says():
    found = response_json(RESPONSE)
    assert found["passages"] == [
        {
            "document_id": "root/a.txt",
            "title": "A",
            "start": 0,
            "end": 19,
            "text": "Anna leads the team",
            "score": 0.75,
            "scores": {"dense": 0.5, "lexical": 2.25},
            "copies": [],
            "same_source_as": None,
        }
    ]
    assert found["index"] == {"generation": 3, "documents": 1, "passages": 1}
    assert found["took_ms"] == {"total": 1.235}


def test_the_models_of_http_describe_the_same_objects():
    """Unknown keys are refused and none may be missing, so the two cannot drift."""
    search = SearchResponse("q", (HIT,), Counts(3, 1, 1), {"total": 1.0}, ())
    document = Document(
        "a", "/a", "A", "text", "00", "text/plain", {"tags": ("x", "y"), "year": 2024, "ok": True}
    )
    for model, made in (
        (models.AskResponse, response_json(RESPONSE)),
        (models.SearchResponse, search_json(search)),
        (document_models.Document, document_json(document)),
    ):
        described = model.model_validate(made).model_dump(mode="json")
        assert described == json.loads(to_json(made))


def test_text_that_utf8_cannot_carry_is_escaped():
    text = to_json({"text": "é\ud83d"})
    assert text.isascii()
    assert json.loads(text) == {"text": "é\ud83d"}


def test_a_number_that_json_lacks_is_an_error():
    with pytest.raises(ValueError, match="JSON"):
        to_json(float("nan"))
