"""Loaders: the bytes of one file -> documents.

    text, markdown, html    one document a file
    json, jsonl             one document a record

`loader_for(path)` chooses by suffix; `part_of_name` tells a suffix that is none. Third parties
add formats as entry points in the group `excerpt.loaders`, whose values are classes or instances
of the `index.protocols.Loader` protocol; they are looked for only when a suffix is not one of
ours.
"""

import re
from functools import cache
from pathlib import Path

from index.protocols import Loader
from index.registry import Registry

LOADERS: Registry[type[Loader] | Loader] = Registry(
    "excerpt.loaders",
    "loader",
    {
        "text": "index.loaders.plain:PlainTextLoader",
        "markdown": "index.loaders.markdown:MarkdownLoader",
        "html": "index.loaders.html:HtmlLoader",
        "json": "index.loaders.json:JsonLoader",
        "jsonl": "index.loaders.jsonl:JsonlLoader",
    },
)


_FORMAT = re.compile(r"\.(?:[a-z][a-z0-9_+-]*|[A-Z][A-Z0-9_+-]*)")


@cache
def get_loader(name: str) -> Loader:
    """Return the loader called `name`.

    Raises:
        InputError: when there is none.
        ModelError: when what it needs is not installed.
    """
    found = LOADERS.get(name)
    return found() if isinstance(found, type) else found


def loader_for(path: Path) -> Loader | None:
    """Return the loader for a file by its suffix, or None when nobody reads that format.

    A file without a suffix (README, LICENSE) is taken for plain text.
    """
    suffix = path.suffix.lower()
    if not suffix:
        return get_loader("text")
    found = _by_suffix(suffix)
    if found is None:
        LOADERS.scan()
        found = _by_suffix(suffix)
    return found


def part_of_name(path: Path) -> bool:
    """Tell whether a suffix that nobody reads says nothing of the format.

    A format's begins with a letter and is in one case. In `Apache-2.0`, `README.1st` and
    `README.Debian` it does not, and where the name is in capitals, as in `README.source`, the
    rest says what the file is about.

    >>> part_of_name(Path("GPL-2.0")), part_of_name(Path("photo.JPG")), part_of_name(Path("a.py"))
    (True, False, False)
    """
    described = path.stem.isupper() and path.suffix.islower()
    return described or _FORMAT.fullmatch(path.suffix) is None


def _by_suffix(suffix: str) -> Loader | None:
    for name in LOADERS.builtin_names():
        loader = get_loader(name)
        if suffix in loader.suffixes:
            return loader
    return None
