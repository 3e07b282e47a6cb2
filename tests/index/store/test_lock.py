"""The lock that pins a generation."""

import os
from pathlib import Path

import pytest

from index.store.lock import Pin, seized


def test_a_pin_is_held_until_it_is_released(tmp_path: Path) -> None:
    pin = Pin(tmp_path / "1")
    with seized(tmp_path / "1") as free:
        assert not free
    pin.release()
    pin.release()
    with seized(tmp_path / "1") as free:
        assert free


def test_a_pin_released_twice_at_once_closes_no_descriptor_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = Pin(tmp_path / "1")
    closed = []

    def close(descriptor: int) -> None:
        closed.append(descriptor)
        if len(closed) == 1:
            pin.release()

    with monkeypatch.context() as patch:
        patch.setattr("index.store.lock.os.close", close)
        pin.release()
    assert len(closed) == 1
    os.close(closed[0])
