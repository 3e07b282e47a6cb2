"""Several questions at once, explanations, answers as they come, and the generation asked."""

import json

import pytest

from api import batch_models, models
from api.keys import KeyFile
from retrieval.answering.limits import MAX_K

QUESTION = "who commands the carrier strike group?"


def plain(response):
    return {key: value for key, value in response.items() if key != "took_ms"}


def test_a_batch_gives_what_each_question_gives_and_a_problem_for_what_cannot_be(server):
    asked = [{"question": QUESTION, "k": 2}, {"question": "x", "filter": "y"}]
    found = server.post("/v1/ask/batch", json={"requests": asked})
    assert found.status_code == 200, found.text
    batch_models.AskResults.model_validate(found.json())
    first, unfiltered = found.json()["results"]
    assert plain(first["response"]) == plain(server.post("/v1/ask", json=asked[0]).json())
    assert first["problem"] is None
    assert unfiltered["response"] is None
    assert unfiltered["problem"]["status"] == 422
    asked.append({"question": " "})
    refused = server.post("/v1/ask/batch", json={"requests": asked})
    assert refused.status_code == 422
    assert "requests.2.question" in refused.json()["detail"]


def test_batches_of_searches_and_explanations(server):
    searches = {"requests": [{"query": "strike group", "k": 1}, {"query": "Maduro", "k": 2}]}
    found = server.post("/v1/search/batch", json=searches).json()
    batch_models.SearchResults.model_validate(found)
    assert [len(each["response"]["passages"]) for each in found["results"]] == [1, 2]
    asked = {"requests": [{"question": QUESTION, "expected": "Paul Lanzilotta"}]}
    found = server.post("/v1/explain/batch", json=asked).json()
    batch_models.ExplainResults.model_validate(found)


@pytest.mark.parametrize("path", ["ask", "search", "explain"])
def test_a_batch_is_bounded(server, path):
    item = {"question": "x", "query": "x", "expected": "x"}
    keys = {"ask": ["question"], "search": ["query"], "explain": ["question", "expected"]}[path]
    requests = [{key: item[key] for key in keys}] * (batch_models.MOST + 1)
    assert server.post(f"/v1/{path}/batch", json={"requests": requests}).status_code == 422
    assert server.post(f"/v1/{path}/batch", json={"requests": []}).status_code == 422


def test_an_explanation_names_the_step_where_words_were_lost(server):
    asked = {"question": QUESTION, "expected": "Paul Lanzilotta"}
    found = server.post("/v1/explain", json=asked).json()
    models.ExplainResponse.model_validate(found)
    assert found["steps"][0]["stage"] == "chunking"
    assert found["lost"] is None or found["steps"][-1]["stage"] == found["lost"]
    none = server.post("/v1/explain", json={**asked, "expected": "Quillfeather"})
    assert none.status_code == 422
    assert "Quillfeather" in none.json()["detail"]


@pytest.mark.parametrize("count", [0, 1, 3, 12])
def test_as_many_passages_come_as_are_asked_for(server, count):
    asked = {"question": QUESTION, "k": 1, "passages": count}
    found = server.post("/v1/ask", json=asked).json()
    everything = server.post("/v1/search", json={"query": QUESTION, "k": MAX_K}).json()
    assert len(found["passages"]) == min(count, len(everything["passages"]))
    spans = [(each["document_id"], each["start"]) for each in found["passages"]]
    assert len(set(spans)) == len(spans)
    assert len(found["answers"]) == 1


def streamed(client, path, body):
    with client.stream("POST", path, json=body) as stream:
        if stream.status_code != 200:
            return stream.status_code, json.loads(stream.read())
        assert stream.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(stream.iter_text()).split("\n\n")
    events = [dict(line.split(": ", 1) for line in each.splitlines()) for each in blocks if each]
    return 200, [(each["event"], json.loads(each["data"])) for each in events]


