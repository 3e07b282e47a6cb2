"""``python -m eval.training.keep_checkpoint``: what training changed of a teacher, in a small file.

    python -m eval.training.keep_checkpoint --teacher ENCODER --weights FILE --out KEPT

``FILE`` is what ``train --teacher ENCODER`` made, or what was kept of it; of several the mean is
kept. ``train --teacher ENCODER --refine KEPT`` goes on from it, ``teach --weights KEPT`` learns
from it. Needs ``excerpt[train]``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Keep a teacher by the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.keep_checkpoint", description=__doc__
    )
    parser.add_argument("--teacher", type=Path, required=True, help="folder of an MPNet encoder")
    parser.add_argument(
        "--weights", type=Path, required=True, nargs="+", help="the trained teacher, or several"
    )
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--rank", type=int, default=64, help="columns that tell a matrix's change")
    options = parser.parse_args(arguments)

    from eval.training.checkpoint import save_weights
    from eval.training.teacher import kept_changes

    save_weights(kept_changes(options.teacher, options.weights, options.rank), options.out)


if __name__ == "__main__":
    main()
