"""The server's settings, from the environment and the command line."""

import pytest

from api.http.settings import read_settings
from index.errors import InputError


def test_the_command_line_is_heard_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCERPT_HOST", "::1")
    monkeypatch.setenv("EXCERPT_PORT", "70000")
    settings = read_settings(port=9)
    assert (settings.host, settings.port) == ("::1", 9)
    with pytest.raises(InputError, match="EXCERPT_PORT: Input should be less"):
        read_settings()


def test_no_address_is_not_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="--host: it is empty; give an address"):
        read_settings(host="")
    monkeypatch.setenv("EXCERPT_HOST", "")
    with pytest.raises(InputError, match="EXCERPT_HOST: it is empty; give an address"):
        read_settings()
    assert read_settings(host="127.0.0.1").host == "127.0.0.1"
