"""schemathesis over the whole OpenAPI document, with and without a key, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.keys import KeyFile
from index.store import FileStore
from index.testing import lay_out

HERE = Path(__file__).parent

PATIENT = {"EXCERPT_TIMEOUT_SECONDS": "600"}
"""A batch of a hundred questions takes its time where tests run beside other work: what fails here
is what is answered, and never how soon."""

RUN = "from schemathesis.cli import schemathesis; schemathesis()"

SETTINGS = """
[checks.positive_data_acceptance]
# No schema can say which filters, spans and cursors can be used; see the check in the hooks.
expected-statuses = ["2xx", "304", 401, 403, 404, 409, 412, 422, 429]
"""


DOCUMENTS = {
    "keeper.txt": "The lighthouse keeper is Ada Moreau. She came from Brann in 1931.",
    "ferry.md": "---\nlanguage: en\n---\n# Ferry\n\nThe ferry leaves at noon.",
}
"""Little to read: it is the requests that are tried, thousands of them."""


@pytest.fixture(scope="module")
def writable(tmp_path_factory):
    """Return an index of a few words, which may be written to."""
    folder = tmp_path_factory.mktemp("writable")
    lay_out(folder / "documents", DOCUMENTS)
    with FileStore.create(folder / "index") as store:
        store.sync([folder / "documents"])
    return folder / "index"


def tried(client, folder, *options):
    """Run schemathesis over a server's description, and return what it said."""
    config = folder / "schemathesis.toml"
    config.write_text(SETTINGS)
    return subprocess.run(
        [
            *(sys.executable, "-c", RUN, "--config-file", str(config), "run"),
            f"{client.base_url}/openapi.json",
            *("--max-examples", "2", "--seed", "11"),
            *("--request-timeout", "600", "--continue-on-failure", "--no-color", *options),
        ],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "PYTHONPATH": str(HERE),
        },
        capture_output=True,
        text=True,
        timeout=3_000,
    )


@pytest.mark.slow
def test_nothing_is_found_where_anybody_may_ask(serve, writable, tmp_path):
    with serve(writable, **PATIENT) as client:
        done = tried(client, tmp_path, "--phases", "examples,coverage,fuzzing")
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.slow
def test_nothing_is_found_with_a_key(serve, writable, tmp_path):
    keys = KeyFile(tmp_path / "keys.json")
    _, key = keys.create("all", ["admin"])
    with serve(writable, "--keys", str(keys.path), **PATIENT) as client:
        done = tried(
            *(client, tmp_path, "--phases", "examples,fuzzing"),
            # The key is sent with requests that are to lack one, too.
            *("-H", f"Authorization: Bearer {key}", "--exclude-checks", "missing_required_header"),
        )
    assert done.returncode == 0, done.stdout[-6000:]
