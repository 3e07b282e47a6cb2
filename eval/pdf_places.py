"""What a PDF's places are worth: words kept, and boxes read back by another library.

    python -m eval.pdf_places --data FOLDER [--spans 2000]

Of every PDF under the folder, the share of pdfplumber's words that are in our text, and of random
spans of several words the share whose boxes, cropped from the page by pdfplumber, hold the words.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

from index.loaders.pdf import PdfLoader
from index.types import Box, Document, Span

_LETTERS = re.compile(r"[^\W_]+")
_WORDS = (3, 12)
_SLACK = 1.5


def main() -> None:
    """Print a line a file, and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of PDF files")
    parser.add_argument("--spans", type=int, default=2000, help="how many spans in all")
    parser.add_argument("--pages", type=int, default=30, help="pages compared a file, at most")
    asked = parser.parse_args()
    files = sorted(asked.data.rglob("*.pdf"))
    totals: Counter[str] = Counter()
    for path in files:
        found = measure(path, asked.spans // max(len(files), 1), asked.pages)
        totals.update(found)
        print(f"{_shares(found)}  {path.name}", flush=True)
    print(f"{_shares(totals)}  {len(files)} files")


def measure(path: Path, spans: int, pages: int) -> Counter[str]:
    """Count the words of one file that are kept, and the spans that are read back."""
    import pdfplumber

    found: Counter[str] = Counter()
    document = next((d for d in PdfLoader().load(path.read_bytes(), uri=str(path), key="k")), None)
    if not isinstance(document, Document):
        return found
    with pdfplumber.open(path) as pdf:
        read = pdf.pages[:pages]
        theirs = Counter(_letters("".join(page.extract_text() + "\n" for page in read)))
        ours = Counter(_letters(document.text))
        found["words"] = theirs.total()
        found["kept"] = (theirs & ours).total()
        for span, boxes in _sampled(document, spans, len(read)):
            found["spans"] += 1
            found["held"] += _holds(pdf, boxes, span.of(document.text))
    return found


def _letters(text: str) -> str:
    """Return the characters that are compared: hyphenation and spacing differ by extractor."""
    return "".join(_LETTERS.findall(normalize("NFKC", text)))


def _sampled(document: Document, count: int, pages: int) -> Iterator[tuple[Span, tuple[Box, ...]]]:
    assert document.boxes is not None, "a PDF has boxes"
    words = [span for span, box in document.boxes.words() if box.page <= pages]
    chance = random.Random(document.sha256)
    for _ in range(count if len(words) > _WORDS[1] else 0):
        first = chance.randrange(len(words) - _WORDS[1])
        last = first + chance.randrange(*_WORDS)
        span = Span(words[first].start, words[last].end)
        yield span, document.boxes.within(span)


def _holds(pdf: Any, boxes: tuple[Box, ...], quote: str) -> bool:
    """Return whether the page, cropped to the boxes, holds the words of a quote."""
    seen = "".join(_cropped(pdf.pages[box.page - 1], box) for box in boxes)
    missing = Counter(_letters(quote)) - Counter(_letters(seen))
    return not missing


def _cropped(page: Any, box: Box) -> str:
    left, top = page.bbox[:2]

    def inside(item: dict[str, Any]) -> bool:
        across = (item["x0"] + item["x1"]) / 2 - left
        down = (item["top"] + item["bottom"]) / 2 - top
        return bool(
            box.left - _SLACK <= across <= box.right + _SLACK
            and box.top - 3 * _SLACK <= down <= box.bottom + 3 * _SLACK
        )

    return "".join(item["text"] for item in page.chars if inside(item))


def _shares(found: Counter[str]) -> str:
    kept = found["kept"] / max(found["words"], 1)
    held = found["held"] / max(found["spans"], 1)
    return f"letters kept {kept:.2%} of {found['words']}, spans {held:.2%} of {found['spans']}"


if __name__ == "__main__":
    main()
