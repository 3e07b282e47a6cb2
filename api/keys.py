"""API keys: random secrets of which only digests are stored, what each may do, and what it sees.

The file of keys is JSON that only its owner can read. A key reads `exk_ID_SECRET`; the secret has
256 random bits, so that a plain SHA-256 of the key is all that has to be kept.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import platformdirs

from index.errors import InputError, NotFoundError
from index.filters import parse

Scope = Literal["read", "write", "admin"]
"""What a key may do: ask and look, change documents, watch the server."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

_PREFIX = "exk"


@dataclass(frozen=True, slots=True)
class Key:
    """One key, without its secret.

    Attributes:
        id: what it is listed and revoked by; part of the key.
        name: what it is for.
        scopes: what it may do.
        filter: which documents it sees, None for all of them.
        created: when, in ISO 8601 and UTC.
        sha256: hex digest of the key.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    filter: str | None
    created: str
    sha256: str = field(repr=False)

    def public(self) -> dict[str, Any]:
        """Return what may be shown of it."""
        return {
            "id": self.id,
            "name": self.name,
            "scopes": list(self.scopes),
            "filter": self.filter,
            "created": self.created,
        }


def default_keys() -> Path:
    """Return the user's own file of keys, whether or not it is there."""
    return platformdirs.user_config_path("excerpt") / "keys.json"


class KeyFile:
    """The keys in one file, read again whenever it changed. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Name the file, which need not be there."""
        self.path = path
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], Mapping[str, Key]] | None = None

    def exists(self) -> bool:
        """Return whether there is a file of keys; one that cannot be looked at is there."""
        try:
            return self.path.exists()
        except OSError:
            return True

    def keys(self) -> Mapping[str, Key]:
        """Return the keys by id; none where there is no file.

        Raises:
            InputError: when the file cannot be read as keys.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unreadable(self.path, error) from error
        state = (status.st_ino, status.st_size, status.st_mtime_ns)
        with self._lock:
            if self._read is None or self._read[0] != state:
                self._read = state, _read(self.path)
            return self._read[1]

    def find(self, given: str) -> Key | None:
        """Return the key that was given, if it is one; compares in constant time."""
        _, _, rest = given.partition("_")
        key = self.keys().get(rest.partition("_")[0])
        stored = key.sha256 if key else "0" * 64
        same = hmac.compare_digest(_digest(given), stored)
        return key if same else None

    def create(
        self, name: str, scopes: Sequence[str], expression: str | None = None
    ) -> tuple[Key, str]:
        """Make a key and return it with what its holder sends, which is kept nowhere.

        Raises:
            InputError: when a scope is unknown, none is given, the filter does not parse, or it
                is given to an admin.
        """
        if expression is not None:
            parse(expression)
        checked = _scopes(scopes)
        if expression is not None and "admin" in checked:
            raise InputError("an admin sees everything: give a filter to `read` or `write` alone")
        with self._changing() as keys:
            identity = secrets.token_hex(4)
            while identity in keys:
                identity = secrets.token_hex(4)
            given = f"{_PREFIX}_{identity}_{secrets.token_urlsafe(32)}"
            created = datetime.now(UTC).isoformat(timespec="seconds")
            key = Key(identity, name, checked, expression, created, _digest(given))
            keys[identity] = key
        return key, given

    def revoke(self, identity: str) -> Key:
        """Take a key away; a server that runs refuses it from its next request.

        Raises:
            NotFoundError: when there is none with this id.
        """
        with self._changing() as keys:
            if identity not in keys:
                raise NotFoundError(
                    f"there is no key {identity!r} in {self.path}; `excerpt keys list` shows them"
                )
            return keys.pop(identity)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """Lend the keys for changing, and replace the file with them."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f"{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = dict(self.keys())
            yield keys
            _write(self.path, keys.values())


def _digest(given: str) -> str:
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def _scopes(names: Sequence[str]) -> tuple[Scope, ...]:
    unknown = [name for name in names if name not in SCOPES]
    if unknown or not names:
        said = f"there is no scope {unknown[0]!r}" if unknown else "a key needs a scope"
        raise InputError(f"{said}; there are: {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in names)


def _read(path: Path) -> Mapping[str, Key]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["keys"]
        keys = [_key(row) for row in rows]
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _no_keys(path, error) from error
    return {key.id: key for key in keys}


def _key(row: Mapping[str, Any]) -> Key:
    key = Key(**{**row, "scopes": _scopes(row["scopes"])})
    if key.filter is not None:
        parse(key.filter)
    return key


def _no_keys(path: Path, error: Exception) -> InputError:
    return InputError(f"{path} is no file of keys: {error}; restore it or delete it")


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"the keys in {path} cannot be read: {error.strerror}; check its permissions")


def _write(path: Path, keys: Iterable[Key]) -> None:
    rows = [{**key.public(), "sha256": key.sha256} for key in keys]
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"keys": rows}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
