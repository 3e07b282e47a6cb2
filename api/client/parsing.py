"""JSON into the dataclasses of `types`, after their annotations."""

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def parsed(cls: type[T], value: Any) -> T:
    """Return what JSON stands for; keys that a class does not know are passed over.

    >>> from api.client.types import Words
    >>> parsed(Words, {"text": "Ada", "start": 0, "end": 3, "new": True})
    Words(text='Ada', start=0, end=3)
    """
    made: T = _parsed(cls, value)
    return made


def _parsed(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return _parsed(inner, value)
    if origin is tuple:
        return tuple(_parsed(get_args(kind)[0], each) for each in value)
    if origin is Mapping or (origin is not None and issubclass(origin, Mapping)):
        return {key: _parsed(get_args(kind)[1], each) for key, each in value.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        known = {name: _parsed(hints[name], each) for name, each in value.items() if name in hints}
        return kind(**known)
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
