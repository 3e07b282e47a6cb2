"""Documents as resources: `excerpt://documents/ID`, and `…?start=&end=` for a part of one."""

from urllib.parse import parse_qs, quote, unquote, urlsplit

import mcp_types as protocol

from api.document_pages import documents_json
from api.mcp.tools import MOST_TEXT
from api.named_spans import checked_span
from index.errors import InputError
from index.types import Span
from retrieval.engine import Engine

_SCHEME = "excerpt"
_PAGE = 100

TEMPLATE = protocol.ResourceTemplate(
    name="document",
    title="A document",
    uri_template=f"{_SCHEME}://documents/{{id}}{{?start,end}}",
    description="The text of a document, or of its span from `start` up to `end` in code points. "
    "A text too long for one reply comes in parts: `_meta.next` is the URI of the next one.",
    mime_type="text/plain",
)


def listed(engine: Engine, cursor: str | None) -> protocol.ListResourcesResult:
    """Return a page of the documents.

    Raises:
        InputError: when the cursor is not one of ours.
    """
    with engine.snapshot() as snapshot:
        page = documents_json(snapshot, None, cursor, _PAGE)
    resources = [
        protocol.Resource(
            uri=uri_of(each["id"]),
            name=each["id"],
            title=each["title"] or each["id"],
            mime_type="text/plain",
            size=each["bytes"],
        )
        for each in page["documents"]
    ]
    return protocol.ListResourcesResult(resources=resources, next_cursor=page["next"])


def read(engine: Engine, uri: str) -> protocol.ReadResourceResult:
    """Return the text of a document, or a part of it.

    Raises:
        InputError: when it is no URI of a document, or the span is outside its text.
        NotFoundError: when there is no such document.
    """
    document_id, start, end = _parsed(uri)
    document = engine.document(document_id)
    asked = checked_span(document, start, end)
    span = Span(asked.start, min(asked.end, asked.start + MOST_TEXT))
    about: dict[str, object] = {"characters": len(document.text), "sha256": document.sha256}
    if span.end < asked.end:
        about["next"] = f"{uri_of(document_id)}?start={span.end}&end={asked.end}"
    content = protocol.TextResourceContents(
        uri=uri, mime_type="text/plain", text=_encodable(span.of(document.text)), _meta=about
    )
    return protocol.ReadResourceResult(contents=[content])


def uri_of(document_id: str) -> str:
    """Return the URI of a document."""
    return f"{_SCHEME}://documents/{quote(document_id, safe='', errors='replace')}"


def _parsed(uri: str) -> tuple[str, int | None, int | None]:
    try:
        parts = urlsplit(uri)
        query = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=4)
    except ValueError as error:
        raise InputError(f"{uri[:200]!r} is no URI of a document") from error
    if parts.scheme != _SCHEME or parts.netloc != "documents" or len(parts.path) < 2:
        raise InputError(f"{uri[:200]!r} is no URI of a document: {TEMPLATE.uri_template}")
    return unquote(parts.path[1:]), _number(query, "start"), _number(query, "end")


def _number(query: dict[str, list[str]], name: str) -> int | None:
    value = query.get(name, [None])[-1]
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise InputError(f"{name}={value[:50]!r} is no number of code points")
    return int(value)


def _encodable(text: str) -> str:
    """Return text that UTF-8 can carry; half a surrogate pair becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
