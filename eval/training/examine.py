"""``python -m eval.training.examine``: how well networks read, each alone and all together.

    python -m eval.training.examine --data DIR --reader MODEL --teacher ENCODER --weights FILE

Asks them the questions about the articles `calibrate` (`splits.squad2_part`), which choices may be
made by, in training's own way, and prints a line of JSON for each set and network, and for the mean
of their log-probabilities, which is what ``distil`` writes down. With teachers it prints how
far each reader is from their mean: two readers differ in that over far fewer questions than in EM.
Needs ``excerpt[train]``.
"""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

SETS = ("squad2", "squad1", "fairytaleqa")


def main(arguments: Sequence[str] | None = None) -> None:
    """Examine the networks that the command line names."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    import torch

    from eval.training.evaluate import (
        divergence,
        mean,
        readings,
        sample,
        scores,
        summarise,
        unanswered,
    )
    from eval.training.example_encoding import Encoder
    from eval.training.int8_training import in_integers
    from eval.training.model import default_encoder
    from eval.training.teacher import trained_teacher
    from eval.training.trained_weights import trained_reader

    torch.set_num_threads(options.threads)
    encoder = Encoder(default_encoder() / "tokenizer.json")
    readers = {str(path): trained_reader(path) for path in options.reader}
    teachers = {str(path): trained_teacher(options.teacher, path) for path in options.weights}
    networks = {**readers, **teachers}
    if options.int8:
        for network in networks.values():
            in_integers(network)
    for name in SETS:
        rows = sample(options.data / "tune" / f"{name}.jsonl", "calibrate", options.most)
        asked = unanswered(encoder, rows)
        scored = {which: scores(network, asked) for which, network in networks.items()}
        teacher_mean = mean([scored[which] for which in teachers])
        if len(scored) > 1:
            scored["mean"] = mean(list(scored.values()))
        for which, theirs in scored.items():
            measures = summarise(readings(encoder, rows, asked, theirs))
            if teachers and which in readers:
                measures["divergence"] = divergence(theirs, teacher_mean)
            print(json.dumps({"set": name, "network": which, **measures}), flush=True)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.training.examine", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with tune/")
    parser.add_argument(
        "--reader",
        type=Path,
        metavar="MODEL",
        nargs="+",
        default=[],
        help="a model.onnx, or what train made of the small network",
    )
    parser.add_argument(
        "--teacher", type=Path, metavar="ENCODER", help="folder of an MPNet encoder"
    )
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", nargs="+", default=[], help="trained teachers"
    )
    parser.add_argument("--most", type=int, default=1200, help="at most so many questions of a set")
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits (needs g++)")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    if not options.reader and not options.weights:
        parser.error("name a network to examine with --reader or --weights")
    if options.weights and not options.teacher:
        parser.error("--weights needs the folder of their encoder: --teacher ENCODER")
    return options


if __name__ == "__main__":
    main()
