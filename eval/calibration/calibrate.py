"""`python -m eval.calibration.calibrate --data DIR`: fits what the reader's confidence means.

    python -m eval.calibration.calibrate --data DIR [--documents DIR] [--samples FILE]
        [--limit N] [--asked N] [--weights FOLDER] [--write]
    python -m eval.calibration.calibrate --data DIR --compare FOLDER [FOLDER …] [--limit N]

Questions that no one trained on are read, over all the passages of their own context (`closed`)
and over passages retrieved from large and small indexes and from document sets (`open`), and a
logistic model of "the best span is right" is fitted for each way of reading. All articles and
document sets that the reader was not trained on are fitted on, and those of the part `report`
(`splits.squad2_part`) measured, each by a fit to the others: articles differ, and thresholds fitted
to a few hold for those. What was read is kept in `--samples`, and taken from there the next time.
Which weights to
ship is chosen by `--compare`, which reads the part `calibrate` alone, each question over its own
context. Needs `excerpt[train]`.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.calibration.closed_samples import Sample, closed, closed_sets, read_samples, write_samples
from eval.calibration.document_samples import document_samples
from eval.calibration.fit import Fitted, fit
from eval.calibration.measures import best_of, gained, measures
from eval.calibration.open_samples import QUESTION_SETS, open_samples
from eval.data.splits import part_of, thinned
from index.embedding import open_embedder
from index.protocols import Embedder
from retrieval.reader.confidence import MODES, Mode
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_files import CALIBRATION, default_folder

_EVEN = {"intercept": -1.5, "weights": {"margin": 0.3, "share": 0.5}}
START: dict[str, dict[str, Any]] = {
    mode: {
        "right": _EVEN,
        "other": _EVEN,
        "doubted": 0.0,
        "cosine": 0.5,
        "not_found": 0.2,
        "answered": {"0.1": 0.6},
    }
    for mode in MODES
}
"""A calibration to open the reader with; it plays no part in what is fitted."""


MOST = 250
"""How many questions of one set and part are asked of indexes."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit by the command line's options; print the result, and write it when asked."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.calibration.calibrate", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with tune/")
    parser.add_argument("--weights", type=Path, help="weights folder (default: the shipped one)")
    parser.add_argument("--write", action="store_true", help="replace calibration.json")
    parser.add_argument("--compare", type=Path, nargs="+", help="weights folders to choose from")
    parser.add_argument("--limit", type=int, help="read at most so many questions of a set")
    parser.add_argument(
        "--asked", type=int, default=MOST, help="ask indexes at most so many of a set and part"
    )
    parser.add_argument("--documents", type=Path, help="where document sets were fetched into")
    parser.add_argument("--samples", type=Path, help="prefix of the files that keep what was read")
    options = parser.parse_args(arguments)
    if options.compare:
        _compare(options.compare, options.data, options.limit)
        return
    folder: Path = options.weights or default_folder()
    reader, embedder = ExtractiveReader(folder, calibration=START), open_embedder()
    sources: dict[Mode, Callable[[], Iterator[Sample]]] = {
        "closed": partial(_closed, reader, embedder, options),
        "open": partial(_open, reader, embedder, options),
    }
    fitted: dict[str, Any] = {"embedder": embedder.fingerprint}
    for mode, read in sources.items():
        fitted[mode] = fit(_saved_samples(options.samples, mode, read), mode)
    print(json.dumps(fitted, indent=2))
    if options.write:
        (folder / CALIBRATION).write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _saved_samples(
    prefix: Path | None, mode: Mode, read: Callable[[], Iterator[Sample]]
) -> list[Sample]:
    """Return the samples of a mode: those that a file keeps, or what is read and kept there."""
    if prefix is None:
        return list(read())
    path = prefix.with_name(f"{prefix.name}-{mode}.jsonl")
    if not path.exists():
        unfinished = path.with_suffix(".partial")
        write_samples(unfinished, read())
        unfinished.replace(path)  # What was interrupted is read again from the start.
    return read_samples(path)


def _closed(
    reader: ExtractiveReader, embedder: Embedder, options: argparse.Namespace
) -> Iterator[Sample]:
    for name, rows in closed_sets(options.data, QUESTION_SETS):
        yield from closed(reader, embedder, name, thinned(rows, options.limit))


def _open(
    reader: ExtractiveReader, embedder: Embedder, options: argparse.Namespace
) -> Iterator[Sample]:
    if options.documents:
        yield from document_samples(reader, options.documents, options.limit)
    yield from open_samples(reader, embedder, options.data, options.asked)


def _compare(folders: Sequence[Path], data: Path, limit: int | None) -> None:
    """Print how each reads the questions that are fitted on: EM, F1, AUROC of answerable questions.

    What the others gain over the first, question by question, is printed with its standard error.
    """
    sets = [
        (name, thinned([row for row in rows if part_of(name, row.title) == "calibrate"], limit))
        for name, rows in closed_sets(data)
    ]
    embedder = open_embedder()
    first: list[Sample] = []
    for folder in folders:
        reader = ExtractiveReader(folder, calibration=START)
        read = [each for name, rows in sets for each in closed(reader, embedder, name, rows)]
        first = first or read
        best = best_of(read)
        for source, figures in measures(best, Fitted.to(best, "closed").judge(best)).items():
            shown = {name: figures.get(name) for name in ("EM", "F1", "AUROC", "n")}
            if read is not first:
                shown |= gained(first, read, source)
            print(folder, source, json.dumps(shown), flush=True)


if __name__ == "__main__":
    main()
