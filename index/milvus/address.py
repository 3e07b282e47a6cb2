"""Where an index in Milvus is: the URL, and what belongs to it and must not be shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from index.errors import InputError

TOKEN = "EXCERPT_MILVUS_TOKEN"
"""The environment variable of the token, or of `user:password`."""

CERTIFICATE = "EXCERPT_MILVUS_CA"
"""The environment variable of the file of certificates to trust."""

INDEX_KINDS = ("HNSW", "FLAT", "IVF_FLAT", "IVF_SQ8", "DISKANN", "AUTOINDEX")
CONSISTENCY = {"strong": "Strong", "bounded": "Bounded"}

_PORT = 19530
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}", re.ASCII)
_OPTIONS = frozenset({"database", "index", "consistency", "timeout"})
_FORMAT = "milvus://HOST:PORT/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A Milvus server, an index in it, and how to ask.

    Attributes:
        host: the server's name or address.
        port: its port.
        name: the index; its collections are named after it.
        token: a token, or `user:password`; never shown.
        tls: whether the connection is encrypted.
        certificate: a file of certificates to trust, beside those of the system.
        database: the database within the server, "" for the usual one.
        index: the kind of vector index that a new index gets.
        consistency: how a store that is open looks for newer generations.
        timeout: seconds that one request may take.
    """

    host: str
    port: int
    name: str
    token: str = field(default="", repr=False)
    tls: bool = False
    certificate: Path | None = None
    database: str = ""
    index: str = "HNSW"
    consistency: str = "Strong"
    timeout: float = 30.0

    @property
    def uri(self) -> str:
        """The server's address as pymilvus takes it, without the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def server(self) -> str:
        """The server, for messages."""
        return f"{self.host}:{self.port}"

    @property
    def location(self) -> str:
        """The URL without the token."""
        database = f"?database={self.database}" if self.database else ""
        scheme = "milvus+tls" if self.tls else "milvus"
        return f"{scheme}://{self.server}/{self.name}{database}"


def read_address(location: str, environment: Mapping[str, str] | None = None) -> Address:
    """Return what a URL and the environment say.

    >>> read_address("milvus://secret@db.example:19530/docs", {})
    Address(host='db.example', port=19530, name='docs', tls=False, certificate=None, database='', \
index='HNSW', consistency='Strong', timeout=30.0)

    Raises:
        InputError: when the URL is not of that shape; the message does not repeat a token.
    """
    environment = os.environ if environment is None else environment
    url = _split(location)
    options = _options(url)
    certificate = environment.get(CERTIFICATE)
    return Address(
        host=url.hostname or "",
        port=_port(url),
        name=_name(url),
        token=_token(url) or environment.get(TOKEN, ""),
        tls=url.scheme == "milvus+tls",
        certificate=Path(certificate) if certificate else None,
        database=options.get("database", ""),
        index=_one_of("index", options.get("index", "HNSW").upper(), INDEX_KINDS),
        consistency=CONSISTENCY[
            _one_of("consistency", options.get("consistency", "strong"), tuple(CONSISTENCY))
        ],
        timeout=_seconds(options.get("timeout", "30")),
    )


def _split(location: str) -> SplitResult:
    try:
        url = urlsplit(location)
        hostname = url.hostname
    except ValueError:
        raise InputError(f"the index's URL is not of the form {_FORMAT}") from None
    if not hostname or url.fragment:
        raise InputError(f"the index's URL names no server; write {_FORMAT}")
    return url


def _port(url: SplitResult) -> int:
    try:
        return url.port or _PORT
    except ValueError:
        raise InputError(f"the port in the index's URL is none; write {_FORMAT}") from None


def _name(url: SplitResult) -> str:
    name = unquote(url.path.strip("/"))
    if not _NAME.fullmatch(name):
        raise InputError(
            f"an index in Milvus cannot be called {name[:80]!r}; write {_FORMAT} with a NAME of "
            "letters, digits and underscores that does not begin with a digit"
        )
    return name


def _token(url: SplitResult) -> str:
    return unquote(url.netloc.rpartition("@")[0])


def _options(url: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        known = ", ".join(sorted(_OPTIONS))
        raise InputError(f"the index's URL has an option {unknown[0]!r}; there are: {known}")
    return options


def _one_of(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InputError(
            f"{what}={value[:40]} is none that Milvus has; there are: {', '.join(choices)}"
        )
    return value


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise InputError(f"timeout={value[:40]} is no number of seconds")
    return seconds
