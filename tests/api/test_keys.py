"""Keys: made, kept as digests, found and revoked."""

import json
import stat

import pytest

from api.http.access import access_of
from api.keys import KeyFile
from index.errors import InputError, NotFoundError


@pytest.fixture
def file(tmp_path) -> KeyFile:
    return KeyFile(tmp_path / "new" / "keys.json")


def test_a_key_is_found_and_its_neighbours_are_not(file):
    key, given = file.create("reporting", ["read"])
    assert file.find(given) == key
    assert key.scopes == ("read",)
    wrong = ("", "exk", "exk_", f"exk_{key.id}_", given[:-1], f"{given}x", given.swapcase())
    for other in (*wrong, "exk_00000000_x", "\ud800", f" {given}"):
        assert file.find(other) is None, other


def test_only_a_digest_is_kept_and_only_for_its_owner(file):
    _, given = file.create("reporting", ["read"])
    text = file.path.read_text()
    assert given not in text
    assert given.rpartition("_")[2] not in text
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_two_keys_share_nothing(file):
    given = [file.create("x", ["read"])[1].split("_", 2) for _ in range(2)]
    assert given[0][1] != given[1][1]
    assert given[0][2] != given[1][2]
    assert len(given[0][2]) >= 43  # 256 bits in base64


def test_a_revoked_key_is_gone_for_who_has_the_file_open(file):
    key, given = file.create("x", ["read"])
    _, other = file.create("y", ["admin"])
    reader = KeyFile(file.path)
    assert reader.find(given)
    file.revoke(key.id)
    assert reader.find(given) is None
    assert reader.find(other)
    with pytest.raises(NotFoundError, match="excerpt keys list"):
        file.revoke(key.id)


def test_what_cannot_be_a_key_is_refused(file):
    with pytest.raises(InputError, match="there is no scope 'root'"):
        file.create("x", ["root"])
    with pytest.raises(InputError, match="needs a scope"):
        file.create("x", [])
    with pytest.raises(InputError, match="filter"):
        file.create("x", ["read"], "team =")
    assert not file.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"keys": [{"id": "a"}]}', "\x00"])
def test_a_file_that_holds_no_keys_opens_nothing(file, content):
    file.create("x", ["read"])
    file.path.write_text(content)
    with pytest.raises(InputError, match="no file of keys"):
        file.find("exk_a_b")


def test_a_file_whose_filter_does_not_parse_opens_nothing(file):
    _, given = file.create("x", ["read"], "team = a")
    file.path.write_text(file.path.read_text().replace("team = a", "team ="))
    with pytest.raises(InputError, match="filter"):
        file.find(given)


def test_a_file_that_cannot_be_read_opens_nothing(tmp_path):
    beneath_a_file = tmp_path / "file"
    beneath_a_file.write_text("")
    for path in (tmp_path, beneath_a_file / "keys.json"):
        keys = KeyFile(path)
        with pytest.raises(InputError, match="cannot be read"):
            keys.find("exk_a_b")


def test_the_command_makes_lists_and_revokes(excerpt, tmp_path):
    at = ("--keys", str(tmp_path / "keys.json"))
    made = json.loads(
        excerpt(
            *("keys", "create", "reporting", "--scope", "read", "--scope", "write"),
            *("--filter", "team = a", *at, "--json"),
        ).stdout
    )
    assert (made["scopes"], made["filter"]) == (["read", "write"], "team = a")
    plain = excerpt("keys", "create", "other", *at)
    assert plain.stdout.startswith("exk_")
    assert plain.stdout.strip() not in plain.stderr
    listed = excerpt("keys", "list", *at, "--json").stdout
    assert [each["name"] for each in json.loads(listed)["keys"]] == ["reporting", "other"]
    assert made["key"] not in listed
    assert "sha256" not in listed
    assert made["id"] in excerpt("keys", "list", *at).stdout
    assert excerpt("keys", "revoke", made["id"], *at).returncode == 0
    assert len(json.loads(excerpt("keys", "list", *at, "--json").stdout)["keys"]) == 1
    unknown = excerpt("keys", "revoke", made["id"], *at)
    assert unknown.returncode == 1
    assert "excerpt keys list" in unknown.stderr


def test_an_admin_sees_everything_so_a_filter_is_refused(file):
    with pytest.raises(InputError, match="an admin sees everything"):
        file.create("boss", ["admin"], "team = a")
    key, given = file.create("boss", ["admin"])
    # A file that says both, however it was written, gives no more than the filter lets through.
    rows = json.loads(file.path.read_text())
    rows["keys"][0]["filter"] = "team = a"
    file.path.write_text(json.dumps(rows))
    access = access_of(file.find(given))
    assert (access.who, access.may("admin"), access.may("read")) == (key.id, False, True)
