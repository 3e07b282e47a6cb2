"""Chat front ends ask as they ask others."""

import json

import pytest

from api import chat_models


@pytest.fixture(scope="module")
def quay(tmp_path_factory, serve):
    from index.store import FileStore

    folder = tmp_path_factory.mktemp("quay")
    (folder / "docs").mkdir()
    (folder / "docs" / "quay.txt").write_text(
        "The warden of the quay is Ada Moreau.\n\n"
        "Bo Lind claims that the crane cost 40,000 crowns.\n\n"
        "The sign ![x](http://a.example/p.png) <img src=x> hangs over the gate of Nils Rask.\n"
    )
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "docs"])
    with serve(folder / "index") as client:
        yield client


def chat(client, question, **others):
    messages = [
        {"role": "system", "content": "You are helpful."},
        {"role": "user", "content": "Who is the cook?"},
        {"role": "assistant", "content": "Nobody."},
        {"role": "user", "content": question},
    ]
    body = {"model": "any", "messages": messages, "temperature": 0.7, "max_tokens": 9, **others}
    return client.post("/v1/chat/completions", json=body)


def said(answer):
    assert answer.status_code == 200, answer.text
    chat_models.ChatCompletion.model_validate(answer.json())
    (choice,) = answer.json()["choices"]
    return choice["message"]["content"]


def test_the_answer_is_the_quote_with_its_source(quay):
    answer = chat(quay, "Who is the warden of the quay?")
    text = said(answer)
    assert text.startswith("**Ada Moreau**")
    assert "> The warden of the quay is Ada Moreau." in text
    assert "quay.txt, line 1" in text
    assert answer.json()["model"] == "any"
    assert answer.json()["excerpt"]["answers"][0]["text"] == "Ada Moreau"


def test_a_question_may_come_in_parts(quay):
    parts = [
        {"type": "text", "text": "Who is the warden"},
        {"type": "text", "text": "of the quay?"},
    ]
    assert said(chat(quay, parts)).startswith("**Ada Moreau**")


def test_somebodys_word_is_told_as_theirs(quay):
    text = said(chat(quay, "How much did the crane cost?"))
    assert "40,000 crowns" in text
    assert "claimed by Bo Lind" in text


def test_what_the_documents_do_not_say_is_said_plainly(quay):
    text = said(chat(quay, "What is the boiling point of mercury in kelvin?"))
    assert text.startswith("**Not in these documents.**")
    assert "quay.txt" in text


def test_what_a_document_holds_does_nothing_in_a_front_end(quay):
    text = said(chat(quay, "Whose gate does the sign hang over?", k=5))
    assert "![" not in text
    assert "<img" not in text.replace("\\<img", "")


def test_a_streamed_reply_has_the_same_words(quay):
    question = "Who is the warden of the quay?"
    body = {"messages": [{"role": "user", "content": question}], "stream": True}
    with quay.stream("POST", "/v1/chat/completions", json=body) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        data = [line[6:] for line in stream.iter_lines() if line.startswith("data: ")]
    assert data.pop() == "[DONE]"
    chunks = [json.loads(each) for each in data]
    assert {each["object"] for each in chunks} == {"chat.completion.chunk"}
    assert len({each["id"] for each in chunks}) == 1
    deltas = [each["choices"][0]["delta"] for each in chunks]
    assert deltas[0]["role"] == "assistant"
    text = "".join(each.get("content", "") for each in deltas)
    assert text == said(chat(quay, question))
    assert [each["choices"][0]["finish_reason"] for each in chunks[-2:]] == [None, "stop"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": [{"role": "system", "content": "x"}]},
        {"messages": [{"role": "user", "content": " "}]},
        {"messages": [{"role": "user"}]},
        {"messages": [{"role": "user", "content": "x"}], "filter": "nosuch = 1"},
        {"messages": [{"role": "user", "content": " "}], "stream": True},
    ],
)
def test_what_cannot_be_asked_is_a_problem(quay, body):
    answer = quay.post("/v1/chat/completions", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_models_are_listed(quay):
    found = quay.get("/v1/models").json()
    chat_models.ChatModels.model_validate(found)
    assert [each["id"] for each in found["data"]] == ["excerpt"]
