"""The only way to a Milvus server, and the only importer of pymilvus, which it imports when asked.

Every request has a time limit, and every failure ends in one line that names the server and never
the token.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from index.errors import IndexUnavailableError, ModelError
from index.milvus.address import Address

Row = dict[str, Any]
"""A row by its columns."""

Build = Callable[[Any, Any], tuple[Any, Any]]
"""Given pymilvus and its client, returns a collection's schema and the indexes' parameters."""

STRONG = 0
"""The timestamp that sees every write that was acknowledged before; it waits some tenths of a
second for that. Any other is one that a write returned."""

MOST_RESULTS = 16_384
"""Rows that Milvus returns at most."""

AT_ONCE = 500
"""Rows that are written, or read with all they hold, in one request."""

_REQUEST = 8_000_000
"""Characters that are written in one request; servers take 64 MB."""

_CONNECT_SECONDS = 10.0
_DEEPEST = 10
_LOAD_SECONDS = 600.0


class Client:
    """A connection to one server; safe to use from many threads."""

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            IndexUnavailableError: when the server is away or refuses.
            ModelError: when pymilvus is not installed.
        """
        self.address = address
        self._milvus = _imported()
        options: dict[str, Any] = {}
        if address.certificate:
            options["server_pem_path"] = str(address.certificate)
        if address.tls:
            options["secure"] = True
        with self._explained():
            self._client: Any = self._milvus.MilvusClient(
                uri=address.uri,
                token=address.token,
                db_name=address.database,
                timeout=min(_CONNECT_SECONDS, address.timeout),
                **options,
            )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def version(self) -> str:
        """Return the server's version, such as `v2.3.5`."""
        return str(self._ask("get_server_version"))

    def has(self, collection: str) -> bool:
        """Return whether there is a collection."""
        return bool(self._ask("has_collection", collection))

    def describe(self, collection: str) -> Row:
        """Return what the server knows of a collection."""
        return dict(self._ask("describe_collection", collection))

    def drop(self, collection: str) -> None:
        """Delete a collection with all that is in it."""
        self._ask("drop_collection", collection)

    def create(self, collection: str, build: Build) -> None:
        """Make a collection with its indexes, not loaded yet."""
        schema, indexes = build(self._milvus, self._client)
        # One shard, so that one timestamp is the same moment for all rows.
        self._ask("create_collection", collection, schema=schema, num_shards=1)
        self._ask("create_index", collection, indexes, timeout=_LOAD_SECONDS)

    def load(self, collections: Iterable[str]) -> None:
        """Have collections ready to be searched; what is loaded already costs a look."""
        waiting = [each for each in collections if not self._is_loaded(each)]
        for each in waiting:
            self._ask("load_collection", each, timeout=_LOAD_SECONDS, _async=True)
        for each in waiting:
            self._ask("load_collection", each, timeout=_LOAD_SECONDS)

    def insert(self, collection: str, rows: Sequence[Row]) -> int:
        """Add rows; return the timestamp from which on all of them are there."""
        return self._write("insert_rows", collection, rows)

    def replace(self, collection: str, rows: Sequence[Row]) -> int:
        """Put rows in the place of those with their keys; return the timestamp as `insert`."""
        return self._write("upsert_rows", collection, rows)

    def delete(self, collection: str, ids: Sequence[int]) -> None:
        """Delete the rows with some keys."""
        for at in range(0, len(ids), MOST_RESULTS):
            self._ask("delete", collection, ids=[int(i) for i in ids[at : at + MOST_RESULTS]])

    def query(
        self,
        collection: str,
        expression: str,
        columns: Sequence[str],
        at: int = STRONG,
        *,
        limit: int | None = None,
    ) -> list[Row]:
        """Return some columns of the rows that an expression selects, in no order.

        Args:
            collection: where.
            expression: which; no more than `MOST_RESULTS` of them.
            columns: what of each.
            at: the timestamp that is to be seen.
            limit: how many at most, whichever they are.
        """
        bound = {} if limit is None else {"limit": limit}
        return self._query(collection, expression, columns, {**bound, **_consistency(at)})

    def look(self, collection: str, expression: str, columns: Sequence[str]) -> list[Row]:
        """Return rows as `query` does, at the consistency that the index's URL names."""
        level = {"consistency_level": self.address.consistency}
        return self._query(collection, expression, columns, level)

    def _query(
        self, collection: str, expression: str, columns: Sequence[str], level: Row
    ) -> list[Row]:
        rows = self._ask(
            "query", collection, filter=expression, output_fields=list(columns), **level
        )
        return [dict(row) for row in rows]

    def query_ids(
        self,
        collection: str,
        key: str,
        ids: Sequence[int],
        columns: Sequence[str],
        *,
        where: str = "",
        at: int = STRONG,
    ) -> Iterator[Row]:
        """Yield rows by a whole-numbered column, `AT_ONCE` of its values a request."""
        for start in range(0, len(ids), AT_ONCE):
            listed = ", ".join(str(int(each)) for each in ids[start : start + AT_ONCE])
            expression = f"{key} in [{listed}]" + (f" and {where}" if where else "")
            yield from self.query(collection, expression, columns, at)

    def scan(
        self,
        collection: str,
        key: str,
        below: int,
        columns: Sequence[str],
        *,
        where: str,
        at: int = STRONG,
        step: int = MOST_RESULTS,
    ) -> Iterator[Row]:
        """Yield the rows whose keys are from 1 up to `below`, in the order of their keys."""
        for start in range(1, below, step):
            within = f"{key} >= {start} and {key} < {min(start + step, below)}"
            rows = self.query(collection, f"{within} and {where}", columns, at)
            yield from sorted(rows, key=lambda row: int(row[key]))

    def search(
        self,
        collection: str,
        column: str,
        query: Any,
        limit: int,
        *,
        parameters: Row,
        where: str,
        at: int = STRONG,
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the rows nearest to a query, best first."""
        hits = self._ask(
            "search",
            collection,
            data=[query],
            anns_field=column,
            filter=where,
            limit=limit,
            search_params=parameters,
            **_consistency(at),
        )
        # BM25 is never negative; milvus-lite returns it so.
        sign = abs if parameters["metric_type"] == "BM25" else float
        return [(int(hit["id"]), float(sign(hit["distance"]))) for hit in hits[0]]

    def _is_loaded(self, collection: str) -> bool:
        state = self._ask("get_load_state", collection)["state"]
        return str(getattr(state, "name", state)) == "Loaded"

    def _write(self, method: str, collection: str, rows: Sequence[Row]) -> int:
        """Write rows a few at a time.

        The client's own methods do not return the server's timestamp, which those below them do.
        """
        newest = STRONG
        for some in _batches(rows):
            with self._explained():
                connection = self._client._get_connection()
                written = getattr(connection, method)(
                    collection, some, timeout=self.address.timeout
                )
            newest = max(newest, int(getattr(written, "timestamp", 0) or 0))
        return newest

    def _ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        options.setdefault("timeout", self.address.timeout)
        with self._explained():
            return getattr(self._client, method)(*arguments, **options)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what pymilvus and gRPC raise into our error."""
        try:
            yield
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in ("grpc", "pymilvus"):
                raise
            raise self._refusal(error) from None

    def _refusal(self, error: BaseException) -> IndexUnavailableError:
        """Return the error of a request that failed, in one line."""
        server = f"the Milvus server at {self.address.server}"
        message = self._message(error)
        lowered = message.lower()
        if any(sign in lowered for sign in _UNTRUSTED):
            return IndexUnavailableError(
                f"{server} has a certificate that is not trusted, or does not encrypt; name a file "
                "of certificates to trust in the environment variable EXCERPT_MILVUS_CA, or write "
                "milvus:// without +tls"
            )
        if any(sign in lowered for sign in _UNAVAILABLE):
            encrypted = "" if self.address.tls else ", or write milvus+tls:// where it encrypts"
            return IndexUnavailableError(
                f"{server} cannot be reached; start it, or check the host and port of the index's "
                f"URL{encrypted}"
            )
        if any(sign in lowered for sign in _SLOW):
            return IndexUnavailableError(
                f"{server} did not answer within {self.address.timeout:g} s; try again, or give it "
                "more time: add ?timeout=SECONDS to the index's URL"
            )
        if any(sign in lowered for sign in _REFUSED):
            token = "refuses the token" if self.address.token else "demands a token"
            return IndexUnavailableError(
                f"{server} {token} ({message}); put `user:password` or a token into the "
                "environment variable EXCERPT_MILVUS_TOKEN"
            )
        return IndexUnavailableError(f"{server} refuses a request: {message}")

    def _message(self, error: BaseException) -> str:
        """Return what an error says, in one line and without the token."""
        error = _origin(error)
        details = getattr(error, "details", None)
        message = getattr(error, "message", "") or (details() if callable(details) else "") or error
        line = " ".join(str(message).split())[:300]
        token = self.address.token
        for secret in filter(None, (token, token.partition(":")[2])):
            line = line.replace(secret, "***")
        return line


_UNTRUSTED = ("certificate", "handshake failed", "wrong_version_number")
_UNAVAILABLE = (
    "unavailable",
    "failed to connect",
    "fail connecting",
    "connection refused",
    "no available",
)
_SLOW = ("deadline", "timeout", "timed out")
_REFUSED = (
    "unauthenticated",
    "auth check failure",
    "permission",
    "authentication",
    "missing authorization",
)


def _origin(error: BaseException) -> BaseException:
    """Return the error that others were raised from.

    pymilvus words a refused connection in general terms, raised from what gRPC says of it; and it
    raises some errors from themselves.
    """
    for _ in range(_DEEPEST):
        if error.__cause__ is None or error.__cause__ is error:
            break
        error = error.__cause__
    return error


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield rows in runs that one request may carry."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        length = sum(len(value) for value in row.values() if isinstance(value, str))
        if batch and (len(batch) >= AT_ONCE or size + length > _REQUEST):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _consistency(at: int) -> Row:
    if at == STRONG:
        return {"consistency_level": "Strong"}
    return {"consistency_level": "Customized", "guarantee_timestamp": at}


def _imported() -> Any:
    # gRPC's core writes failures to standard error itself; it looks at this when it is loaded.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        import pymilvus
    except ImportError as error:
        raise ModelError(
            f"an index in Milvus cannot be used: {error}; install it with: "
            "pip install 'excerpt[milvus]'"
        ) from error
    # It writes failures, and how it was called, to standard error besides raising them.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
    return pymilvus
