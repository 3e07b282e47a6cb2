"""The URL of an index in Milvus, and what must not be shown of it."""

from pathlib import Path

import pytest

from index.errors import InputError
from index.milvus.address import read_address

SECRET = "hunter2-token"


def test_all_parts_are_read() -> None:
    url = "milvus+tls://db.example:1/books?database=a&index=ivf_sq8&consistency=bounded&timeout=2.5"
    address = read_address(url, {"EXCERPT_MILVUS_TOKEN": SECRET, "EXCERPT_MILVUS_CA": "/ca.pem"})
    assert (address.uri, address.name) == ("https://db.example:1", "books")
    assert (address.token, address.certificate) == (SECRET, Path("/ca.pem"))
    assert (address.database, address.index) == ("a", "IVF_SQ8")
    assert (address.consistency, address.timeout) == ("Bounded", 2.5)
    assert address.location == "milvus+tls://db.example:1/books?database=a"


def test_the_port_and_the_rest_have_defaults() -> None:
    address = read_address("milvus://localhost/books", {})
    assert (address.uri, address.token) == ("http://localhost:19530", "")


@pytest.mark.parametrize("token", [SECRET, f"root:{SECRET}", "a%40b%2F" + SECRET])
def test_a_token_is_used_and_not_shown(token: str) -> None:
    address = read_address(f"milvus://{token}@localhost/books", {"EXCERPT_MILVUS_TOKEN": "other"})
    assert address.token.endswith(SECRET)
    assert SECRET not in f"{address!r} {address} {address.location} {address.uri}"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("localhost", "cannot be called ''"),
        ("localhost/two words", "'two words'"),
        ("localhost/2books", "digit"),
        ("localhost/a/b", "'a/b'"),
        ("localhost:port/books", "port"),
        ("localhost/books?shards=3", "'shards'"),
        ("localhost/books?index=BEST", "HNSW"),
        ("localhost/books?timeout=-1", "seconds"),
        ("/books", "names no server"),
    ],
)
def test_a_wrong_url_is_explained_without_its_token(end: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        read_address(f"milvus://{SECRET}@{end}", {})
    assert SECRET not in str(error.value)
