"""JSON responses in the same words as the command line's."""

from typing import Any

from starlette.responses import JSONResponse

from api.schemas import to_json


class Json(JSONResponse):
    """A JSON response that can also carry text which UTF-8 cannot (lone surrogates)."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return to_json(content).encode("utf-8")
