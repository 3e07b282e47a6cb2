"""The process that draws pages: takes orders as JSON lines on stdin, answers on stdout.

    {"work": "draw", "file": {…}, "page": 3, "marks": [{…}…], "scale": 2.0}
    -> {"bytes": N} and N bytes
    {"work": "sizes", "file": {…}, "pages": [3, 4]}
    -> {"bytes": 0, "sizes": {"3": {…}…}}
    or {"bytes": 0, "problem": "…"}, with "input" for "problem" where the order is at fault

It ends with its stdin.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from api.pictures import PageFile, marked_page, page_sizes
from index.errors import ExcerptError, InputError
from index.types import Box

_MEMORY = 4 << 30
"""Bytes of address space."""


def serve() -> None:
    """Do orders until there are no more."""
    _limit_memory()
    replies = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not come between the replies.
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        reply, content = _answered(json.loads(line))
        replies.write(json.dumps({"bytes": len(content), **reply}).encode() + b"\n" + content)
        replies.flush()


def _answered(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    file = PageFile(**order["file"])
    try:
        if order["work"] == "sizes":
            sizes = page_sizes(file, order["pages"])
            return {"sizes": {str(page): asdict(size) for page, size in sizes.items()}}, b""
        marks = [Box(**box) for box in order["marks"]]
        return {}, marked_page(file, order["page"], marks, order["scale"])
    except InputError as error:
        return {"input": str(error)}, b""
    except ExcerptError as error:
        return {"problem": str(error)}, b""
    except MemoryError:
        return {"problem": f"{file.uri} cannot be drawn: it needs too much memory"}, b""


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
