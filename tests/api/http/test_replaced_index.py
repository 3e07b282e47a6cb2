"""The index is replaced under a running server: the next request is right, or a clear error."""

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

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


def test_while_it_is_switched_to_and_fro_each_answer_is_of_one_of_them(serve, replacing, tmp_path):
    link = tmp_path / "link"

    def switch(to):
        new = tmp_path / "new"
        new.symlink_to(to)
        new.rename(link)

    switch(replacing.served)
    done = threading.Event()
    with serve(link) as client:

        def asking(_):
            seen = []
            while not done.is_set() or not seen:
                response = client.post("/v1/ask", json={"question": QUERY})
                if response.status_code == 503:
                    assert response.json()["type"] == "urn:excerpt:problem:index-unavailable"
                    continue
                assert response.status_code == 200, response.text
                found = response.json()
                said = found["answers"][0]["text"]
                assert said in (OLD, NEW)
                assert {each["text"] for each in found["passages"]} == {
                    f"{said} keeps the lighthouse."
                }
                seen.append(said)
            return seen

        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(asking, number) for number in range(3)]
            try:
                for _ in range(4):
                    for index, name in ((replacing.other, NEW), (replacing.served, OLD)):
                        switch(index)
                        assert answered(client) == name
                        time.sleep(0.2)
            finally:
                done.set()
            seen = {each for result in asked for each in result.result()}
        assert seen == {OLD, NEW}
