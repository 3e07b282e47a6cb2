"""A page of documents, the same over HTTP and MCP."""

import base64
import binascii
from collections.abc import Sequence

from api.schemas import JsonObject, counts_json, head_json
from index.errors import InputError
from index.listing import listing
from index.protocols import Snapshot


def documents_json(
    snapshot: Snapshot,
    filter: str | None,
    cursor: str | None,
    limit: int,
    facets: Sequence[str] = (),
    values: int = 20,
) -> JsonObject:
    """Return the object of `GET /v1/documents`.

    Args:
        snapshot: the generation that is asked.
        filter: which documents (see `index.filters`), None for all.
        cursor: `next` of the page before.
        limit: at most how many documents.
        facets: the fields whose values are counted.
        values: at most how many values of a field.

    Raises:
        InputError: when the filter or the cursor cannot be used.
    """
    from index.filters import parse

    tree = parse(filter) if filter and filter.strip() else None
    every = listing(snapshot, tree)
    heads = every.heads(_after(cursor), limit + 1)
    more = len(heads) > limit
    return {
        "documents": [head_json(each) for each in heads[:limit]],
        "next": _cursor(heads[limit - 1].id) if more and limit else None,
        "total": snapshot.counts.documents if tree is None else every.count(),
        "facets": {
            name: [
                {"value": each.value, "documents": each.documents}
                for each in every.facet(name, values)
            ]
            for name in dict.fromkeys(facets)
        },
        "index": counts_json(snapshot.counts),
    }


def _cursor(after: str) -> str:
    return base64.urlsafe_b64encode(after.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _after(cursor: str | None) -> str:
    """Return the id that a page begins after.

    Raises:
        InputError: when the cursor is not one of ours.
    """
    if cursor is None:
        return ""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        return data.decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError) as error:
        raise InputError("the cursor is none that was given here; begin without one") from error
