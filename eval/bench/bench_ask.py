"""Answering with the trained reader, against the same network in fp32 PyTorch.

transformers 5 has no question-answering pipeline any more, so the network is driven as its guide
says: tokenizer and `AutoModelForQuestionAnswering`, the best start and end taken. Its weights are
those of the shipped graph, back in float32. It reads the passages that the engine read, one by one
and in one padded batch; the faster of the two counts. Its side is only the reading: the engine's
also searches, cites and attributes. How long our network alone takes is shown as well: what no
saving elsewhere can get below.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from eval.bench.bench_session import Session, say
from eval.bench.table import Table, Target
from eval.harness.sample import every_nth
from eval.peers.environment import model_folder
from index.cores import usable_cores
from index.types import Hit
from retrieval.engine import Engine, EngineConfig
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.network import open_network
from retrieval.reader.windows import Windower

_SET = "cranfield"
_PASSAGES = 8
_LONGEST = 512
_OURS, _ALONE = "excerpt, Engine.ask", "excerpt, its network alone"

Bounds = tuple[int, int]
"""The tokens at which a passage's best span begins and ends."""
ReadTexts = Callable[[str, Sequence[str]], list[Bounds]]


def run(session: Session) -> list[Table]:
    """Ask every question of both sides in turn, the first unmeasured."""
    built = session.built(_SET)
    questions = every_nth(list(built.data.queries.values()), session.options.questions + 1)
    pytorch, alone = _PyTorch(), _NetworkAlone()
    sides: dict[str, ReadTexts] = {
        _ALONE: alone.read,
        "PyTorch fp32, one by one": pytorch.one_by_one,
        "PyTorch fp32, one batch": pytorch.one_batch,
    }
    times: dict[str, list[float]] = {name: [] for name in (_OURS, *sides)}
    agreed: list[bool] = []
    say(f"asking {len(questions)} questions …")
    with Engine.open(built.index, config=EngineConfig(reader="fast", read=_PASSAGES)) as engine:
        for question in questions:
            start = time.perf_counter()
            hits = engine.ask(question).hits
            times[_OURS].append(_since(start))
            found = []
            for name, read in sides.items():
                start = time.perf_counter()
                found.append(read(question, _texts(hits)))
                times[name].append(_since(start))
            agreed += [ours == theirs for ours, *_, theirs in zip(*found, strict=True)]
    return [_table({name: each[1:] for name, each in times.items()}, agreed)]


def _table(times: dict[str, list[float]], agreed: list[bool]) -> Table:
    middle = {name: median(each) for name, each in times.items()}
    rows = [(name, f"{ms:.1f}", f"{ms / middle[_OURS]:.1f}x") for name, ms in middle.items()]
    fastest = min(ms for name, ms in middle.items() if name not in (_OURS, _ALONE))
    ratio, bound = fastest / middle[_OURS], fastest / middle[_ALONE]
    below = (
        str(Target("over the faster of PyTorch's", ratio, 8, at_least=True, unit="x")),
        f"our network alone: {bound:.1f}x faster than PyTorch's; no saving elsewhere passes that",
        f"both find the same best span in {sum(agreed) / len(agreed):.0%} of the passages",
    )
    title = f"ask: {len(times[_OURS])} questions, {_PASSAGES} passages of {_SET} each"
    return Table(title, ("", "p50 ms", "ratio"), tuple(rows), below)


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1e3


def _texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in hits]


class _NetworkAlone:
    """The shipped network, on as many threads as the reader has, each passage's first window."""

    def __init__(self) -> None:
        files = load_files(default_folder())
        self._network = open_network(files)
        self._windower = Windower(files.tokenizer, files.max_tokens, files.max_question)
        self._pool = ThreadPoolExecutor(usable_cores())

    def read(self, question: str, texts: Sequence[str]) -> list[Bounds]:
        asked = self._windower.question(question)
        windows = [next(self._windower.windows(asked, text)) for text in texts]
        scores = self._pool.map(self._network.scores, [window.ids for window in windows])
        return [(int(start.argmax()), int(end.argmax())) for start, end in scores]


class _PyTorch:
    """The same network in float32, on the threads that PyTorch chooses."""

    def __init__(self) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer
        from transformers.utils import logging

        from eval.training.depth import layers_of
        from eval.training.shipped_weights import shipped_weights

        quiet: Any = logging
        quiet.set_verbosity_error()
        quiet.disable_progress_bar()
        folder = model_folder()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        weights = shipped_weights(default_folder() / "model.onnx")
        layers = layers_of(weights)
        model = AutoModelForQuestionAnswering.from_pretrained(folder, num_hidden_layers=layers)
        self._model: Any = model.float().eval()
        self._model.load_state_dict(weights)

    def one_by_one(self, question: str, texts: Sequence[str]) -> list[Bounds]:
        return [bounds for text in texts for bounds in self.one_batch(question, [text])]

    def one_batch(self, question: str, texts: Sequence[str]) -> list[Bounds]:
        import torch

        inputs = self._tokenizer(
            [question] * len(texts), list(texts),
            truncation="only_second", max_length=_LONGEST, padding=True, return_tensors="pt",
        )  # fmt: skip
        with torch.inference_mode():
            outputs = self._model(**inputs)
        starts, ends = (x.argmax(-1).tolist() for x in (outputs.start_logits, outputs.end_logits))
        bounds: list[Bounds] = list(zip(starts, ends, strict=True))
        for ids, (start, end) in zip(inputs["input_ids"], bounds, strict=True):
            self._tokenizer.decode(ids[start : end + 1])
        return bounds
