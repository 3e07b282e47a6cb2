"""Office files of older forms: converted by LibreOffice, or read as what they really are."""

import hashlib
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders import FORMATS, get_loader
from index.loaders.libreoffice import converted
from index.types import Document, LoadProblem

FILES = Path(__file__).parent / "files"
with_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


def load(data: bytes, name: str) -> Document:
    row = FORMATS.of_suffix(Path(name).suffix)
    assert row is not None
    (found,) = get_loader(row.name).load(data, uri=f"/a/{name}", key="a")
    assert isinstance(found, Document)
    return found


@with_office
def test_an_old_text_and_old_slides_are_converted() -> None:
    text = converted((FILES / "orchard.odt").read_bytes(), ".odt", "doc")
    found = load(text, "orchard.doc")
    assert "Apple trees are pruned in February, before the sap rises." in found.text
    assert "T1 | Russet | 41 kg" in found.text
    assert found.media_type == "application/msword"
    assert found.source_sha256 == hashlib.sha256(text).hexdigest()
    slides = load(converted((FILES / "shift.pptx").read_bytes(), ".pptx", "ppt"), "shift.ppt")
    assert any(place.kind == "slide" for place in slides.places)


@pytest.mark.parametrize(
    ("data", "words", "media_type"),
    [
        (b"{\\rtf1 The weir is low.}", "The weir is low.", "application/rtf"),
        (b"<html><p>The mill is shut.</p></html>", "The mill is shut.", "text/html"),
        (b"The barn is dry.\n", "The barn is dry.\n", "text/plain"),
    ],
)
def test_a_file_of_another_form_is_read_without_libreoffice(
    data: bytes, words: str, media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = load(data, "a.doc")
    assert (found.text, found.media_type) == (words, media_type)


def test_a_docx_with_the_old_suffix_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "Apple trees" in load((FILES / "orchard.docx").read_bytes(), "orchard.doc").text


def test_without_libreoffice_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LoadError, match=r"install it .* or save a copy as \.docx"):
        load(b"\xd0\xcf\x11\xe0" + bytes(600) + "WordDocument".encode("utf-16-le"), "a.doc")


def test_an_empty_file_is_a_problem() -> None:
    (found,) = get_loader("office").load(b"", uri="/a/a.doc", key="a")
    assert isinstance(found, LoadProblem)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 4, "damaged"),
        (bytes(range(256)) * 4, "other binary data"),
        (b"\x89PNG\r\n\x1a\n" + bytes(600), "a picture"),
    ],
)
def test_a_damaged_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        load(data, "a.doc")


@with_office
def test_a_file_cut_short_is_refused_or_read_without_odd_characters() -> None:
    whole = converted((FILES / "orchard.odt").read_bytes(), ".odt", "doc")
    for share in (0.3, 0.7):
        with suppress(LoadError):
            found = load(whole[: int(len(whole) * share)], "a.doc")
            assert all(each.isprintable() or each.isspace() for each in found.text)


def test_what_takes_too_long_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n(sleep 3; touch {tmp_path}/late) &\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(LoadError, match="more than 1 s"):
        converted(b"words", ".doc", "docx", seconds=1)
    time.sleep(3)
    assert not (tmp_path / "late").exists()
