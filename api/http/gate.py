"""What stands before every route: the host that is addressed, the page that calls, the key.

A browser is made to call a server that its user can reach in two ways: by a name that an attacker
points at the loopback address (DNS rebinding), which the Host header shows, and by a form or script
of another site (cross-site request forgery), which Sec-Fetch-Site and Origin show.
"""

import base64
import binascii
import ipaddress
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.access import ANYBODY, SCOPE_KEY, Access, access_of, unauthenticated
from api.http.body_limits import refuse
from api.http.metrics import Metrics
from api.http.rate_limits import Rate
from api.http.settings import ServerSettings
from api.keys import KeyFile, default_keys
from index.errors import InputError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"/healthz", "/readyz"})
"""Paths that nobody is refused for a wrong key or a high rate: load balancers ask them."""

_cached_access = lru_cache(maxsize=1024)(access_of)


class Gate:
    """ASGI middleware that lets a request through, with who asks in its scope."""

    def __init__(self, app: ASGIApp, settings: ServerSettings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._rate = Rate(settings.rate) if settings.rate else None
        self._hosts = _hosts(settings)
        self._origins = frozenset(settings.origins)
        self._keys = None if settings.without_keys else KeyFile(settings.keys or default_keys())
        self._closed = self._keys is not None and (
            settings.keys is not None or not is_loopback(settings.host)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
        if scope["type"] == "http":
            try:
                self._check(scope)
            except HTTPException as error:
                await refuse(error, scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers.get("host", ""))
        if scope["method"] not in _SAFE:
            self._check_origin(headers)
        access = self._access(headers, scope["path"])
        if access is not None:
            scope[SCOPE_KEY] = access
        elif scope["path"].startswith("/v1/"):
            raise unauthenticated(scope["path"], "This needs an API key: Authorization: Bearer …")
        if self._rate is not None and scope["path"] not in _OPEN:
            self._check_rate(self._rate, access, scope)

    def _check_rate(self, rate: Rate, access: Access | None, scope: Scope) -> None:
        client = scope.get("client") or ("",)
        seconds = rate.take(access.who if access and access.who else f"address {client[0]}")
        if seconds is not None:
            self._metrics.shed.labels("rate").inc()
            raise HTTPException(
                429,
                f"More requests a minute than one asker may make; come again in {seconds} s.",
                {"Retry-After": str(seconds)},
            )

    def _check_host(self, host: str) -> None:
        if self._hosts and _name(host) not in self._hosts:
            raise HTTPException(
                421,
                f"This server is not {host[:80]!r}; address it as {min(self._hosts)}, "
                "or name it in the setting `hosts`.",
            )

    def _check_origin(self, headers: Headers) -> None:
        """Refuse what a page of another site makes a browser send."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin in self._origins:
            return
        same = site in ("same-origin", "none") if site else _same(origin, headers.get("host", ""))
        if not same:
            raise HTTPException(403, "A page of another site may not do this.")

    def _access(self, headers: Headers, path: str) -> Access | None:
        if self._keys is None:
            return ANYBODY
        if not self._closed and not self._keys.exists():
            return ANYBODY
        given = _key_of(headers.get("authorization", ""))
        if given is None:
            return None
        try:
            key = self._keys.find(given)
        except InputError as error:
            raise HTTPException(503, "The file of keys cannot be used.") from error
        if key is None and path not in _OPEN:
            raise unauthenticated(path, "There is no such key.")
        return None if key is None else _cached_access(key)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_open(settings: ServerSettings) -> None:
    """Check that a server that others can reach asks them for keys.

    Raises:
        InputError: when it does not, and was not told to by name; or its keys are not there.
    """
    keys = KeyFile(settings.keys or default_keys())
    if settings.without_keys:
        return
    if settings.keys is not None and not keys.exists():
        raise InputError(f"there are no keys at {keys.path}; make one with `excerpt keys create`")
    if not is_loopback(settings.host) and not keys.keys():
        raise InputError(
            f"{settings.host} is reached by other machines, and there are no keys; make one with "
            "`excerpt keys create NAME`, or let everybody in with --without-keys"
        )


def _hosts(settings: ServerSettings) -> Collection[str]:
    """Return the names that may be addressed; none means any."""
    if not is_loopback(settings.host):
        return frozenset(name.casefold() for name in settings.hosts)
    own = {"localhost", "127.0.0.1", "::1", settings.host}
    return frozenset(name.casefold() for name in {*own, *settings.hosts})


def _name(host: str) -> str:
    """Return a Host header without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _same(origin: str | None, host: str) -> bool:
    """Return whether an Origin header, if there is one, is the site itself."""
    return origin is None or origin.partition("://")[2].casefold() == host.casefold()


def _key_of(authorization: str) -> str | None:
    """Return the key of a Bearer token or of a Basic password."""
    scheme, _, value = authorization.partition(" ")
    if scheme.casefold() == "bearer":
        return value.strip()
    if scheme.casefold() != "basic":
        return None
    try:
        decoded = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]
