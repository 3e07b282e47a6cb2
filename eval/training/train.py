"""``python -m eval.training.train``: make the reader's weights (needs ``excerpt[train]``).

    OMP_NUM_THREADS=1 python -m eval.training.train --data DIR --out OUT

A larger network is trained with ``--teacher ENCODER``; ``distil`` then writes its scores of
examples as lessons, which ``--refine MODEL --lessons FILE`` trains on, and ``keep`` keeps it.

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
    import torch
    from torch import nn

    from eval.training.checkpoint import save_weights
    from eval.training.depth import deepened, layers_of
    from eval.training.distillation_data import DistillationSet, load_distillation_set
    from eval.training.encoding import Encoder
    from eval.training.evaluate import read, sample, summarise
    from eval.training.integers import in_integers
    from eval.training.loop import Settings, Source, Trainer
    from eval.training.mix import Mixture
    from eval.training.model import add_mirror, default_encoder, load_model, words
    from eval.training.phases import (
        DOCUMENTS,
        LESSONS,
        MANY_EPOCHS,
        PHASES,
        REFINING,
        TEACHING,
        Phase,
    )
    from eval.training.rewording import Rewording
    from eval.training.shipped_weights import shipped_weights
    from eval.training.teacher import SAMPLES, Labeller, Teacher, trained_teacher
    from eval.training.varied_questions import Varied
    from retrieval.answering.wording import QUESTION_WORDS

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    folder = options.encoder or default_encoder()
    encoder = Encoder(folder / "tokenizer.json")
    model: nn.Module
    if options.teacher:
        sizes = options.frozen, options.dropout
        if options.refine:
            large = trained_teacher(options.teacher, options.refine, *sizes)
        else:
            large = Teacher(options.teacher, *sizes)
        model, table = large, large.words()
    else:
        begun = shipped_weights(options.refine) if options.refine else {}
        if options.layers:
            begun = deepened(begun, options.layers)
        student = load_model(folder, options.dropout, layers_of(begun), options.device)
        if options.mirror:
            add_mirror(student)
        student.load_state_dict(begun, strict=False)
        model, table = student, words(student)
    if options.int8:
        in_integers(model)
    source: Source
    phases: tuple[Phase, ...]
    small = encoder.ids(QUESTION_WORDS | {"?"})
    labeller = None
    if options.lessons:
        lessons = [example for path in options.lessons for example in load_distillation_set(path)]
        source, phases = DistillationSet(lessons, options.seed, small), (LESSONS,)
    else:
        others = {"documents": options.documents} if options.documents else {}
        source = mixture = Mixture(options.data, encoder, options.seed, others)
        phases = TEACHING if options.teacher else REFINING if options.refine else PHASES
        if options.documents:
            phases = (DOCUMENTS,)
        if options.many_epochs:
            rewording = Rewording(encoder.pieces, table)
            source = Varied(mixture, rewording, options.reworded, small, options.seed)
            phases = (MANY_EPOCHS,)
        if options.taught_by:
            teacher = trained_teacher(*options.taught_by).to(options.device)
            labeller = Labeller(teacher, mixture.some(SAMPLES))
    model.to(options.device)
    asked = options.data / "tune" / "squad2.jsonl"
    held = sample(asked, "calibrate", 300) if asked.exists() else []

    def measure(model: nn.Module) -> dict[str, float]:
        return summarise(read(model, encoder, held)) if held else {}

    settings = Settings(
        options.out,
        steps=options.steps,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        batch_tokens=options.batch_tokens,
        seed=options.seed,
        measure_minutes=options.measure_minutes,
        phases=phases,
        taught=options.taught,
        mirror=options.mirror,
        workers=options.workers,
    )
    trainer = Trainer(model, source, settings, measure, labeller)
    weights = trainer.run()
    save_weights(weights, options.out / "reader-fp16.safetensors")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and tune/")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoints and weights"
    )
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument(
        "--refine", type=Path, metavar="MODEL", help="train on from a model.onnx or kept teacher"
    )
    parser.add_argument(
        "--documents", type=Path, help="rows of `document_rows` to train on as well"
    )
    parser.add_argument("--layers", type=int, help="make the small network to --refine this deep")
    parser.add_argument(
        "--lessons", type=Path, nargs="+", help="what a teacher said of the examples to read"
    )
    parser.add_argument(
        "--taught-by",
        type=Path,
        nargs=2,
        metavar=("ENCODER", "FILE"),
        help="a trained teacher that scores every batch as it comes (for a GPU)",
    )
    parser.add_argument(
        "--taught", type=_share, default=0.7, help="share of a teacher's scores in the loss"
    )
    parser.add_argument(
        "--mirror", type=float, default=0.0, help="weight of the teacher's states in the loss"
    )
    parser.add_argument(
        "--teacher", type=Path, metavar="ENCODER", help="train a teacher from this MPNet encoder"
    )
    parser.add_argument("--frozen", type=int, default=6, help="lower layers a teacher keeps")
    parser.add_argument("--dropout", type=_share, default=0.0, help="share of activations dropped")
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits (needs g++)")
    parser.add_argument(
        "--many-epochs", action="store_true", help="read everything over and over, varied"
    )
    parser.add_argument(
        "--reworded", type=_share, default=0.5, help="share of many epochs in other words"
    )
    parser.add_argument("--device", default="cpu", help="where to train, such as cuda")
    parser.add_argument("--workers", type=int, default=0, help="processes that make epochs ahead")
    parser.add_argument("--steps", type=int, help="budget in steps (reproducible; surest on a GPU)")
    parser.add_argument("--minutes", type=float, default=100.0, help="budget in minutes, else")
    parser.add_argument("--learning-rate", type=float, default=2.5e-4)
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--measure-minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.taught_by and options.lessons:
        parser.error("--lessons are taught already: leave out --taught-by")
    if options.layers and (options.teacher or not options.refine):
        parser.error("--layers is for the small network that --refine MODEL names")
    return options


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: say 0 to 1")
    return share


if __name__ == "__main__":
    main()
