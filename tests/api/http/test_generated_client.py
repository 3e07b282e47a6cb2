"""A client that a public generator makes of the description does what a client is for."""

import json
import os
import shutil
import subprocess
import sys

import pytest

GENERATOR = "openapi-python-client"

SCRIPT = """
import io, sys, time
from generated import Client
from generated.api.documents import add_documents, delete_document, document, documents
from generated.api.jobs import job as get_job
from generated.api.questions import ask
from generated.api.uploads import add_uploads
from generated.models import AskRequest, BodyAddUploads, NewDocument, NewDocuments, ProblemDetails
from generated.types import File

client = Client(base_url=sys.argv[1])

def done(job):
    while job.state in ("queued", "running"):
        time.sleep(0.05)
        job = get_job.sync(job.id, client=client)
    assert job.state == "done", job
    return job

sent = File(payload=io.BytesIO(b"The captain is Ilya Brandt."), file_name="crew.txt")
uploaded = done(add_uploads.sync(client=client, body=BodyAddUploads(files=[sent])))
found = ask.sync(client=client, body=AskRequest(question="Who is the captain?"))
assert found.answers[0].text == "Ilya Brandt", found
citation = found.answers[0].citation
text = document.sync(citation.document_id, client=client).text
assert text[citation.start:citation.end] == citation.quote
new = NewDocuments(documents=[NewDocument(text="The cook is Bo Lind.", id="cook")])
assert done(add_documents.sync(client=client, body=new)).documents[0].id == "cook"
assert documents.sync(client=client).total == 3
for each in ("cook", uploaded.documents[0].id):
    done(delete_document.sync(each, client=client))
gone = document.sync("cook", client=client)
assert isinstance(gone, ProblemDetails) and gone.status == 404, gone
print("all done")
"""


@pytest.mark.slow
def test_a_generated_client_asks_uploads_follows_and_deletes(serve, tmp_path):
    """`pip install openapi-python-client` in an environment of its own, with its bin on PATH."""
    generator = shutil.which(GENERATOR)
    if generator is None:
        pytest.skip(f"{GENERATOR} is not on PATH")
    from index.store import FileStore

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "one.txt").write_text("The lighthouse keeper is Ada Moreau.")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([tmp_path / "docs"])
    with serve(tmp_path / "index") as client:
        description = tmp_path / "openapi.json"
        description.write_text(json.dumps(client.get("/openapi.json").json()))
        made = subprocess.run(
            [
                *(generator, "generate", "--path", str(description), "--meta", "none"),
                *("--output-path", str(tmp_path / "generated")),
            ],
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(client.base_url)],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.stdout == "all done\n", done.stderr
