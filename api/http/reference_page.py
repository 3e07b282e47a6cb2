"""The reference page at `/docs`: the OpenAPI document for people, with nothing from outside.

No script runs on it: the whole of it is in the page, and its one style sheet is allowed by digest.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

Json = Mapping[str, Any]

_FOLDER = Path(__file__).parent / "templates"
_METHODS = ("get", "post", "put", "patch", "delete")
_BOUNDS = {
    "minimum": "at least", "maximum": "at most", "minLength": "characters, at least",
    "maxLength": "characters, at most", "minItems": "items, at least", "maxItems": "items, at most",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a type in words; `link` names the schema that it is."""

    text: str
    link: str | None = None


Type = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a schema, or a parameter, which has a place: path, query or header."""

    name: str
    type: Type
    required: bool
    description: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, or comes back: its media type, its type, and an example as it is written."""

    media_type: str
    type: Type
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers with a status."""

    status: str
    description: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]
    needs_key: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """One named schema."""

    name: str
    description: str
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The page: the operations by tag, then the schemas."""

    title: str
    description: str
    tags: Mapping[str, tuple[Operation, ...]]
    schemas: tuple[Schema, ...]


def read(document: Json) -> Reference:
    """Return what an OpenAPI document says, as it is shown."""
    tags: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                tag = operation.get("tags", ["others"])[0]
                tags.setdefault(tag, []).append(_operation(method, path, operation))
    schemas = document.get("components", {}).get("schemas", {})
    return Reference(
        title=document["info"]["title"],
        description=document["info"].get("description", ""),
        tags={tag: tuple(each) for tag, each in tags.items()},
        schemas=tuple(_schema(name, each) for name, each in sorted(schemas.items())),
    )


def page(reference: Reference) -> tuple[str, str]:
    """Return the page, and the Content-Security-Policy that it needs."""
    style = (_FOLDER / "reference.css").read_text(encoding="utf-8")
    html = _environment().get_template("reference.html").render(reference=reference, style=style)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return html, policy


def type_of(schema: Json) -> Type:
    """Return a type in words.

    >>> "".join(piece.text for piece in type_of({"anyOf": [{"type": "string"}, {"type": "null"}]}))
    'string or null'
    """
    return tuple(_pieces(schema))


def _pieces(schema: Json) -> Iterator[Piece]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield Piece(name, name)
    elif "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        yield Piece(" or ".join(json.dumps(value) for value in values))
    elif any(word in schema for word in ("anyOf", "oneOf")):
        for number, each in enumerate(schema.get("anyOf") or schema["oneOf"]):
            yield from (Piece(" or "),) if number else ()
            yield from _pieces(each)
    elif schema.get("type") == "array":
        yield from _array(schema)
    elif isinstance(schema.get("additionalProperties"), Mapping):
        yield Piece("object, each value ")
        yield from _pieces(schema["additionalProperties"])
    else:
        yield Piece(str(schema.get("title") if "properties" in schema else _simple(schema)))


def _array(schema: Json) -> Iterator[Piece]:
    if "prefixItems" in schema:
        yield Piece("[")
        for number, each in enumerate(schema["prefixItems"]):
            yield from (Piece(", "),) if number else ()
            yield from _pieces(each)
        yield Piece("]")
        return
    yield Piece("list of ")
    yield from _pieces(schema.get("items", {}))


def _simple(schema: Json) -> str:
    words = [str(schema.get("type", "anything"))]
    if "format" in schema:
        words.append(f"({schema['format']})")
    bounds = [f"{text} {schema[name]}" for name, text in _BOUNDS.items() if name in schema]
    return " ".join(words) + "".join(f", {bound}" for bound in bounds)


def _operation(method: str, path: str, operation: Json) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(_parameter(each) for each in operation.get("parameters", [])),
        bodies=_bodies(body),
        answers=tuple(
            Answer(status, each.get("description", ""), _bodies(each.get("content", {})))
            for status, each in operation["responses"].items()
        ),
        needs_key=bool(operation.get("security")),
    )


def _parameter(parameter: Json) -> Field:
    return Field(
        name=parameter["name"],
        type=type_of(parameter.get("schema", {})),
        required=parameter.get("required", False),
        description=parameter.get("description", ""),
        place=parameter["in"],
    )


def _bodies(content: Json) -> tuple[Body, ...]:
    return tuple(
        Body(media_type, type_of(each.get("schema", {})), _example(each))
        for media_type, each in content.items()
    )


def _schema(name: str, schema: Json) -> Schema:
    required = schema.get("required", [])
    fields = [
        Field(field, type_of(each), field in required, each.get("description", ""))
        for field, each in schema.get("properties", {}).items()
    ]
    return Schema(name, schema.get("description", ""), tuple(fields), _example(schema))


def _example(holder: Json) -> str:
    """Return the first example of a schema or a content, as it is written; none is blank."""
    if "example" in holder:
        value = holder["example"]
    elif isinstance(holder.get("examples"), Mapping):
        named: Json = next(iter(holder["examples"].values()), {})
        value = named.get("value")
    else:
        value = next(iter(holder.get("examples", [])), None)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
