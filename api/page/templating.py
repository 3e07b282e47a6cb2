"""Templates to responses: escaped, confined by their headers, and compressed."""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from api.output import visible
from api.page import links
from api.page.assets import asset_url

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""What the page may do: load its own two files and pictures, and ask its own server."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_COMPRESSED_FROM = 1_000
"""Bytes; less is sent as it is."""


def html(
    request: Request,
    template: str,
    status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Return a template as a page."""
    body = environment().get_template(template).render(**values)
    return sent(
        request, body.encode("utf-8", "replace"), "text/html; charset=utf-8", status, more=headers
    )


def sent(
    request: Request,
    body: bytes,
    media_type: str,
    status: int = 200,
    cached: str = "private, no-cache",
    more: Mapping[str, str] | None = None,
) -> Response:
    """Return a response with the page's headers, compressed where the browser takes that."""
    headers = {**HEADERS, **(more or {}), "Cache-Control": cached, "Vary": "Accept-Encoding"}
    if len(body) >= _COMPRESSED_FROM and _takes_gzip(request) and not media_type.endswith("png"):
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers, media_type)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates' environment; every value is escaped."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"exact": exact, "visible": visible, "count": count, "duration": duration}
    made.globals |= {"asset": asset_url, "links": links}
    return made


def exact(text: str) -> Markup:
    r"""Return text escaped so that a browser holds the same characters.

    HTML turns a carriage return into a newline unless it is written as a reference.

    >>> exact("a\r\n<b>")
    Markup('a&#13;\n&lt;b&gt;')
    """
    return Markup(str(escape(text)).replace("\r", "&#13;"))


def count(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "document"), count(1200, "document")
    ('1 document', '1,200 documents')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def duration(ms: int) -> str:
    """Return milliseconds as people say them.

    >>> duration(87), duration(1240)
    ('87 ms', '1.2 s')
    """
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
