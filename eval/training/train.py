"""``python -m eval.training.train``: make the reader's weights (needs ``excerpt[train]``).

    OMP_NUM_THREADS=1 python -m eval.training.train --data DIR --out OUT

A larger network is trained with ``--teacher ENCODER``; ``distil`` then writes its scores of
examples, which ``--refine MODEL --distillation-sets FILE`` trains on, and ``compress_teacher``
makes it small.

It can be stopped and started again with the same arguments: it goes on from its newest checkpoint.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Train by the command line's options and write the averaged weights as float16."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    from eval.training.training_run import train

    train(options)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.training.train", description=__doc__)
    for add in (_add_data, _add_network, _add_distillation, _add_budget):
        add(parser)
    options = parser.parse_args(arguments)
    if options.online_teacher and options.distillation_sets:
        parser.error("--distillation-sets have scores already: leave out --online-teacher")
    if options.layers and (options.teacher or not options.refine):
        parser.error("--layers is for the small network that --refine MODEL names")
    return options


def _add_data(parser: argparse.ArgumentParser) -> None:
    """Add the options of what is read."""
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and tune/")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoints and weights"
    )
    parser.add_argument(
        "--documents", type=Path, help="rows of `document_rows` to train on as well"
    )
    parser.add_argument(
        "--distillation-sets", type=Path, nargs="+", help="examples to read, as `distil` wrote them"
    )
    parser.add_argument(
        "--many-epochs", action="store_true", help="read all data for many epochs, varied"
    )
    parser.add_argument(
        "--reworded", type=_share, default=0.5, help="share of many epochs that is paraphrased"
    )


def _add_network(parser: argparse.ArgumentParser) -> None:
    """Add the options of which network is trained."""
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument(
        "--refine",
        type=Path,
        metavar="MODEL",
        help="train on from a model.onnx or a trained teacher",
    )
    parser.add_argument("--layers", type=int, help="make the small network to --refine this deep")
    parser.add_argument(
        "--teacher", type=Path, metavar="ENCODER", help="train a teacher from this MPNet encoder"
    )
    parser.add_argument(
        "--frozen", type=int, default=6, help="lower layers of a teacher that are not trained"
    )
    parser.add_argument("--dropout", type=_share, default=0.0, help="share of activations dropped")
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits (needs g++)")


def _add_distillation(parser: argparse.ArgumentParser) -> None:
    """Add the options of how it learns from a teacher."""
    parser.add_argument(
        "--online-teacher",
        type=Path,
        nargs=2,
        metavar=("ENCODER", "FILE"),
        help="a trained teacher that scores every batch as it comes (for a GPU)",
    )
    parser.add_argument(
        "--distillation-weight",
        type=_share,
        default=0.7,
        help="share of the teacher's scores in the loss",
    )
    parser.add_argument(
        "--mirror", type=float, default=0.0, help="weight of the teacher's states in the loss"
    )


def _add_budget(parser: argparse.ArgumentParser) -> None:
    """Add the options of how long it is trained, and where."""
    parser.add_argument("--steps", type=int, help="budget in steps (reproducible; surest on a GPU)")
    parser.add_argument("--minutes", type=float, default=100.0, help="budget in minutes, else")
    parser.add_argument("--learning-rate", type=float, default=2.5e-4)
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--measure-minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="where to train, such as cuda")
    parser.add_argument("--workers", type=int, default=0, help="processes that make epochs ahead")


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: say 0 to 1")
    return share


if __name__ == "__main__":
    main()
