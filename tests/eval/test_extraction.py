"""What another extractor has and ours lacks."""

from pathlib import Path

import pytest

from eval import extraction


def test_words_are_compared_folded_and_as_often_as_they_occur() -> None:
    assert extraction.words("The ﬁsh, the har-\nbour") == {"the": 2, "fish": 1, "harbour": 1}


def test_a_page_that_is_read_whole_lacks_nothing(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<nav>Home</nav><h1>Ferry</h1><p>It <b>sails</b> at six.<script>x</script>")
    found = extraction.coverage(page)
    assert found is not None
    assert (found.words, found.share) == (6, 1.0)


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<main>" + "<p>Words that many read.</p>" * 9 + "</main><canvas>And more of them.</canvas>"
    )
    found = extraction.coverage(page)
    assert found is not None
    assert found.missing == {"and": 1, "more": 1, "of": 1, "them": 1}


def test_what_is_no_page_is_not_compared(tmp_path: Path) -> None:
    empty = tmp_path / "a.html"
    empty.write_text("")
    assert extraction.coverage(empty) is None


def test_the_files_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_text("<p>It sails at six.")
    (tmp_path / "b.txt").write_text("no page")
    monkeypatch.setattr("sys.argv", ["kept", str(tmp_path)])
    assert extraction.main() == 0
    assert "web pages: 1 files, 4 words, 100.00% in ours" in capsys.readouterr().out
