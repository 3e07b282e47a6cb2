"""The check of every quote passes on true spans and fails on spans that are off by one."""

from dataclasses import replace
from pathlib import Path

import pytest

from eval import quote_check
from eval.data.question_sets import packaged
from eval.quote_check import Check, Source
from index.text.ids import escape_id
from index.types import Document, Passage, Span
from retrieval.answering.citation import Citer

TINY = Path(packaged("tiny"))
TEXT = "Die Größe\r\nder 😀 Bienen, café.\n\nUnd Schluß."


def cited(span: Span):
    from hashlib import sha256

    digest = sha256(TEXT.encode()).hexdigest()
    return Citer(Document(escape_id("d"), "d", "", TEXT, digest, "text/plain")).cite(span)


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.mark.usefixtures("cache")
def test_every_quote_of_a_set_is_in_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert quote_check.main(["--data", str(TINY)]) == 0
    printed = capsys.readouterr().out
    assert "0 failures" in printed
    assert printed.count("100 %") == 4


@pytest.mark.usefixtures("cache")
def test_a_source_that_says_something_else_is_seen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Tampered(Check):
        def __init__(self, corpus: Path) -> None:
            super().__init__(corpus)
            first = next(iter(self.sources))
            self.sources[first] = Source("é" + self.sources[first].text)

    monkeypatch.setattr(quote_check, "Check", Tampered)
    assert quote_check.main(["--data", str(TINY)]) == 1
    assert "words left out" in (printed := capsys.readouterr().out)
    assert "missed" in printed


@pytest.mark.parametrize("words", ["Größe\r\nder 😀", "Bienen", "café.", "Und Schluß."])
def test_each_unit_is_checked_by_itself(words: str) -> None:
    at = TEXT.index(words)
    true = cited(Span(at, at + len(words)))
    source = Source(TEXT)
    assert source.missed(true, words) == []
    assert "code points" in source.missed(replace(true, span=true.span.shift(1)), words)
    assert source.missed(replace(true, utf16=true.utf16.shift(1)), words) == ["UTF-16"]
    assert source.missed(replace(true, utf8=true.utf8.shift(1)), words) == ["UTF-8"]
    assert source.missed(replace(true, column=true.column + 1), words) == ["line:column"]
    assert source.missed(replace(true, line=99), words) == ["line:column"]


def test_what_no_passage_holds_is_seen() -> None:
    first = Passage(1, "d", Span(0, 20), TEXT[:20])
    rest = Passage(2, "d", Span(20, len(TEXT)), TEXT[20:])
    assert Source(TEXT).left_out([first, rest]) == ""
    assert Source(TEXT).left_out([first]) == TEXT[20:].strip()
