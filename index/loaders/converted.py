"""Office files of older or rarer forms (DOC, PPT, WPD): LibreOffice makes DOCX or PPTX of them.

Such a suffix often stands on a file of another form (RTF, a web page, a DOCX), which is read as
what it is, without LibreOffice.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

from index.errors import LoadError
from index.loaders.build import EMPTY, Source
from index.loaders.contents import loader_by_content, mistaken
from index.loaders.libreoffice import converted, office_program
from index.loaders.workbook import is_blank
from index.text.encoding import looks_like_text
from index.types import Document, LoadProblem

_SLIDES = frozenset({".ppt", ".pps", ".pot", ".sxi", ".fodp"})
_MEDIA_TYPES = {".doc": "application/msword", ".dot": "application/msword"} | dict.fromkeys(
    (".ppt", ".pps", ".pot"), "application/vnd.ms-powerpoint"
)
_MAIN_PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_OLE = b"\xd0\xcf\x11\xe0"
_BEGINNINGS = (_OLE, b"PK", b"\xffWPC", b"\xdb\xa5", b"1\xbe", b"<?xml", b"\xef\xbb\xbf<?xml")
"""Of Word and PowerPoint since 1993, of zip packages, WordPerfect, Word before, and flat XML."""
_STREAMS = ("WordDocument", "PowerPoint Document", "PerfectOffice_MAIN", "MatOST", "Contents")
_SAMPLE = 1 << 16


class ConvertedLoader:
    """Loads one document a file; its places are those of what LibreOffice makes of it."""

    name = "office"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when LibreOffice is not installed, or can make nothing of the file.
        """
        from index.loaders import get_loader

        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if (other := _form_by_content(data)) is not None:
            yield from get_loader(other).load(data, uri=uri, key=key)
            return
        _check(data)
        suffix = PurePath(uri).suffix.lower()
        form = "pptx" if suffix in _SLIDES else "docx"
        if office_program() is None:
            raise LoadError(
                f"{suffix} files are converted by LibreOffice, which is not installed; install it "
                f"so that `soffice` is found, or save a copy as .{form}"
            )
        made = converted(data, suffix, form)
        source = Source.of(data, uri, _MEDIA_TYPES.get(suffix, "application/octet-stream"))
        for each in get_loader(form).load(made, uri=uri, key=key):
            if isinstance(each, Document):
                yield replace(each, media_type=source.media_type, source_sha256=source.sha256)
            else:
                yield each


def _check(data: bytes) -> None:
    """Refuse what LibreOffice would take for a text of odd characters.

    Raises:
        LoadError: when it has no office file's beginning, or lacks the part that holds the words.
    """
    if not data.lstrip().startswith(_BEGINNINGS):
        raise mistaken("an office file", data)
    if data.startswith(_OLE) and not any(name.encode("utf-16-le") in data for name in _STREAMS):
        raise LoadError("it is damaged, or holds neither text nor slides; save it anew")


def _form_by_content(data: bytes) -> str | None:
    """Name the loader of a file that is of another form than its suffix says, or None."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(BytesIO(data)) as package:
                return next((_MAIN_PARTS[n] for n in package.namelist() if n in _MAIN_PARTS), None)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return None
    named = loader_by_content(data[:_SAMPLE])
    if named is not None:
        return named
    flat = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")
    return "text" if not flat and looks_like_text(data[:_SAMPLE]) else None
