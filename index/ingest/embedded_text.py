"""What is embedded for a passage: its document's title and its headings, then its own text."""

import re
from collections.abc import Sequence

from index.text.tables import is_header, names_of, row_text

_PREFIX_BYTES = 256
"""UTF-8 bytes of title and headings that are embedded: no script makes more tokens of them."""
_FILE_NAME = re.compile(r"\S+\.[A-Za-z0-9]{1,8}")


def embedded_text(title: str, headings: Sequence[str], text: str) -> str:
    r"""Return what is embedded for a passage: title and headings, each once, then its text.

    Of a title that is a file's name only whole words count, and the title and headings share 256
    bytes of UTF-8, so that no passage's own text is crowded out.

    >>> embedded_text("notes-on-bees.txt", ("Hives",), "Bees build.")
    'notes on bees\nHives\nBees build.'
    """
    lines: list[str] = []
    room = _PREFIX_BYTES
    for heading in (_title_words(title), *headings):
        line = row_text(names_of(heading)) if is_header(heading) else heading.strip()
        here = line in text if is_header(heading) else text.startswith(line)
        line = _clipped(line, room)
        if line and line not in lines and not here:
            lines.append(line)
            room -= len(line.encode("utf-8", "surrogatepass")) + 1
    return "\n".join([*lines, text])


def _title_words(title: str) -> str:
    if not _FILE_NAME.fullmatch(title):
        return title
    stem = title.rpartition(".")[0]
    return " ".join(word for word in re.split(r"[-_.]+", stem) if word.isalpha())


def _clipped(line: str, room: int) -> str:
    data = line.encode("utf-8", "surrogatepass")
    if len(data) <= room:
        return line
    return data[: max(room, 0)].decode("utf-8", "ignore").rstrip()
