"""The server's settings, read from the environment (`EXCERPT_…`) at the edge."""

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import InputError


class ServerSettings(BaseSettings):
    """What a server is told; other `EXCERPT_…` variables belong to others and are left alone."""

    model_config = SettingsConfigDict(env_prefix="EXCERPT_", frozen=True, extra="ignore")

    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port; 0 takes a free one.")] = 8000
    max_body_bytes: Annotated[int, Field(gt=0, description="The largest body that is read.")] = (
        2 * 1024 * 1024
    )
    grace_seconds: Annotated[
        int, Field(ge=0, description="How long requests in flight may take at the end.")
    ] = 10

    @field_validator("host")
    @classmethod
    def _named(cls, host: str) -> str:
        # An unset shell variable leaves it empty, and sockets take that for every address.
        if not host:
            raise ValueError("it is empty; give an address, such as 127.0.0.1")
        return host


def read_settings(host: str | None = None, port: int | None = None) -> ServerSettings:
    """Return the environment's settings, with what the command line says instead.

    Raises:
        InputError: when a variable or an option does not validate.
    """
    options: dict[str, Any] = {"host": host, "port": port}
    told = {name: value for name, value in options.items() if value is not None}
    try:
        return ServerSettings(**told)
    except ValidationError as error:
        wrong = "; ".join(_reason(each, told) for each in error.errors())
        raise InputError(f"the server's settings do not validate: {wrong}") from error


def _reason(error: ErrorDetails, told: Collection[str]) -> str:
    name = str(error["loc"][0])
    place = f"--{name}" if name in told else f"EXCERPT_{name.upper()}"
    return f"{place}: {error.get('ctx', {}).get('error') or error['msg']}"
