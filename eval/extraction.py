"""`python -m eval.extraction FOLDER…`: words of web pages and PDFs that others extract and we lack.

Pages are read again by the standard library's parser, PDFs by pdfminer. Words are compared folded,
each as often as it occurs; pages that lack more than one word in a hundred are
listed with those words.
"""

import argparse
import gzip
import io
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from index.errors import ExcerptError
from index.loaders import get_loader
from index.loaders.elements import UNSEEN_NAMES
from index.types import Document

_LEAST = 0.99
_WORD = re.compile(r"\w+")
_HYPHEN = re.compile(r"[-\u00ad\u2010]\s*\n\s*(?=[a-z])")
_NO_LETTER = re.compile(r"\(cid:\d+\)")
"""What pdfminer writes for a glyph of which no letter is known, in music and mathematics."""
_UNREAD = frozenset("script style template noscript head select textarea svg iframe".split())
_INLINE = frozenset(
    "a abbr b code em font i kbd mark q small span strong sub sup tt u var wbr".split()
)
_SUFFIXES = (".html", ".htm", ".xhtml", ".pdf", ".html.gz", ".pdf.gz")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the other extractor's words of one file are in ours, and which are not."""

    path: Path
    words: int
    missing: Counter[str]

    @property
    def share(self) -> float:
        """Return the share of its words that are in ours."""
        return 1 - self.missing.total() / self.words if self.words else 1.0


class _VisibleText(HTMLParser):
    """Collects the text of a page outside of what holds no words of it."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {
            word
            for name, value in attrs
            if name in ("class", "id")
            for word in (value or "").split()
        }
        if self._unread:
            self._unread += [tag] * (tag == self._unread[0])
        elif tag in _UNREAD or not UNSEEN_NAMES.isdisjoint(named):
            self._unread = [tag]
        self.parts.append(" " if tag not in _INLINE else "")

    def handle_endtag(self, tag: str) -> None:
        if self._unread and tag == self._unread[0]:
            self._unread.pop()
        self.parts.append(" " if tag not in _INLINE else "")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.parts.append(data)


def words(text: str) -> Counter[str]:
    """Return how often each word occurs, folded; a word that a line's end parts is one."""
    folded = unicodedata.normalize("NFKC", _HYPHEN.sub("", text)).casefold()
    return Counter(_WORD.findall(folded))


def coverage(path: Path) -> Coverage | None:
    """Compare a file's words; None where either extractor cannot read it, or it has none."""
    data = path.read_bytes()
    name = path.name.removesuffix(".gz")
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    is_pdf = name.endswith(".pdf")
    loader = get_loader("pdf" if is_pdf else "html")
    try:
        ours = [
            each.text for each in loader.load(data, uri=name, key="a") if isinstance(each, Document)
        ]
    except ExcerptError:
        return None
    theirs = words(_pdf_text(data) if is_pdf else _html_text(data))
    if not theirs or not ours:
        return None
    return Coverage(path, theirs.total(), theirs - words("\n".join(ours)))


def _html_text(data: bytes) -> str:
    from index.loaders.charset import decode_page

    parser = _VisibleText()
    parser.feed(decode_page(data).text)
    return "".join(parser.parts)


def _pdf_text(data: bytes) -> str:
    from pdfminer.high_level import extract_text

    text: str = extract_text(io.BytesIO(data))
    return _NO_LETTER.sub(" ", text)


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the web pages and PDFs under folders."""
    for folder in folders:
        paths = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        yield from (path for path in paths if path.name.endswith(_SUFFIXES) and path.is_file())


def main() -> int:
    """Print the share of each kind of file, and the files that lack words; 1 when there are any."""
    parser = argparse.ArgumentParser(prog="python -m eval.extraction", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=200, help="files of each kind, at random")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    every = list(files(options.folders))
    short = 0
    for kind, suffix in (("web pages", ".htm"), ("PDFs", ".pdf")):
        chosen = [
            path
            for path in every
            if suffix in path.name or (kind[0] == "w" and "xhtml" in path.name)
        ]
        random.Random(options.seed).shuffle(chosen)
        found = [one for path in chosen[: options.most] if (one := coverage(path)) is not None]
        lacking = sorted((one for one in found if one.share < _LEAST), key=lambda one: one.share)
        total, missing = sum(one.words for one in found), sum(one.missing.total() for one in found)
        short += len(lacking)
        share = 1 - missing / total if total else 1.0
        counts = f"{len(found)} files, {total} words, {share:.2%} in ours"
        print(f"{kind}: {counts}; {len(lacking)} lack over 1 %")
        for one in lacking[:20]:
            few = ", ".join(f"{word} {count}" for word, count in one.missing.most_common(12))
            print(f"  {one.share:7.2%} of {one.words:6} {one.path}: {few}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
