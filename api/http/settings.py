"""The server's settings, read from the environment (`EXCERPT_…`) at the edge."""

from typing import Annotated

from pydantic import Field, ValidationError
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


def read_settings(host: str | None = None, port: int | None = None) -> ServerSettings:
    """Return the environment's settings, with what the command line says instead.

    Raises:
        InputError: when a variable does not validate.
    """
    told = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    try:
        return ServerSettings().model_copy(update=told)
    except ValidationError as error:
        wrong = "; ".join(
            f"EXCERPT_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()
        )
        raise InputError(f"the server's settings do not validate: {wrong}") from error
