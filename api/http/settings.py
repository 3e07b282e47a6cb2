"""The server's settings, read from the environment (`EXCERPT_…`) at the edge."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """What a server is told. Unknown `EXCERPT_…` variables belong to others and are left alone."""

    model_config = SettingsConfigDict(env_prefix="EXCERPT_", frozen=True, extra="ignore")

    index: Path | None = Field(None, description="The index folder.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(
        8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    max_body_bytes: int = Field(
        2 * 1024 * 1024, gt=0, description="The largest request body that is read."
    )
    grace_seconds: int = Field(
        10,
        ge=0,
        description="How long requests in flight may take once the server is told to stop.",
    )
