"""The server's settings: options before the environment, before the file, before the defaults."""

from pathlib import Path

import pytest

from api.http.settings import read_settings
from index.errors import InputError


@pytest.fixture(autouse=True)
def _nobodys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_the_command_line_is_heard_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCERPT_HOST", "::1")
    monkeypatch.setenv("EXCERPT_PORT", "70000")
    settings = read_settings(port=9)
    assert (settings.host, settings.port) == ("::1", 9)
    with pytest.raises(InputError, match="EXCERPT_PORT: Input should be less"):
        read_settings()


def test_the_environment_is_heard_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('host = "::1"\nport = 7\nhosts = ["a.example"]\ngrace_seconds = 3\n')
    monkeypatch.setenv("EXCERPT_PORT", "8")
    monkeypatch.setenv("EXCERPT_HOSTS", "b.example, c.example")
    settings = read_settings(file, host="127.0.0.1")
    assert (settings.host, settings.port, settings.grace_seconds) == ("127.0.0.1", 8, 3)
    assert settings.hosts == ("b.example", "c.example")
    assert settings.max_body_bytes == 2 << 20


def test_which_file_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usual = tmp_path / "excerpt" / "server.toml"
    usual.parent.mkdir()
    usual.write_text("port = 1")
    assert read_settings().port == 1
    named = tmp_path / "named.toml"
    named.write_text("port = 2")
    monkeypatch.setenv("EXCERPT_CONFIG", str(named))
    assert read_settings().port == 2
    usual.write_text("port = 3")
    assert read_settings(usual).port == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = 70000", "port in .*: Input should be less"),
        ('prot = "x"', "prot in .*: Extra inputs"),
        ("port = ", "no TOML"),
        ('keys = ["a"]', "keys in .*"),
    ],
)
def test_a_file_that_does_not_validate(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        read_settings(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path / "no.toml")


def test_no_address_is_not_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="--host: it is empty; give an address"):
        read_settings(host="")
    monkeypatch.setenv("EXCERPT_HOST", "")
    with pytest.raises(InputError, match="EXCERPT_HOST: it is empty; give an address"):
        read_settings()
    assert read_settings(host="127.0.0.1").host == "127.0.0.1"
