"""Ids: URL-safe, injective, stable."""

from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

from hypothesis import example, given
from hypothesis import strategies as st

from index.text.ids import escape_id, file_key, file_uri


@given(st.text(st.characters(), min_size=1))
@example(".")
@example("..")
def test_an_escaped_id_survives_urls_and_comes_back(own: str) -> None:
    safe = escape_id(own)
    assert quote(safe, safe="") == unquote(safe) == safe
    assert urljoin("http://h/v1/documents/x", safe) == f"http://h/v1/documents/{safe}"
    assert unquote_to_bytes(safe.replace("~", "%")).decode("utf-8", "surrogatepass") == own


def test_plain_ids_stay_as_they_are() -> None:
    assert escape_id("MED-10_a.b") == "MED-10_a.b"


def test_a_files_key_is_readable_url_safe_and_its_own() -> None:
    one, two = Path("/a/docs/Über uns.txt"), Path("/b/docs/Über uns.txt")
    assert file_key(one) == file_key(one) != file_key(two)
    assert file_key(one).startswith("docs-ber-uns.txt-")
    assert quote(file_key(one), safe="") == file_key(one)
    assert quote(file_key(Path("/é/日本.txt")), safe="") == file_key(Path("/é/日本.txt"))
    assert len(file_key(Path("/d/" + "x" * 250))) < 80


def test_a_name_that_is_not_utf8_has_a_uri_that_is() -> None:
    uri = file_uri(Path("/d/caf\udce9.txt"))
    assert uri == "/d/caf\\xe9.txt"
    uri.encode()
