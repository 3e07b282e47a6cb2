"""`python -m retrieval.reader.calibrate --data DIR`: fits what the reader's confidence means.

    python -m retrieval.reader.calibrate --data DIR [--weights FOLDER] [--write]

Questions that no one trained on are read, alone with their passage (`closed`) and over passages
retrieved from large and small indexes (`open`), and a logistic model of "the best span is an exact
match" is fitted for each way of reading. Articles of the part `calibrate` (`splits.squad2_part`)
are fitted on, those of the part `report` measured. Needs `excerpt[train]`.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval.reader.calibration.fit import fit
from retrieval.reader.calibration.opened import open_samples
from retrieval.reader.calibration.samples import Sample, closed, closed_sets
from retrieval.reader.confidence import MODES, Mode
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_files import CALIBRATION, default_folder

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
    options = parser.parse_args(arguments)
    folder: Path = options.weights or default_folder()
    if not (folder / CALIBRATION).exists():
        _write(folder, START)
    reader = ExtractiveReader(folder)
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


def _write(folder: Path, values: Mapping[Mode, dict[str, Any]]) -> None:
    (folder / CALIBRATION).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
