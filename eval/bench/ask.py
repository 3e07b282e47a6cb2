"""Answering with the trained reader, against the same network in fp32 PyTorch.

transformers 5 has no question-answering pipeline any more, so the network is driven as its guide
says: tokenizer and `AutoModelForQuestionAnswering`, the best start and end taken. It reads the
passages that the engine read, one by one and in one padded batch; the faster of the two counts.
Its side is only the reading: the engine's also searches, cites and attributes.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from eval.bench.session import Session, say
from eval.bench.table import Table, Target
from eval.harness.sample import every_nth
from eval.peers.environment import model_folder
from retrieval.engine import Engine, EngineConfig

_SET = "cranfield"
_READ = 8
_LONGEST = 512

Read = Callable[[str, Sequence[str]], list[str]]


def run(session: Session) -> list[Table]:
    """Ask every question of both sides in turn, the first unmeasured."""
    built = session.built(_SET)
    questions = every_nth(list(built.data.queries.values()), session.options.questions + 1)
    model, tokenizer = _network(session.options.reader_checkpoint)
    theirs: dict[str, Read] = {
        "PyTorch fp32, one by one": lambda q, texts: _one_by_one(model, tokenizer, q, texts),
        "PyTorch fp32, one batch": lambda q, texts: _spans(model, tokenizer, q, texts),
    }
    ours: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in theirs}
    say(f"asking {len(questions)} questions …")
    with Engine.open(built.index, config=EngineConfig(reader="extractive", read=_READ)) as engine:
        for question in questions:
            start = time.perf_counter()
            response = engine.ask(question)
            ours.append((time.perf_counter() - start) * 1e3)
            texts = [hit.passage.text for hit in response.hits]
            for name, read in theirs.items():
                times[name].append(_milliseconds(read, question, texts))
    return [_table(ours[1:], {name: each[1:] for name, each in times.items()}, session)]


def _table(ours: list[float], theirs: dict[str, list[float]], session: Session) -> Table:
    mine = median(ours)
    rows = [("excerpt, Engine.ask", f"{mine:.1f}", "")]
    rows += [(name, f"{median(t):.1f}", f"{median(t) / mine:.1f}x") for name, t in theirs.items()]
    ratio = min(median(times) for times in theirs.values()) / mine
    below = [str(Target("over the faster of PyTorch's", ratio, 8, at_least=True, unit="x"))]
    if session.options.reader_checkpoint is None:
        below.append("no --reader-checkpoint: PyTorch ran an untrained head, which is as fast")
    title = f"ask: {len(ours)} questions, {_READ} passages of {_SET} each"
    return Table(title, ("", "p50 ms", "ratio"), tuple(rows), tuple(below))


def _milliseconds(read: Read, question: str, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    read(question, texts)
    return (time.perf_counter() - start) * 1e3


def _network(checkpoint: Path | None) -> tuple[Any, Any]:
    """Return the fp32 network and its tokenizer; `checkpoint` is float16 safetensors."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    quiet: Any = logging
    quiet.set_verbosity_error()
    quiet.disable_progress_bar()
    model = AutoModelForQuestionAnswering.from_pretrained(model_folder())
    if checkpoint is not None:
        from safetensors.torch import load_file

        weights = {name: value.float() for name, value in load_file(checkpoint).items()}
        model.load_state_dict(weights, strict=False)
    return model.float().eval(), AutoTokenizer.from_pretrained(model_folder())


def _spans(model: Any, tokenizer: Any, question: str, texts: Sequence[str]) -> list[str]:
    """Return each passage's best span, all read in one padded batch."""
    import torch

    inputs = tokenizer(
        [question] * len(texts), list(texts),
        truncation="only_second", max_length=_LONGEST, padding=True, return_tensors="pt",
    )  # fmt: skip
    with torch.inference_mode():
        outputs = model(**inputs)
    bounds = zip(outputs.start_logits.argmax(-1), outputs.end_logits.argmax(-1), strict=True)
    return [
        str(tokenizer.decode(ids[int(start) : int(end) + 1]))
        for ids, (start, end) in zip(inputs["input_ids"], bounds, strict=True)
    ]


def _one_by_one(model: Any, tokenizer: Any, question: str, texts: Sequence[str]) -> list[str]:
    return [span for text in texts for span in _spans(model, tokenizer, question, [text])]
