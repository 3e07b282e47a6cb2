"""Who asks, and what they may: routes say `access: ReadAccess`, `WriteAccess` or `AdminAccess`.

`gate.py` finds out who asks before a route is chosen; here it is held against what a route needs.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.keys import SCOPES, Key, Scope
from index.filters import parse
from index.filters.literals import document_fields
from index.filters.match import matches
from index.filters.nodes import Filter
from index.types import Document

SCOPE_KEY = "excerpt.access"
"""Where the gate leaves the access in an ASGI scope."""

_SCHEME = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key, made by `excerpt keys create`. None is needed where the server has "
    "no keys, which it only may on loopback.",
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, what they may do, and what they see.

    Attributes:
        who: the key's id, None for anybody where no keys are needed.
        scopes: what they may do.
        filter: which documents they see, None for all of them.
        name: what the key is for.
    """

    who: str | None
    scopes: frozenset[Scope]
    filter: Filter | None = None
    name: str | None = None

    def may(self, scope: Scope) -> bool:
        """Return whether they may do something; an admin may do everything."""
        return scope in self.scopes or "admin" in self.scopes

    def sees(self, document: Document) -> bool:
        """Return whether they see a document, or may write it as it is."""
        return self.filter is None or matches(self.filter, document_fields(document))


ANYBODY = Access(None, frozenset(SCOPES))
"""Who asks where no keys are needed."""


def access_of(key: Key) -> Access:
    """Return what the holder of a key may: an admin with a filter, to read and write alone."""
    tree = parse(key.filter) if key.filter else None
    scopes = frozenset(key.scopes)
    if tree is not None and "admin" in scopes:
        # Metrics and the jobs of others tell of documents that the filter hides.
        scopes = frozenset(SCOPES) - {"admin"}
    return Access(key.id, scopes, tree, key.name)


def unauthenticated(path: str, detail: str) -> HTTPException:
    """Return the refusal of somebody unknown; browsers are asked for a key as a password."""
    scheme = "Bearer" if path.startswith("/v1/") else 'Basic realm="Excerpt", charset="UTF-8"'
    return HTTPException(401, detail, {"WWW-Authenticate": scheme})


def _needing(*scopes: Scope) -> Callable[..., Awaitable[Access]]:
    """Return what lets those through who may do one of some things."""

    async def needed(
        request: Request,
        _given: Annotated[HTTPAuthorizationCredentials | None, Security(_SCHEME)],
    ) -> Access:
        access = request.scope.get(SCOPE_KEY)
        if not isinstance(access, Access):
            raise unauthenticated(request.url.path, "This needs an API key; send one.")
        if not any(map(access.may, scopes)):
            raise HTTPException(403, f"The key {access.who} may not {' or '.join(scopes)}.")
        return access

    return needed


ReadAccess = Annotated[Access, Depends(_needing("read"))]
WriteAccess = Annotated[Access, Depends(_needing("write"))]
AnyAccess = Annotated[Access, Depends(_needing("read", "write"))]
AdminAccess = Annotated[Access, Depends(_needing("admin"))]

REFUSALS: tuple[int, ...] = (401, 403)
"""The statuses of a request that is not let through."""

__all__: list[Any] = [
    "ANYBODY", "AdminAccess", "Access", "AnyAccess", "ReadAccess", "REFUSALS", "WriteAccess",
    "access_of",
]  # fmt: skip
