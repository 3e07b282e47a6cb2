"""The server's log: one JSON object a line, on stderr.

At `info` it holds no word of a document, question or filter: of a request its id, method, route,
status, time, key and client. `debug` adds nothing to that but what libraries say.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from api.http.observing import REQUEST_ID

_OURS = ("method", "endpoint", "status", "ms", "key", "client", "worker", "pid", "code")
"""What records carry beside their message."""


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": when,
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            "request_id": REQUEST_ID.get(),
        }
        line |= {name: getattr(record, name) for name in _OURS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: each for name, each in line.items() if each is not None})


def configure(level: str) -> None:
    """Write what is logged to stderr, from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # A request is logged by its route; uvicorn would log what was asked for.
    logging.getLogger("uvicorn.access").disabled = True
