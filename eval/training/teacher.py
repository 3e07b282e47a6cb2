"""A larger network to learn from: MPNet made to read the small one's wordpieces.

MPNet's vocabulary is BERT's, moved up by four, with its own marks. Read so, its scores stand at
the small network's own tokens, and their distributions can be compared one to one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput

from eval.training.checkpoint import mean
from eval.training.example_encoding import Example
from eval.training.lowrank import changes
from eval.training.model import (
    STATES,
    STEP,
    Batch,
    TeacherTargets,
    collate,
    device_of,
    score,
    words,
)
from retrieval.reader.install.weight_changes import trained_weights, untrained_weights

_SHIFT = 4
_MARKS = {0: 1, 101: 0, 102: 2}
"""BERT's ``[PAD]``, ``[CLS]`` and ``[SEP]`` as MPNet's ``<pad>``, ``<s>`` and ``</s>``."""

SAMPLES = 64
"""How many examples show how a teacher's states spread."""

_STILL = 1e-3
"""Share of the median spread below which a dimension of the states says nothing."""


class Teacher(nn.Module):
    """An MPNet encoder with a span head, called as a BERT one is.

    Args:
        encoder: folder of an MPNet model, such as all-mpnet-base-v2.
        frozen: how many of its lower layers, with the embeddings, are left as they are.
        dropout: share of activations dropped in training.
    """

    def __init__(self, encoder: Path, frozen: int = 0, dropout: float = 0.0) -> None:
        super().__init__()
        self.model = AutoModelForQuestionAnswering.from_pretrained(
            encoder,
            attn_implementation="eager",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )
        self.model.mpnet.embeddings.requires_grad_(not frozen)
        for layer in self.model.mpnet.encoder.layer[:frozen]:
            layer.requires_grad_(False)

    def words(self) -> NDArray[np.float32]:
        """Return what it makes of each piece of BERT's vocabulary, ``[pieces, width]``."""
        return words(self.model)[_SHIFT:]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor | None = None,  # noqa: ARG002  (MPNet knows no segments)
        output_hidden_states: bool = False,
    ) -> QuestionAnsweringModelOutput:
        """Score int64 ``[batch, tokens]`` ids of BERT's vocabulary."""
        ids = input_ids + _SHIFT
        for bert, mpnet in _MARKS.items():
            ids = ids.masked_fill(input_ids == bert, mpnet)
        output: QuestionAnsweringModelOutput = self.model(
            ids, attention_mask=attention_mask, output_hidden_states=output_hidden_states
        )
        return output


def low_rank_changes(encoder: Path, weights: Sequence[Path], rank: int) -> dict[str, Tensor]:
    """Return what training changed of an encoder in the mean of ``weights``, full or compressed.

    Each part has at most ``rank`` columns.
    """
    before = _tensors(untrained_weights(encoder))
    return changes(before, mean([_tensors(trained_weights(encoder, one)) for one in weights]), rank)


def trained_teacher(encoder: Path, weights: Path, frozen: int = 0, dropout: float = 0.0) -> Teacher:
    """Return a teacher with weights that ``train --teacher`` or ``compress_teacher`` wrote."""
    teacher = Teacher(encoder, frozen, dropout)
    teacher.load_state_dict(_tensors(trained_weights(encoder, weights)))
    return teacher.eval()


def _tensors(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in weights.items()}


class Labeller:
    """A trained teacher that scores examples, averaged with any further readers.

    Networks that differ err differently: where a teacher read FairytaleQA with F1 71.4 and a reader
    with 64.7, the mean of their log-probabilities had 72.9 (``examine``).
    """

    def __init__(
        self, teacher: nn.Module, samples: Sequence[Example], others: Sequence[nn.Module] = ()
    ) -> None:
        """Take all as they are; ``samples`` show how the teacher's states spread."""
        self._readers = [one.eval() for one in (teacher, *others)]
        device = device_of(teacher)
        batch = collate(samples).to(device)
        known = self._read(batch)[1][batch.inputs["attention_mask"].bool()]
        self._mean, spread = known.mean(0), known.std(0)
        # Some of MPNet's dimensions never change.
        spread = spread.where(spread > _STILL * spread.median(), torch.inf)
        # Directions at random keep distances (Johnson and Lindenstrauss, 1984).
        directions = np.random.default_rng(0).normal(size=(known.shape[1], STATES))
        directions /= np.linalg.norm(directions, axis=0)
        self._directions = torch.tensor(directions).float().to(device) / spread[:, None]

    def label(self, batches: Iterable[Sequence[Example]]) -> Iterator[Example]:
        """Yield the examples with the teacher's log-probabilities and states."""
        for examples in batches:
            targets, hidden = self._targets(collate(examples))
            scores = targets.half().numpy()
            states = (hidden / STEP).round().clamp(-127, 127).to(torch.int8).numpy()
            for at, example in enumerate(examples):
                size = len(example.ids)
                yield replace(
                    example, teacher_scores=scores[:, at, :size], states=states[at, :size]
                )

    def targets(self, batch: Batch) -> TeacherTargets:
        """Return what the teacher makes of a batch that is where it is itself."""
        return TeacherTargets(*self._targets(batch))

    def _targets(self, batch: Batch) -> tuple[Tensor, Tensor]:
        scores, states = self._read(batch)
        targets = scores.log_softmax(-1).clamp(min=torch.finfo(torch.float16).min)
        return targets, (states - self._mean) @ self._directions

    def _read(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return mean scores ``(2, batch, tokens)`` and the teacher's own states."""
        with torch.no_grad():
            scored = [score(reader, batch) for reader in self._readers]
        scores = torch.stack([torch.stack([each.start, each.end]) for each in scored]).mean(0)
        return scores, scored[0].hidden.float()
