"""The server's settings: an option before the environment, before the file, before the default.

Each setting has one name: `max_body_bytes` in the file (TOML), `EXCERPT_MAX_BODY_BYTES` in the
environment, and, for those that are options too, `--max-body-bytes` on the command line.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from index.cores import usable_cores
from index.errors import InputError
from retrieval.answering.limits import MAX_K

PREFIX = "EXCERPT_"

_Names = Annotated[tuple[str, ...], Field()]


class ServerSettings(BaseModel):
    """What a server is configured with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port; 0 takes a free one.")] = 8000
    workers: Annotated[
        int, Field(ge=1, le=64, description="Processes that answer, over one index.")
    ] = 1
    keys: Annotated[
        Path | None, Field(description="The file of API keys; `excerpt keys` makes it.")
    ] = None
    without_keys: Annotated[
        bool, Field(description="Let everybody who reaches the server read and write.")
    ] = False
    hosts: Annotated[
        _Names,
        Field(description="Names that the server may be addressed by, beside its own on loopback."),
    ] = ()
    origins: Annotated[
        _Names, Field(description="Origins whose pages may call the server from a browser (CORS).")
    ] = ()
    max_body_bytes: Annotated[int, Field(gt=0, description="The largest body that is read.")] = (
        2 * 1024 * 1024
    )
    max_upload_bytes: Annotated[
        int, Field(gt=0, description="The largest body that brings documents.")
    ] = 128 * 1024 * 1024
    max_question: Annotated[
        int, Field(gt=0, description="The longest question or query, in characters.")
    ] = 20_000
    max_k: Annotated[int, Field(gt=0, le=MAX_K, description="The most answers or passages.")] = (
        MAX_K
    )
    concurrency: Annotated[
        int, Field(gt=0, description="Requests that are worked on at once, a process.")
    ] = Field(default_factory=usable_cores)
    queue: Annotated[
        int | None,
        Field(
            ge=0,
            description="Requests that wait for their turn, a process; as many as will "
            "have it soon, unless said.",
        ),
    ] = None
    timeout_seconds: Annotated[
        float, Field(gt=0, description="How long a request may wait and be worked on.")
    ] = 30
    rate: Annotated[
        int, Field(ge=0, description="Requests a minute of each key or address; 0: any number.")
    ] = 0
    grace_seconds: Annotated[
        int, Field(ge=0, description="How long requests in flight may take at the end.")
    ] = 10

    log_level: Annotated[
        str, Field(pattern="^(debug|info|warning|error)$", description="What is logged.")
    ] = "warning"

    telemetry: Annotated[
        bool, Field(description="Send traces and metrics by OpenTelemetry (excerpt[otel]).")
    ] = False

    @field_validator("host")
    @classmethod
    def _named(cls, host: str) -> str:
        # An unset shell variable leaves it empty, and sockets take that for every address.
        if not host:
            raise ValueError("it is empty; give an address, such as 127.0.0.1")
        return host

    @field_validator("hosts", "origins", mode="before")
    @classmethod
    def _separated(cls, names: object) -> object:
        """Take names with commas between them, as the environment has them."""
        if isinstance(names, str):
            return tuple(name.strip() for name in names.split(",") if name.strip())
        return names


def read_settings(config: Path | None = None, **options: Any) -> ServerSettings:
    """Return what the options say, else the environment, else the file, else the defaults.

    Args:
        config: the file, else the one that EXCERPT_CONFIG names, else the user's own if there
            is one.
        options: settings by name; None says nothing.

    Raises:
        InputError: when something does not validate; says which, and where it was said.
    """
    overrides = {name: value for name, value in options.items() if value is not None}
    environment = _environment()
    path = _config_path(config)
    file = {} if path is None else _read_file(path)
    try:
        return ServerSettings(**{**file, **environment, **overrides})
    except ValidationError as error:
        wrong = "; ".join(
            _reason(each, overrides, environment, str(path or "the settings"))
            for each in error.errors()
        )
        raise InputError(f"the server's settings do not validate: {wrong}") from error


def _environment() -> dict[str, str]:
    names = {name: f"{PREFIX}{name.upper()}" for name in ServerSettings.model_fields}
    return {name: os.environ[each] for name, each in names.items() if each in os.environ}


def _config_path(named: Path | None) -> Path | None:
    if named is None and os.environ.get(f"{PREFIX}CONFIG"):
        named = Path(os.environ[f"{PREFIX}CONFIG"])
    if named is not None:
        return named
    usual = platformdirs.user_config_path("excerpt") / "server.toml"
    return usual if usual.is_file() else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the settings in {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"the settings in {path} are no TOML: {error}") from error


def _reason(
    error: ErrorDetails, overrides: Mapping[str, Any], environment: Mapping[str, str], file: str
) -> str:
    name = str(error["loc"][0])
    if name in overrides:
        place = f"--{name.replace('_', '-')}"
    elif name in environment:
        place = f"{PREFIX}{name.upper()}"
    else:
        place = f"{name} in {file}"
    return f"{place}: {error.get('ctx', {}).get('error') or error['msg']}"
