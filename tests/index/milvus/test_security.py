"""A server that demands a token and encrypts, with a certificate that it made itself."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexUnavailableError
from index.milvus.milvus_store import MilvusStore
from index.testing import HashingEmbedder, make_document, texts

pytestmark = pytest.mark.slow

Excerpt = Callable[..., subprocess.CompletedProcess[str]]
LOGIN = "root:Milvus"
"""What a new server has."""

WRONG = "hunter2-secret"
FEW_SECONDS = "?timeout=5"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    made = (
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
        "-out", "server.pem", "-keyout", "server.key",
    )  # fmt: skip
    try:
        subprocess.run(made, cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate, is not installed")
    return folder / "server.pem"


@pytest.fixture(scope="module")
def secured(new_server: Callable[..., Any], certificate: Path) -> Iterator[Any]:
    settings = {
        "authorization_enabled": True,
        "tls_mode": 1,
        "server_pem_path": str(certificate),
        "server_key_path": str(certificate.with_suffix(".key")),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXCERPT_MILVUS_CA", str(certificate))
        yield new_server(settings, LOGIN)


def test_the_right_token_reads_and_writes_encrypted(secured: Any) -> None:
    store = MilvusStore.create(secured.url("books"), embedder=HashingEmbedder(), model="hashing")
    store.add([make_document("a", "Bees hum.")])
    assert texts(store) == ["Bees hum."]
    assert LOGIN not in f"{store.location} {store.status()}"


def place(secured: Any, scheme: str = "milvus+tls") -> str:
    return f"{scheme}://127.0.0.1:{secured.port}/books{FEW_SECONDS}"


@pytest.mark.parametrize(
    ("token", "words"),
    [(WRONG, "refuses the token"), (f"root:{WRONG}", "refuses the token"), ("", "demands a token")],
)
def test_a_wrong_token_and_none_are_one_line_without_it(
    secured: Any, excerpt: Excerpt, certificate: Path, token: str, words: str
) -> None:
    environment = {"EXCERPT_MILVUS_TOKEN": token, "EXCERPT_MILVUS_CA": str(certificate)}
    done = excerpt("status", "--index", place(secured), env=environment)
    assert done.returncode == 1
    assert words in done.stderr
    assert "EXCERPT_MILVUS_TOKEN" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert WRONG not in done.stderr + done.stdout


def test_a_certificate_that_is_not_trusted_is_refused(
    secured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pymilvus has one connection for each server and token.
    monkeypatch.setenv("EXCERPT_MILVUS_TOKEN", "untrusted")
    monkeypatch.delenv("EXCERPT_MILVUS_CA")
    with pytest.raises(IndexUnavailableError, match="EXCERPT_MILVUS_CA"):
        MilvusStore.open(place(secured))


def test_an_unencrypted_connection_is_refused(
    secured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCERPT_MILVUS_TOKEN", "unencrypted")
    with pytest.raises(IndexUnavailableError, match=r"write milvus\+tls://") as error:
        MilvusStore.open(place(secured, "milvus"))
    assert "unencrypted" not in str(error.value)
