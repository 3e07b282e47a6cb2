"""What pages ask of themselves is told by their structure, and looked up there."""

from pathlib import Path

import pytest

from eval import pages
from index.loaders import get_loader
from index.types import Document

PAGE = """<html><head><title>Help</title></head><body><h1>Help</h1>
<h2>How long are backups kept?</h2><p>Backups are kept for 35 days, and then they are deleted.</p>
<h2>Why?</h2><p>Nobody knows, but it has always been like that in this house of ours.</p>
<h2>Terms</h2><dl><dt>snapshot</dt><dd>A copy of all files as they were at one moment.</dd>
<dt>x</dt><dd>Short.</dd></dl>
<table><tr><th>Plan</th><th>Price</th></tr><tr><td>Basic</td><td>9 euros</td></tr>
<tr><td>Team</td><td>29 euros</td></tr><tr><td>Business</td><td>99 euros</td></tr></table>
</body></html>"""


def test_the_questions_of_a_page() -> None:
    (loaded,) = get_loader("html").load(PAGE.encode(), uri="/d/a.html", key="a")
    assert isinstance(loaded, Document)
    asked = list(pages.questions_of(loaded))
    assert [(each.kind, each.question) for each in asked] == [
        ("headings", "How long are backups kept?"),
        ("entries", "What is snapshot?"),
        ("cells", "What is the Price of Basic?"),
        ("cells", "What is the Price of Team?"),
        ("cells", "What is the Price of Business?"),
    ]
    assert "35 days" in asked[0].place.of(loaded.text)
    assert "moment" in asked[1].place.of(loaded.text)
    assert [each.place.of(loaded.text) for each in asked[2:]] == ["9 euros", "29 euros", "99 euros"]


def test_a_folder_is_asked_and_missing_ones_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    assert pages.main([str(tmp_path)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["cells", "3", "1.000", "0.000"] in rows
    assert ["headings", "1", "1.000", "0.000"] in rows
    assert pages.main([str(tmp_path / "none")]) == 1
    assert "eval.pages: " in capsys.readouterr().err
