"""The index is replaced under a running server: the next request is right, or a clear error."""

import shutil

QUERY = "Who keeps the lighthouse?"
OLD, NEW = "Ada Moreau", "Ilya Brandt"


def answered(client):
    response = client.post("/v1/ask", json={"question": QUERY})
    assert response.status_code == 200, response.text
    return response.json()["answers"][0]["text"]


def test_what_took_its_place_answers_the_next_request(serve, replacing, changed):
    with serve(replacing.served) as client:
        assert answered(client) == OLD
        changed(replacing)
        assert answered(client) == NEW
        assert client.get("/readyz").status_code == 200
        document = client.post("/v1/search", json={"query": QUERY}).json()["passages"][0]
        text = client.get(f"/v1/documents/{document['document_id']}").json()["text"]
        assert text == f"{NEW} keeps the lighthouse."


def test_no_index_is_a_clear_error_until_there_is_one_again(serve, replacing, gone):
    with serve(replacing.served) as client:
        assert answered(client) == OLD
        gone(replacing)
        for _ in range(2):
            asked = client.post("/v1/ask", json={"question": QUERY})
            assert asked.status_code == 503, asked.text
            assert asked.headers["content-type"] == "application/problem+json"
            assert asked.json()["type"] == "urn:excerpt:problem:index-unavailable"
            assert str(replacing.served) in asked.json()["detail"]
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
        shutil.rmtree(replacing.served, ignore_errors=True)
        shutil.copytree(replacing.other, replacing.served)
        assert answered(client) == NEW
