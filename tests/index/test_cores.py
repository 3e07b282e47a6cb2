import pytest

from index import cores
from index.errors import InputError


def test_fewer_cores_may_be_asked_for_and_never_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "_limit", None)
    there = cores.usable_cores()
    assert there >= 1
    cores.limit_cores(1)
    assert cores.usable_cores() == 1
    cores.limit_cores(there + 5)
    assert cores.usable_cores() == there
    with pytest.raises(InputError, match="at least 1 core"):
        cores.limit_cores(0)
