"""``python -m eval.training.distil``: a teacher's scores of training examples, to train on.

    python -m eval.training.distil --data DIR --teacher ENCODER --weights FILE --out distilled.npz

``--written FILE`` scores the questions that ``generate`` wrote, ``--documents FILE`` those of
document sets, as ``document_rows`` wrote them, among others. ``--exclude-seed SEED`` leaves out the
questions that the training data of another seed ask, to score more of them. With ``--reader MODEL``
the scores are the mean of the teacher's and those of the small reader. ``ENCODER`` is the folder
the teacher started from, ``FILE`` what ``train --teacher`` or ``compress_teacher`` wrote.
Needs ``excerpt[train]``.
"""

import argparse
import math
import os
from collections.abc import Sequence
from pathlib import Path

REWORDED = 0.7
"""Share of the examples that are paraphrased, unless another is asked for."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Score one epoch of examples, or what there is time for, by the command line's options."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    from eval.training.distillation import distil

    distil(options)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.training.distil", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and tune/")
    parser.add_argument("--teacher", type=Path, required=True, help="folder of an MPNet encoder")
    parser.add_argument("--weights", type=Path, required=True, help="the trained teacher")
    parser.add_argument(
        "--reader",
        type=Path,
        metavar="MODEL",
        nargs="+",
        default=[],
        help="one or more model.onnx whose scores are averaged with the teacher's",
    )
    parser.add_argument("--written", type=Path, help="questions to score, as `generate` writes")
    parser.add_argument("--documents", type=Path, help="rows to score, of `document_rows`")
    parser.add_argument(
        "--reworded", type=float, default=REWORDED, help="share of examples that are paraphrased"
    )
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits (needs g++)")
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--minutes", type=float, default=math.inf, help="the most to take")
    parser.add_argument(
        "--skip",
        type=int,
        default=0,
        metavar="EXAMPLES",
        help="how many of the seed's examples are scored already",
    )
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument(
        "--exclude-seed",
        type=int,
        metavar="SEED",
        help="score more of each set, and no question that this seed's examples ask",
    )
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
