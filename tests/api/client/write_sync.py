"""Write api/client/synchronous.py, the blocking client, from the one for code that awaits."""

import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[3] / "api" / "client"

WORDS = {
    '"""The client for code that awaits."""': (
        '"""The client for ordinary code, written from `asynchronous.py` by `make client`."""'
    ),
    "use it in an `async with`. For one event loop.": "use it in a `with`. Thread-safe.",
    "import asyncio\n": "",
    "async def ": "def ",
    "async for ": "for ",
    "async with ": "with ",
    "await ": "",
    "asyncio.sleep": "time.sleep",
    "AsyncIterator": "Iterator",
    "AsyncClient": "Client",
    "AsyncExcerpt": "Excerpt",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "aread": "read",
    "aiter_lines": "iter_lines",
}


def sync_source() -> str:
    """Return the source of the client for ordinary code."""
    source = (CLIENT / "asynchronous.py").read_text("utf-8")
    for awaiting, ordinary in WORDS.items():
        source = source.replace(awaiting, ordinary)
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "synchronous.py", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    (CLIENT / "synchronous.py").write_text(sync_source(), "utf-8")
