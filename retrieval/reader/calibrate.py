"""`python -m retrieval.reader.calibrate --data DIR`: fits what the reader's confidence means.

    python -m retrieval.reader.calibrate --data DIR [--weights FOLDER] [--write]
    python -m retrieval.reader.calibrate --data DIR --compare FOLDER [FOLDER …] [--limit N]

Questions that no one trained on are read, alone with their passage (`closed`) and over passages
retrieved from large and small indexes (`open`), and a logistic model of "the best span is an exact
match" is fitted for each way of reading. Articles of the part `calibrate` (`splits.squad2_part`)
are fitted on, those of the part `report` measured. Which weights to ship is chosen by `--compare`,
which reads the former alone, each question with its passage. Needs `excerpt[train]`.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval.reader.calibration.fit import fit, gained
from retrieval.reader.calibration.opened import open_samples
from retrieval.reader.calibration.samples import Sample, closed, closed_sets
from retrieval.reader.confidence import MODES, Mode
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_files import CALIBRATION, default_folder
from retrieval.reader.splits import part_of, thinned

_EVEN = {"intercept": -1.5, "weights": {"margin": 0.3, "share": 0.5}}
START: dict[Mode, dict[str, Any]] = {
    mode: {
        "right": _EVEN,
        "other": _EVEN,
        "answerable": _EVEN,
        "not_found": 0.2,
        "answered": 0.6,
    }
    for mode in MODES
}
"""A calibration to begin with where there is none yet: enough to open the reader."""


MOST = 250
"""How many questions of one set and part are asked of indexes."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit by the command line's options; print the result, and write it when asked."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.reader.calibrate", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with tune/")
    parser.add_argument("--weights", type=Path, help="weights folder (default: the shipped one)")
    parser.add_argument("--write", action="store_true", help="replace calibration.json")
    parser.add_argument("--compare", type=Path, nargs="+", help="weights folders to choose from")
    parser.add_argument("--limit", type=int, help="compare on at most so many questions of a set")
    options = parser.parse_args(arguments)
    if options.compare:
        _compare(options.compare, options.data, options.limit)
        return
    folder: Path = options.weights or default_folder()
    reader = _reader(folder)
    read: dict[Mode, list[Sample]] = {
        "closed": [
            s for name, rows in closed_sets(options.data) for s in closed(reader, name, rows)
        ],
        "open": list(open_samples(reader, options.data, MOST)),
    }
    fitted = {mode: fit(samples, mode) for mode, samples in read.items()}
    print(json.dumps(fitted, indent=2))
    if options.write:
        _write(folder, fitted)


def _compare(folders: Sequence[Path], data: Path, limit: int | None) -> None:
    """Print how each reads the questions that are fitted on: EM, F1, AUROC of P(answerable).

    What the others gain over the first, question by question, is told with its standard error.
    """
    sets = [
        (name, thinned([row for row in rows if part_of(name, row.title) == "calibrate"], limit))
        for name, rows in closed_sets(data)
    ]
    first: list[Sample] = []
    for folder in folders:
        reader = _reader(folder)
        read = [sample for name, rows in sets for sample in closed(reader, name, rows)]
        first = first or read
        for source, figures in fit(read, "closed", "calibrate")["measured"].items():
            shown = {name: figures.get(name) for name in ("EM", "F1", "AUROC_of_answerable", "n")}
            if read is not first:
                shown |= gained(first, read, source)
            print(folder, source, json.dumps(shown), flush=True)


def _reader(folder: Path) -> ExtractiveReader:
    if not (folder / CALIBRATION).exists():
        _write(folder, START)
    return ExtractiveReader(folder)


def _write(folder: Path, values: Mapping[Mode, dict[str, Any]]) -> None:
    (folder / CALIBRATION).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
