"""Questions that nobody asked yet: a small language model learns to ask them of passages.

The model reads a passage and goes on in lines, each an answer and a question that it answers, or
``none`` and a question that the passage does not answer. It learns how from people's questions. The
answer comes first, as in Alberti et al., 2019 (https://arxiv.org/abs/1906.05416). What it writes is
asked of a teacher, whose answer counts; a poor question is one more that nothing answers.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from eval.training.labelled_rows import Gold, Row
from eval.training.loop import schedule
from eval.training.mix import batches_of

_Sequence = tuple[list[int], list[int]]
"""The ids of a prompt, and of the lines that follow it."""

NONE = "none"
_PASSAGE = 260
"""The most of a passage's tokens that are read."""
_LINES = 7
"""The most questions of one passage that are learnt from at once."""
_WRITTEN = 150
"""Tokens that are written under a passage: some seven questions."""
_FROZEN = 6
_BATCH_TOKENS = 1800
_POOL = 256
_WARMUP = 20
_CHOICES = 40
_TEMPERATURE = 0.8
_QUESTION = range(12, 200)
"""Code points of what is taken for a question."""
_MARK = " | "


class QuestionGenerator:
    """A language model that writes questions, with its tokenizer.

    Args:
        tokenizer: a transformers tokenizer.
        model: a causal language model of the LLaMA kind, in float32.
    """

    def __init__(self, tokenizer: Any, model: Any) -> None:
        self._tokenizer, self._model = tokenizer, model
        self._end = int(tokenizer.eos_token_id)
        self._empty_line: list[int] = tokenizer.encode("\n") * 2

    def learn(
        self, rows: Sequence[Row], minutes: float, seed: int, learning_rate: float = 2e-4
    ) -> Iterator[float]:
        """Train on people's questions for some minutes; yield the loss of each step."""
        model, rng = self._model.train(), np.random.default_rng(seed)
        # The lowest layers, and the words, are good as they are, and a fourth of the work.
        model.model.embed_tokens.requires_grad_(False)
        for layer in model.model.layers[:_FROZEN]:
            layer.requires_grad_(False)
        trained = [weights for weights in model.parameters() if weights.requires_grad]
        optimizer = torch.optim.AdamW(trained, betas=(0.9, 0.98))
        begun = time.monotonic()
        for step, batch in enumerate(self._batches(rows, rng)):
            done = (time.monotonic() - begun) / (60 * minutes)
            if done >= 1:
                break
            rate = learning_rate * min(1, (step + 1) / _WARMUP)
            optimizer.param_groups[0]["lr"] = rate * schedule(done, warmup=0.0)
            optimizer.zero_grad()
            loss = self._loss(batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            yield loss.item()

    def weights(self) -> dict[str, Tensor]:
        """Return all weights in bfloat16."""
        return {name: value.bfloat16() for name, value in self._model.state_dict().items()}

    def ask(self, passages: Sequence[Row], seed: int, many: int = 32) -> Iterator[Row]:
        """Yield new questions about the contexts of ``passages``, ``many`` contexts at a time.

        The model is in bfloat16 from then on, and learns no more.
        """
        torch.manual_seed(seed)
        # 8 bits write a token of every line three times as fast; many tokens at once they do not.
        writer = torch.ao.quantization.quantize_dynamic(  # type: ignore[no-untyped-call]
            self._model.eval(), {torch.nn.Linear}, torch.qint8
        )
        reader = self._model.bfloat16().eval()
        for at in range(0, len(passages), _POOL):
            pool = [(self._read(row.context), row) for row in passages[at : at + _POOL]]
            pool.sort(key=lambda one: len(one[0]))
            for begin in range(0, len(pool), many):
                asked = pool[begin : begin + many]
                # Of one length they need no mask, which would take half of the time.
                shortest = len(asked[0][0])
                prompts = [ids[:shortest] + self._empty_line for ids, _ in asked]
                with torch.inference_mode():
                    written = self._write(reader, writer, torch.tensor(prompts))
                texts = self._tokenizer.batch_decode(written)
                for (_, row), text in zip(asked, texts, strict=True):
                    yield from read_lines(text, row)

    def _write(self, reader: Any, writer: Any, prompts: Tensor) -> Tensor:
        """Return sampled ids ``[prompts, tokens]``, none of which ends a text."""
        output = reader(input_ids=prompts, use_cache=True, logits_to_keep=1)
        known = output.cache
        for layer in known.layers:
            layer.keys, layer.values = layer.keys.float(), layer.values.float()
        written = []
        for _ in range(_WRITTEN):
            scores = output.logits[:, -1].float()
            scores[:, self._end] = -torch.inf
            best, ids = scores.topk(_CHOICES)
            chosen = ids.gather(1, (best / _TEMPERATURE).softmax(-1).multinomial(1))
            written.append(chosen)
            output = writer(input_ids=chosen, cache=known, use_cache=True)
        return torch.cat(written, 1)

    def _read(self, context: str) -> list[int]:
        """Return the ids of as much of a passage as is read."""
        ids: list[int] = self._tokenizer.encode(_on_one_line(context))
        return ids[:_PASSAGE]

    def _batches(self, rows: Sequence[Row], rng: Generator) -> Iterator[list[_Sequence]]:
        """Yield batches of prompts and what is written under them, epoch after epoch."""
        contexts: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows:
            contexts[row.context][row.question] = row
        asked = [list(about.values()) for about in contexts.values()]
        while True:
            sequences = [self._encode(asked[i], rng) for i in rng.permutation(len(asked))]
            yield from batches_of(
                sequences, lambda one: len(one[0]) + len(one[1]), _BATCH_TOKENS, rng
            )

    def _encode(self, rows: Sequence[Row], rng: Generator) -> _Sequence:
        """Return the prompt of a context, and some of its questions as what follows."""
        lines = "".join(_line(rows[i]) for i in rng.permutation(len(rows))[:_LINES])
        prompt = self._read(rows[0].context) + self._empty_line
        return prompt, self._tokenizer.encode(lines)

    def _loss(self, batch: Sequence[_Sequence]) -> Tensor:
        """Return the mean cross entropy of the lines' tokens."""
        longest = max(len(prompt) + len(lines) for prompt, lines in batch)
        ids = torch.full((len(batch), longest), self._end)
        mask = torch.zeros_like(ids)
        targets = torch.full_like(ids, -1)
        for at, (prompt, lines) in enumerate(batch):
            sequence = torch.tensor(prompt + lines)
            size = len(sequence)
            ids[at, :size] = sequence
            mask[at, :size] = 1
            targets[at, len(prompt) - 1 : size - 1] = sequence[len(prompt) :]
        is_target = targets >= 0
        with torch.autocast("cpu", torch.bfloat16):
            states = self._model.model(input_ids=ids, attention_mask=mask, use_cache=False)
            scores = self._model.lm_head(states.last_hidden_state[is_target])
        return cross_entropy(scores.float(), targets[is_target])


def load_generator(gguf: Path, weights: Mapping[str, Tensor] | None = None) -> QuestionGenerator:
    """Read a language model as published in a .gguf, with the weights that were learnt.

    Args:
        gguf: such as SmolLM2-135M-Instruct.Q4_1.gguf.
        weights: by name; those of the file where none are given.
    """
    file: dict[str, Any] = {"pretrained_model_name_or_path": gguf.parent, "gguf_file": gguf.name}
    if weights is None:
        weights = AutoModelForCausalLM.from_pretrained(**file).state_dict()
    # What is read from a .gguf may be neither saved nor moved to another type.
    config = AutoConfig.from_pretrained(**file)
    model: Any = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    model.load_state_dict(weights)
    return QuestionGenerator(AutoTokenizer.from_pretrained(**file), model)


def read_lines(text: str, about: Row) -> Iterator[Row]:
    """Yield the questions that are written about a passage in whole lines, each once.

    The answer is where the passage first has its words; without them it has none.
    """
    seen = set()
    for line in text.splitlines()[:-1]:
        answer, mark, question = line.partition(_MARK)
        question = question.strip()
        if not mark or question in seen or len(question) not in _QUESTION:
            continue
        seen.add(question)
        at = about.context.find(answer) if answer.strip() else -1
        golds = (Gold(at, at + len(answer)),) if at >= 0 else ()
        yield replace(about, question=question, golds=golds)


def _line(row: Row) -> str:
    answer = min(row.answers, key=len) if row.golds else NONE
    return f"{_on_one_line(answer)}{_MARK}{_on_one_line(row.question)}\n"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