def test_passages_come_first_then_answers_then_the_response(server):
    asked = {"question": QUESTION, "k": 2, "passages": 3}
    _, events = streamed(server, "/v1/ask/stream", asked)
    names = [name for name, _ in events]
    whole = server.post("/v1/ask", json=asked).json()
    assert names == ["passages", *["answer"] * len(whole["answers"]), "done"]
    assert len(events[0][1]["passages"]) == 3
    assert events[0][1]["index"] == whole["index"]
    assert [data for name, data in events if name == "answer"] == whole["answers"]
    assert plain(events[-1][1]) == plain(whole)


@pytest.mark.parametrize("body", [{"question": " "}, {"question": "x", "filter": "nosuch = 1"}])
def test_a_stream_that_cannot_begin_is_a_problem(server, body):
    status, problem = streamed(server, "/v1/ask/stream", body)
    assert status == 422
    models.ProblemDetails.model_validate(problem)


def test_a_generation_can_be_asked_for(tmp_path, serve):
    from index.store import FileStore

    note = tmp_path / "note.txt"
    note.write_text("The harbour master is Per Lie.")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([note])
    asked = {"question": "Who is the harbour master?"}
    with serve(tmp_path / "index") as client:
        first = client.post("/v1/ask", json=asked).json()
        citation = first["answers"][0]["citation"]
        late = client.post("/v1/ask", json={**asked, "min_generation": 2})
        assert (late.status_code, late.headers["retry-after"]) == (409, "1")
        note.write_text("The harbour master is Pia Conti.")
        with FileStore.open(tmp_path / "index") as store:
            store.sync([note])
        for exact, name in ((1, "Per Lie"), (2, "Pia Conti"), (None, "Pia Conti")):
            found = client.post("/v1/ask", json={**asked, "generation": exact}).json()
            assert found["answers"][0]["text"] == name
            assert found["index"]["generation"] == (exact or 2)
        assert client.post("/v1/ask", json={**asked, "min_generation": 2}).status_code == 200
        url = f"/v1/documents/{citation['document_id']}"
        then = client.get(url, params={"generation": first["index"]["generation"]}).json()
        assert then["sha256"] == citation["sha256"]
        assert then["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert client.get(url).json()["sha256"] != citation["sha256"]
        assert client.get(url, params={"min_generation": 3}).status_code == 409
        assert client.get(url, params={"generation": 9}).status_code == 404


def test_a_key_with_a_filter_learns_of_nothing_else(tmp_path, serve):
    from index.store import FileStore

    records = (
        {"_id": "a1", "text": "The pilot of boat one is Ada Quist.", "team": "a"},
        {"_id": "b1", "text": "The pilot of boat two is Bo Lind.", "team": "b", "secret": "x"},
    )
    (tmp_path / "crew.jsonl").write_text("\n".join(map(json.dumps, records)))
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "crew.jsonl"])
    keys = KeyFile(tmp_path / "keys.json")
    _, key = keys.create("team", ["read"], "team = a")
    asked = {"question": "Who is the pilot of boat two?", "passages": 9}
    message = {"role": "user", "content": asked["question"]}
    calls = [
        ("/v1/ask/stream", asked),
        ("/v1/ask/batch", {"requests": [asked]}),
        ("/v1/search/batch", {"requests": [{"query": "boat two"}]}),
        ("/v1/explain", {"question": asked["question"], "expected": "is Bo Lind"}),
        ("/v1/explain", {"question": asked["question"], "expected": "b1#0-5"}),
        ("/v1/chat/completions", {"messages": [message]}),
        ("/v1/chat/completions", {"messages": [message], "stream": True}),
        ("/v1/documents?facet=team&facet=secret", None),
        ("/v1/documents?filter=secret%20%3D%20x", None),
        ("/v1/status", None),
    ]
    with serve(tmp_path / "index", "--keys", str(keys.path)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        for path, body in calls:
            answer = client.get(path) if body is None else client.post(path, json=body)
            text = answer.text.replace(json.dumps("is Bo Lind")[1:-1], "", 1)
            for hidden in ("boat two is", "Lind", str(tmp_path), '"documents": 2'):
                assert hidden not in text.replace(str(tmp_path / "crew.jsonl"), ""), (path, hidden)
