"""``python -m eval.training.compress_teacher``: a teacher as low-rank changes of its encoder.

    python -m eval.training.compress_teacher --teacher ENCODER --weights FILE --out CHANGES

``FILE`` is what ``train --teacher ENCODER`` or this command wrote; several are averaged.
``train --teacher ENCODER --refine CHANGES`` goes on from it, ``distil --weights CHANGES`` scores
examples with it. Needs ``excerpt[train]``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Compress a teacher by the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.compress_teacher", description=__doc__
    )
    parser.add_argument("--teacher", type=Path, required=True, help="folder of an MPNet encoder")
    parser.add_argument(
        "--weights", type=Path, required=True, nargs="+", help="the trained teacher, or several"
    )
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--rank", type=int, default=64, help="rank of a matrix's change")
    options = parser.parse_args(arguments)

    from eval.training.checkpoint import save_weights
    from eval.training.teacher import low_rank_changes

    save_weights(low_rank_changes(options.teacher, options.weights, options.rank), options.out)


if __name__ == "__main__":
    main()
