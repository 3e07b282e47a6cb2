"""The client for ordinary code is what is made of the one for code that awaits."""

import runpy
from pathlib import Path

WRITE = Path(__file__).with_name("write_sync.py")


def test_it_is_as_it_is_written() -> None:
    made = runpy.run_path(str(WRITE))
    source = (made["CLIENT"] / "synchronous.py").read_text("utf-8")
    assert made["sync_source"]() == source, "run `make client`"
    assert "async" not in source.partition("\n")[2]
    assert "await " not in source
