"""The two collections of an index, and what they say about it.

Their descriptions are written once, when they are made, and hold what shaped the index. The
record is made last, so that an index is there whole or not at all.
"""

import json
import re
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from index.errors import IndexUnavailableError
from index.ingest.passages import PassageConfig
from index.milvus.address import Address
from index.milvus.client import Build, Client
from index.milvus.facts import BOUNDS, COMPLETE, FACTS, MOST
from index.store.settings import BuildSettings

SCHEMA_VERSION = 1

LIVE = 1 << 62
"""When what lives dies."""

# Kinds of rows of the record.
COMMIT, DOCUMENT, PIECE, FILE, STATE, STATE_PIECE, CLAIM, LINES = range(1, 9)

VECTOR = "vector"
SPARSE = "sparse"
TERMS = "terms"

_SERVER_TERMS = (2, 5)
"""The first version that scores BM25."""

_COLUMN = 65_535
_HNSW = {"M": 16, "efConstruction": 200}
_INDEX: dict[str, dict[str, int]] = {
    "HNSW": _HNSW,
    "IVF_FLAT": {"nlist": 1024},
    "IVF_SQ8": {"nlist": 1024},
}
_NOWHERE = [1.0, 0.0]
"""The vector of rows that have none; Milvus wants one in each collection."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an index in Milvus remembers about itself."""

    identity: str
    shape: BuildSettings
    vectors: str
    """The kind of its vector index."""
    terms_by_server: bool
    """Whether the server scores its words."""

    def write(self, what: str) -> str:
        """Return the description of one of its collections."""
        facts = {
            "excerpt": what,
            "schema": SCHEMA_VERSION,
            "identity": self.identity,
            "vectors": self.vectors,
            "terms": self.terms_by_server,
            **asdict(self.shape),
        }
        return json.dumps(facts, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Collections:
    """The names of an index's collections."""

    passages: str
    record: str

    @classmethod
    def of(cls, address: Address) -> "Collections":
        """Return those of an index."""
        return cls(address.name, f"{address.name}_record")


def make(client: Client, address: Address, names: Collections, shape: BuildSettings) -> None:
    """Make an empty index.

    Raises:
        IndexUnavailableError: when there is something else of that name.
    """
    if client.has(names.record):
        return
    description = Description(
        identity=uuid.uuid4().hex,
        shape=shape,
        vectors=address.index,
        terms_by_server=scores_terms(client.version()),
    )
    if client.has(names.passages):
        # Ours alone can be what an interruption left behind.
        _facts(client, names.passages, address)
        client.drop(names.passages)
    client.create(names.passages, _passages(description))
    client.create(names.record, _record(description))


def scores_terms(version: str) -> bool:
    """Return whether a server of a version scores BM25.

    >>> scores_terms("v2.3.5-lite"), scores_terms("2.5.4"), scores_terms("v3.0-dev")
    (False, True, True)
    """
    numbers = re.search(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _SERVER_TERMS


def read_description(client: Client, address: Address, names: Collections) -> Description:
    """Return what an index remembers.

    Raises:
        IndexUnavailableError: when it is not ours, of another version, or its collections do not
            belong together.
    """
    facts = _facts(client, names.record, address)
    if facts["schema"] != SCHEMA_VERSION:
        raise IndexUnavailableError(
            f"the index at {address.location} has the format {facts['schema']}, and this Excerpt "
            f"reads {SCHEMA_VERSION}; open it with the Excerpt that made it, or use another name"
        )
    passages = _facts(client, names.passages, address)
    described = client.describe(names.passages)
    dims = [int(field["params"]["dim"]) for field in described["fields"] if field["name"] == VECTOR]
    if passages.get("identity") != facts["identity"] or dims != [facts["dim"]]:
        raise IndexUnavailableError(
            f"the collections {names.passages} and {names.record} at {address.server} do not "
            f"belong together: the vectors have {dims or 'no'} dimensions, and the record says "
            f"{facts['dim']}; restore both from one backup, or use another name"
        )
    shape = BuildSettings(
        facts["model"], facts["fingerprint"], facts["dim"], PassageConfig(**facts["passages"])
    )
    return Description(facts["identity"], shape, facts["vectors"], facts["terms"])


def _facts(client: Client, collection: str, address: Address) -> dict[str, Any]:
    """Return what a collection's description holds.

    Raises:
        IndexUnavailableError: when it is not ours.
    """
    if not client.has(collection):
        raise IndexUnavailableError(
            f"there is no index at {address.location}; build one with "
            f"`excerpt index --index {address.location} PATH`"
        )
    try:
        facts = json.loads(client.describe(collection).get("description") or "null")
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or "excerpt" not in facts:
        raise IndexUnavailableError(
            f"the collection {collection} at {address.server} was not made by Excerpt; choose "
            "another name with --index"
        )
    return facts


def _passages(description: Description) -> Build:
    def build(milvus: Any, client: Any) -> tuple[Any, Any]:
        kinds = milvus.DataType
        schema = client.create_schema(
            auto_id=False, enable_dynamic_field=False, description=description.write("passages")
        )
        schema.add_field("id", kinds.INT64, is_primary=True)
        schema.add_field(VECTOR, kinds.FLOAT_VECTOR, dim=description.shape.dim)
        for name in ("document", "born", "died"):
            schema.add_field(name, kinds.INT64)
        schema.add_field("words", kinds.VARCHAR, max_length=64)
        schema.add_field("data", kinds.VARCHAR, max_length=_COLUMN)
        indexes = client.prepare_index_params()
        indexes.add_index(
            VECTOR,
            index_type=description.vectors,
            metric_type="IP",
            params=_INDEX.get(description.vectors, {}),
        )
        if description.terms_by_server:
            _add_terms(milvus, schema, indexes)
        return schema, indexes

    return build


def _add_terms(milvus: Any, schema: Any, indexes: Any) -> None:
    """Have the server score the terms of a passage, which come to it stemmed."""
    kinds = milvus.DataType
    schema.add_field(
        TERMS,
        kinds.VARCHAR,
        max_length=_COLUMN,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field(SPARSE, kinds.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        milvus.Function(
            name="bm25",
            function_type=milvus.FunctionType.BM25,
            input_field_names=[TERMS],
            output_field_names=[SPARSE],
        )
    )
    indexes.add_index(
        SPARSE,
        index_type="SPARSE_INVERTED_INDEX",
        metric_type="BM25",
        params={"bm25_k1": 1.2, "bm25_b": 0.75},
    )


def _record(description: Description) -> Build:
    def build(milvus: Any, client: Any) -> tuple[Any, Any]:
        kinds = milvus.DataType
        schema = client.create_schema(
            auto_id=False, enable_dynamic_field=False, description=description.write("record")
        )
        schema.add_field("row", kinds.INT64, is_primary=True)
        schema.add_field("nowhere", kinds.FLOAT_VECTOR, dim=len(_NOWHERE))
        schema.add_field("kind", kinds.INT8)
        for name in ("owner", "part", "parts", "born", "died", "first", "count"):
            schema.add_field(name, kinds.INT64)
        schema.add_field(COMPLETE, kinds.BOOL)
        schema.add_field("key", kinds.VARCHAR, max_length=64)
        schema.add_field("digest", kinds.VARCHAR, max_length=64)
        for name in ("name", "uri", "source", "data", "body"):
            schema.add_field(name, kinds.VARCHAR, max_length=_COLUMN)
        schema.add_field(
            FACTS,
            kinds.ARRAY,
            element_type=kinds.VARCHAR,
            max_capacity=MOST,
            max_length=20,
        )
        schema.add_field(BOUNDS, kinds.JSON)
        indexes = client.prepare_index_params()
        indexes.add_index("nowhere", index_type="FLAT", metric_type="IP")
        return schema, indexes

    return build


RECORD = (
    *("row", "kind", "owner", "part", "parts", "born", "died", "first", "count", COMPLETE),
    *("key", "digest", "name", "uri", "source", "data", "body", FACTS, BOUNDS, "nowhere"),
)
"""The columns of the record."""


def record_row(row: int, kind: int, **columns: Any) -> dict[str, Any]:
    """Return a row of the record, the columns that are not named empty."""
    empty: dict[str, Any] = dict.fromkeys(
        ("owner", "part", "parts", "born", "first", "count"), 0
    ) | dict.fromkeys(("key", "digest", "name", "uri", "source", "data", "body"), "")
    fixed = {"row": row, "kind": kind, "died": LIVE, "nowhere": _NOWHERE}
    return {**empty, COMPLETE: True, FACTS: [], BOUNDS: {}, **fixed, **columns}


def passage_columns(description: Description) -> tuple[str, ...]:
    """Return the columns of a passage that are ours to write."""
    terms = (TERMS,) if description.terms_by_server else ()
    return ("id", VECTOR, "document", "born", "died", "words", "data", *terms)


def alive(generation: int) -> str:
    """Return the expression of what lives in a generation."""
    return f"born <= {generation} and died > {generation}"
