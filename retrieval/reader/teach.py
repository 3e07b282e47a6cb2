"""``python -m retrieval.reader.teach``: a teacher's scores of training examples, to train on.

    python -m retrieval.reader.teach --data DIR --teacher ENCODER --weights FILE --out lessons.npz

``ENCODER`` is the folder the teacher started from, ``FILE`` what ``train --teacher`` made of it.
Needs ``excerpt[train]``.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Score one epoch of examples by the command line's options."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    import torch

    from retrieval.reader.training.checkpoint import average
    from retrieval.reader.training.encoding import Encoder
    from retrieval.reader.training.lessons import save_lessons, teach
    from retrieval.reader.training.mix import LESSONS, Mixture
    from retrieval.reader.training.model import default_encoder
    from retrieval.reader.training.teacher import Teacher

    torch.set_num_threads(options.threads)
    encoder = Encoder(default_encoder() / "tokenizer.json")
    teacher = Teacher(options.teacher)
    teacher.load_state_dict(average([options.weights]))
    asked = Mixture(options.data, encoder, options.seed).epoch(LESSONS, 0, options.batch_tokens)
    taught = []
    for at, batch in enumerate(asked):
        if at % 50 == 0:
            print(f"{at} of {len(asked)} batches", flush=True)
        taught.extend(teach(teacher, batch))
    save_lessons(taught, options.out)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m retrieval.reader.teach", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and tune/")
    parser.add_argument("--teacher", type=Path, required=True, help="folder of an MPNet encoder")
    parser.add_argument("--weights", type=Path, required=True, help="the trained teacher")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
