"""An example of everything that goes in or comes out, made of its schema, so that it fits it."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_TEXT = "The harbour master of Oslo is Per Lie."

_SAMPLES: Mapping[str, Any] = {
    "code": "close-call", "column": 31,
    "confidence": 0.93, "created": "2025-11-01T09:30:00Z",
    "cue": None, "detail": "The words stand in the passage that was found first.", "documents": 1,
    "document_id": "notice.txt-1a2b3c4d5e", "end": 37, "ended": "2025-11-01T09:30:02Z",
    "error": None, "expected": "Per Lie", "files": ["notice.txt"], "full_name": None,
    "generation": 7, "id": "notice.txt-1a2b3c4d5e", "job_id": "4f0c2b1a9d8e",
    "kind": "add", "line": 1, "lost": None, "media_type": "text/plain",
    "name": "notice.txt", "next": None, "notes": [], "page": 1, "passages": 1,
    "path": "notice.txt", "place": {}, "problem": None, "problems": [],
    "query": "harbour master", "question": "Who is the harbour master of Oslo?", "quote": "Per Lie",
    "reason": "it cannot be read", "reasons": [], "says": None, "score": 1.0,
    "scores": {"dense": 0.71, "lexical": 6.2}, "sha256": "86d931beac14eaf7ac53bd1bf0666e9e0ee012f1"
    "43f7a38638952c70f2e6873e", "speaker": None, "stage": "reading", "start": 30,
    "started": "2025-11-01T09:30:01Z", "text": _TEXT, "title": "Harbour notice",
    "took_ms": {"embed": 2.1, "read": 31.4, "total": 38.0}, "uri": "/documents/notice.txt",
    "utf16": [30, 37], "utf8": [30, 37], "value": "harbour",
}  # fmt: skip
"""What stands for a field by its name, where its schema takes that."""

_PARAMETERS: Mapping[str, Any] = {
    "document_id": "notice.txt-1a2b3c4d5e", "end": 37, "filter": "published >= 2025-01-01",
    "job_id": "4f0c2b1a9d8e", "page": 1, "path": "notice.txt", "start": 30,
}  # fmt: skip

_SIMPLE: Mapping[str, Any] = {
    "string": "words", "integer": 1, "number": 0.5, "boolean": True, "null": None, "object": {},
}  # fmt: skip

_KINDS: Mapping[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "null": type(None),
}  # fmt: skip


def add_examples(document: Json) -> None:
    """Give every schema and parameter of an OpenAPI document an example, unless it has one."""
    schemas = document.get("components", {}).get("schemas", {})
    for schema in schemas.values():
        if "properties" in schema and "examples" not in schema:
            schema["examples"] = [example_of(schema, schemas)]
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                _describe_parameter(parameter)


def example_of(schema: Json, schemas: Json, name: str = "") -> Any:
    """Return a value that fits a schema.

    Args:
        schema: a JSON schema, as pydantic makes them.
        schemas: the named schemas that it may refer to.
        name: the name of the field that it is for.
    """
    if name in _SAMPLES and _fits(_SAMPLES[name], schema):
        return _SAMPLES[name]
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return example_of(schema[word][0], schemas, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    if schema.get("type") == "array":
        return _list_of(schema, schemas, name)
    return _object_of(schema, schemas)


def _list_of(schema: Json, schemas: Json, name: str) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(each, schemas) for each in schema["prefixItems"]]
    return [example_of(schema.get("items", {}), schemas, name.removesuffix("s"))]


def _object_of(schema: Json, schemas: Json) -> Any:
    if "properties" in schema:
        fields = schema["properties"].items()
        return {name: example_of(each, schemas, name) for name, each in fields}
    if isinstance(schema.get("additionalProperties"), dict):
        return {"published": example_of(schema["additionalProperties"], schemas)}
    value = _SIMPLE[schema.get("type", "string")]
    return max(value, schema["minimum"]) if "minimum" in schema else value


def _fits(value: Any, schema: Json) -> bool:
    """Return whether a sample may stand for a schema; of objects and lists the kind is enough."""
    if "anyOf" in schema:
        return any(_fits(value, each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in (schema.get("enum") or [schema.get("const")])
    if "$ref" in schema or "prefixItems" in schema:
        return isinstance(value, list) and "prefixItems" in schema
    if schema.get("type") == "array" and isinstance(value, list):
        return not value or _fits(value[0], schema.get("items", {}))
    if schema.get("type") == "object" and isinstance(value, dict):
        return "properties" not in schema
    kinds: Mapping[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
    }
    kind = kinds.get(schema.get("type", ""))
    return kind is not None and isinstance(value, kind) and not isinstance(value, bool)


def _describe_parameter(parameter: Json) -> None:
    schema = parameter.get("schema", {})
    has = "examples" in schema or "example" in parameter or "examples" in parameter
    if not has and parameter["name"] in _PARAMETERS:
        parameter["example"] = _PARAMETERS[parameter["name"]]
