"""``python -m eval.training.distil``: a teacher's scores of training examples, to train on.

    python -m eval.training.distil --data DIR --teacher ENCODER --weights FILE --out lessons.npz

``--written FILE`` scores the questions that ``generate`` wrote, ``--documents FILE`` those of
document sets, as ``document_rows`` wrote them, among others. ``--beside SEED`` leaves out the
questions that the lessons of another seed ask, for more lessons. With ``--reader MODEL`` the scores
are the mean of the teacher's and those of the small reader. ``ENCODER`` is the folder the teacher
started from, ``FILE`` what ``train --teacher`` made of it or ``keep`` kept.
Needs ``excerpt[train]``.
"""

import argparse
import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile
from pathlib import Path
from typing import TypeVar

REWORDED = 0.7
"""Share of the examples that are put in other words, unless another is asked for."""

_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score one epoch of examples, or what there is time for, by the command line's options."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    import numpy as np
    import torch

    from eval.training.distillation_data import save_distillation_set
    from eval.training.encoding import Encoder
    from eval.training.integers import in_integers
    from eval.training.mix import Mixture
    from eval.training.model import default_encoder, word_embeddings
    from eval.training.phases import DOCUMENTS, LESSONS, MORE_LESSONS, WRITTEN
    from eval.training.rewording import Rewording
    from eval.training.teacher import SAMPLES, Labeller, trained_teacher
    from eval.training.trained_weights import trained_reader

    torch.set_num_threads(options.threads)
    encoder = Encoder(default_encoder() / "tokenizer.json")
    teacher = trained_teacher(options.teacher, options.weights)
    readers = [trained_reader(path) for path in options.reader]
    if options.int8:
        for each in (teacher, *readers):
            in_integers(each)
    # Batches are in random order, so that what there is no time for is a random part.
    phase, tokens = LESSONS, options.batch_tokens
    others = {}
    if options.written:
        phase, others = WRITTEN, {"written": options.written}
    if options.documents:
        phase, others = DOCUMENTS, {"documents": options.documents}
    known: set[bytes] = set()
    if options.beside is not None:
        asked = Mixture(options.data, encoder, options.beside).epoch(phase, 0, tokens)
        known = {example.asked for batch in asked for example in batch}
        phase = MORE_LESSONS
    mixture = Mixture(options.data, encoder, options.seed, others)
    batches = mixture.epoch(phase, 0, tokens)
    batches = [[one for one in batch if one.asked not in known] for batch in batches]
    batches = [batch for batch in batches if batch]
    rewording = Rewording(encoder.pieces, word_embeddings(default_encoder()))
    rng = np.random.default_rng(options.seed)
    batches = [
        [rewording.reword(one, rng) if rng.random() < options.reworded else one for one in batch]
        for batch in batches
    ]
    labeller = Labeller(teacher, [batch[0] for batch in batches[:SAMPLES]], readers)
    begun = accumulate(map(len, batches), initial=0)
    left = [batch for begin, batch in zip(begun, batches, strict=False) if begin >= options.skip]
    many = sum(map(len, left))
    if not left:
        raise SystemExit(f"--skip {options.skip} leaves nothing: take another --seed")
    save_distillation_set(_in_time(labeller.label(left), many, options.minutes), options.out)


def _in_time(taught: Iterable[_T], many: int, minutes: float) -> Iterator[_T]:
    """Yield until the time is over, and say how far it is."""
    end = time.monotonic() + 60 * minutes
    in_time = takewhile(lambda _: time.monotonic() < end, taught)
    for at, example in enumerate(in_time):
        if at % 1000 == 0:
            print(f"{at} of {many} examples", flush=True)
        yield example


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
        help="a model.onnx that is asked beside the teacher, or several",
    )
    parser.add_argument("--written", type=Path, help="questions to score, as `generate` writes")
    parser.add_argument("--documents", type=Path, help="rows to score, of `document_rows`")
    parser.add_argument(
        "--reworded", type=float, default=REWORDED, help="share of examples put in other words"
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
        help="how many of the seed's examples are taught already",
    )
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument(
        "--beside",
        type=int,
        metavar="SEED",
        help="take more kinds' questions, and none of those this seed's lessons ask",
    )
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
