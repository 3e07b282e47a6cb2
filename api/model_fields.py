"""Types of the members of requests and responses, and the base of their models."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
)
from pydantic_core import PydanticUseDefault

from retrieval.answering.limits import MAX_K


def _as_integer(value: object) -> object:
    """Take 3.0 for 3, which it is in JSON Schema; `"3"` and `true` stay what they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _default_of_null(value: object) -> object:
    """Take null for the default, as where the key is not there."""
    if value is None:
        raise PydanticUseDefault
    return value


Offset = Annotated[int, Field(ge=0)]


Place = Annotated[StrictInt, Field(ge=0), BeforeValidator(_as_integer)]


HowMany = Annotated[StrictInt, Field(ge=1, le=MAX_K), BeforeValidator(_as_integer)]


HowManyOrDefault = Annotated[
    HowMany, BeforeValidator(_default_of_null, json_schema_input_type=HowMany | None)
]


Risk = Annotated[
    float,
    Field(strict=True, ge=0, le=1),
    BeforeValidator(
        _default_of_null, json_schema_input_type=Annotated[float, Field(ge=0, le=1)] | None
    ),
]


Passages = Annotated[StrictInt, Field(ge=0, le=MAX_K), BeforeValidator(_as_integer)]


Metadata = str | int | float | bool | list[str | int | float | bool]


NOT_BLANK: dict[str, Any] = {"minLength": 1, "pattern": r"\S"}
"""How a question that says something is described; `_asked` checks it, in plainer words."""


def _asked(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; ask something")
    return text


Asked = Annotated[StrictStr, AfterValidator(_asked)]


FILTER = "Only documents that pass, applied before ranking, such as `published >= 2025-01-01`."


class Model(BaseModel):
    """Refuses keys it does not know, so that a misspelt one is an error and not ignored."""

    model_config = ConfigDict(extra="forbid")
