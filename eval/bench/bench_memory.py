"""Anonymous memory while indexing many short documents: bounded, and not growing with them."""

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from eval.bench.bench_session import Session, say
from eval.bench.processes import excerpt_command, peak_anonymous
from eval.bench.table import Table, Target
from index.text.sentences import sentences

FULL = (50_000, 100_000)
SMALL = (20_000, 40_000)

_PATIENCE = 240.0
_WORDS = 4


def run(session: Session) -> list[Table]:
    """Index as many documents as named; by default the full sizes when they take four minutes.

    The smaller of the small sizes is run first then, and shows how fast this machine is.
    """
    chosen = session.options.sizes
    if not chosen:
        first = _measure(session, SMALL[0])
        full = first[2] * sum(FULL) / SMALL[0] <= _PATIENCE
        sizes = FULL if full else SMALL[1:]
        figures = [first, *(_measure(session, size) for size in sizes)]
        figures = figures[1:] if full else figures
    else:
        figures = [_measure(session, size) for size in chosen]
    return [_table(figures)]


def _table(figures: list[tuple[int, float, float]]) -> Table:
    rows = tuple(
        (f"{docs}", f"{peak:.0f}", f"{seconds:.0f}", f"{docs / seconds:.0f}")
        for docs, peak, seconds in figures
    )
    peak, growth = figures[-1][1], figures[-1][1] / figures[0][1] - 1
    below = [str(Target("peak", peak, 1024, unit=" MiB"))]
    if len(figures) > 1:
        below.append(str(Target("growth, per cent", growth * 100, 10)))
    columns = ("short documents", "peak RssAnon MiB", "seconds", "docs/s")
    return Table("memory: excerpt index, a process of its own", columns, rows, tuple(below))


def _measure(session: Session, docs: int) -> tuple[int, float, float]:
    """Return the number of documents, the peak in MiB and the seconds of indexing them."""
    say(f"indexing {docs} short documents …")
    folder = session.workspace / f"memory-{docs}"
    folder.mkdir()
    corpus = folder / "corpus.jsonl"
    with corpus.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(islice(_short_texts(session), docs)):
            row = {"_id": str(number), "text": text}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    command = [*excerpt_command(), "index", str(corpus), "--index", str(folder / "index")]
    peak, seconds = peak_anonymous([*command, "--quiet"])
    return docs, peak / 1024, seconds


def _short_texts(session: Session) -> Iterator[str]:
    """Yield every sentence of the sets, over and over, those repeated distinguished by a number."""
    folders = sorted(path.parent for path in session.options.data.glob("*/corpus.jsonl"))
    for round_ in count():
        for folder in folders:
            for text in _sentences(folder / "corpus.jsonl"):
                yield f"{text} ({round_})" if round_ else text


def _sentences(corpus: Path) -> Iterator[str]:
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            spans = sentences(text)
            yield from (found for span in spans if len((found := span.of(text)).split()) >= _WORDS)
