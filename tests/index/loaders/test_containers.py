"""Mail, books, archives and subtitles, hostile ones among them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.errors import LoadError
from index.loaders import get_loader
from index.places import places_of
from index.types import Document, LoadProblem, Span

FILES = Path(__file__).parent / "files"


def load(name: str, data: bytes, uri: str = "/d/a") -> list[Document | LoadProblem]:
    return list(get_loader(name).load(data, uri=uri, key="k"))


def documents(name: str, data: bytes, uri: str = "/d/a") -> list[Document]:
    return [each for each in load(name, data, uri) if isinstance(each, Document)]


def problems(name: str, data: bytes, uri: str = "/d/a") -> list[LoadProblem]:
    return [each for each in load(name, data, uri) if isinstance(each, LoadProblem)]


def letter(subject: str = "Re: Re: The boiler") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Engine Room <engine@example.org>"
    message["To"] = "bridge@example.org, quay@example.org"
    message["Subject"] = subject
    message["Date"] = "Tue, 3 Mar 2026 07:15:00 +0100"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("> Is it warm?\nThe boiler is at 80 °C.\n")
    return message


def packed(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()


def test_a_message_says_who_and_when_and_keeps_its_quotes() -> None:
    (found,) = documents("eml", letter().as_bytes())
    assert found.text == "> Is it warm?\nThe boiler is at 80 °C."
    assert found.metadata["from"] == "Engine Room <engine@example.org>"
    assert found.metadata["to"] == ("bridge@example.org", "quay@example.org")
    assert found.metadata["published"] == "2026-03-03T07:15:00+01:00"
    assert found.metadata["thread"] == "The boiler"
    assert places_of(found.places, Span(0, 3))["part"] == "1 text/plain"


def test_an_attachment_is_a_document_of_its_own() -> None:
    message = letter()
    message.add_attachment(
        (FILES / "boats.xlsx").read_bytes(), maintype="application", subtype="x", filename="b.xlsx"
    )
    body, sheet = documents("eml", message.as_bytes(), "/d/mail.eml")
    assert sheet.uri == "/d/mail.eml!/b.xlsx"
    assert "Curlew" in sheet.text
    assert sheet.id != body.id
    assert places_of(sheet.places, Span(0, 3))["path"] == "b.xlsx"


def test_of_two_forms_of_a_message_the_plain_one_is_read() -> None:
    message = letter()
    message.add_alternative("<p>The boiler is at <b>80</b> degrees.</p>", subtype="html")
    (found,) = documents("eml", message.as_bytes())
    assert "degrees" not in found.text


def test_a_message_of_html_alone_is_read() -> None:
    message = letter()
    message.set_content("<p>The boiler is <b>cold</b>.</p>", subtype="html")
    assert documents("eml", message.as_bytes())[0].text == "The boiler is cold."


def test_a_message_of_ten_thousand_parts_ends() -> None:
    bound = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    parts = "--x\nContent-Type: text/plain\n\nword\n" * 10_000
    found = load("eml", f"Subject: Many\n{bound}{parts}--x--\n".encode())
    assert any(isinstance(each, LoadProblem) and "parts" in each.reason for each in found)
    assert any(isinstance(each, Document) for each in found)


def test_a_mailbox_is_one_document_a_message() -> None:
    first, second = (letter(subject).as_bytes() for subject in ("One", "Two"))
    line = b"From engine@example.org Tue Mar  3 07:15:00 2026\n"
    box = line + first + b"\n>From here on it is warm.\n\n" + line + second
    one, two = documents("mbox", box)
    assert (one.title, two.title) == ("One", "Two")
    assert one.id != two.id
    assert "\nFrom here on" in one.text


def test_inner_files_have_stable_ids_and_their_paths() -> None:
    data = packed({"in/a.txt": b"Bees hum.", "in/b.md": b"# Ants\n\nThey walk.", "c.bin": b"\0"})
    first, second = documents("zip", data, "/d/all.zip")
    assert (first.uri, second.uri) == ("/d/all.zip!/in/a.txt", "/d/all.zip!/in/b.md")
    assert first.id == documents("zip", packed({"in/a.txt": b"Bees hum."}), "/d/all.zip")[0].id
    assert [each.uri for each in problems("zip", data, "/d/all.zip")] == ["/d/all.zip!/c.bin"]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "C:\\out.txt", "..\\out.txt"])
def test_a_path_that_leads_out_is_not_read(name: str) -> None:
    found = load("zip", packed({name: b"Out.", "in.txt": b"In."}))
    assert [each.text for each in found if isinstance(each, Document)] == ["In."]
    assert any(isinstance(each, LoadProblem) and "leads out" in each.reason for each in found)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(LoadError, match="not allowed"):
        load("zip", packed({"a.txt": b"\0" * (300 << 20)}))
    with pytest.raises(LoadError, match="not allowed"):
        load("compressed", gzip.compress(b"a" * (20 << 20)))


def test_archives_in_archives_end() -> None:
    data = packed({"a.txt": b"Deep."})
    for _ in range(6):
        data = packed({"a.zip": data})
    found = load("zip", data)
    assert [type(each) for each in found] == [LoadProblem]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_is_read_by_its_inner_suffix(pack) -> None:
    (found,) = documents("compressed", pack(b"# Bees\n\nThey sting."), "/d/bees.md.gz")
    assert found.uri == "/d/bees.md.gz!/bees.md"
    assert found.title == "Bees"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_tar_archive_is_read_and_its_links_are_not(mode: str) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        member = tarfile.TarInfo("in/a.txt")
        member.size = 9
        archive.addfile(member, io.BytesIO(b"Bees hum."))
        link = tarfile.TarInfo("passwd.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (found,) = load("compressed", data.getvalue(), "/d/a.tar")
    assert isinstance(found, Document)
    assert found.uri == "/d/a.tar!/in/a.txt"


def test_cues_keep_their_times_and_speakers() -> None:
    data = b"WEBVTT\n\n00:01.500 --> 00:03.000\n<v Ann>Mind the <i>step</i>\n\n9\n"
    data += b"00:04.000 --> 00:05.000\nand the rail &amp; rope.\n"
    (found,) = documents("subtitles", data)
    assert found.text == "Ann: Mind the step\nand the rail & rope."
    assert places_of(found.places, Span(0, 3))["time"] == "00:00:01.500 --> 00:00:03.000"
    assert places_of(found.places, Span(30, 34))["time"].startswith("00:00:04")


def test_each_who_speaks_in_a_cue_has_a_line_and_is_named() -> None:
    data = (
        b"WEBVTT\n\n00:01.000 --> 00:03.000\n<v.loud Ann Ode>Is the\nbridge safe?\n"
        b"<v Bo>It is not.</v>\n\n00:04.000 --> 00:05.000\n<v Ann Ode>Oh.\n\n"
        b"00:06.000 --> 00:07.000\nCLERK: Order,\norder.\nMR VALE: I yield.\n"
    )
    (found,) = documents("subtitles", data)
    assert found.text.splitlines() == [
        "Ann Ode: Is the bridge safe?",
        "Bo: It is not.",
        "Ann Ode: Oh.",
        "CLERK: Order, order.",
        "MR VALE: I yield.",
    ]
    assert found.metadata["speakers"] == ("Ann Ode", "Bo")
    at = found.text.index("It is not")
    assert places_of(found.places, Span(at, at + 2))["time"].startswith("00:00:01")


def test_entities_of_a_part_are_not_resolved() -> None:
    bomb = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY l "lol">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>Safe &x; words.</w:t></w:r></w:p></w:body></w:document>"
    )
    for each in load("docx", packed({"word/document.xml": bomb})):
        assert isinstance(each, Document)
        assert "root:" not in each.text
