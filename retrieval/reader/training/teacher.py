"""A larger network to learn from: MPNet made to read the small one's wordpieces.

MPNet's vocabulary is BERT's, moved up by four, with its own marks. Read so, its scores stand at
the small network's own tokens, and their distributions can be compared one to one.
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput

from index.embedding import int8, trace
from retrieval.reader.training.encoding import Example
from retrieval.reader.training.lowrank import changed, changes
from retrieval.reader.training.model import STATES, STEP

_SHIFT = 4
_MARKS = {0: 1, 101: 0, 102: 2}
"""BERT's ``[PAD]``, ``[CLS]`` and ``[SEP]`` as MPNet's ``<pad>``, ``<s>`` and ``</s>``."""

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


def kept_changes(encoder: Path, weights: Path, rank: int) -> dict[str, Tensor]:
    """Return what training changed of an encoder, in parts of at most ``rank`` columns."""
    return changes(_untrained(encoder), load_file(weights), rank)


def trained_weights(encoder: Path, weights: Path) -> dict[str, Tensor]:
    """Return float32 weights that ``train --teacher`` wrote, or of which ``keep`` kept changes."""
    return changed(_untrained(encoder), load_file(weights))


def _untrained(encoder: Path) -> dict[str, Tensor]:
    """Return the encoder's own weights; the span head is new in every teacher."""
    weights = Teacher(encoder).state_dict()
    return {name: value for name, value in weights.items() if "qa_outputs" not in name}


class Lecturer:
    """A trained teacher in 8-bit integers, to score many examples."""

    def __init__(self, teacher: Teacher, samples: Sequence[Example]) -> None:
        """Trace ``teacher``; ``samples`` show how large its activations and states get."""
        with tempfile.TemporaryDirectory() as folder:
            traced = Path(folder, "teacher.onnx")
            axes = {"ids": {1: "tokens"}, "scores": {1: "tokens"}, "states": {0: "tokens"}}
            trace.write(_States(teacher), torch.arange(1000, 1048)[None], traced, axes)
            graph = int8.quantize(
                int8.simplify(traced), [example.ids.tolist() for example in samples]
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        states = np.concatenate([self._read(example)[1] for example in samples])
        # Some of MPNet's dimensions never change.
        self._mean, spread = states.mean(0), states.std(0)
        spread = np.where(spread > _STILL * np.median(spread), spread, np.inf)
        # Directions at random keep distances (Johnson and Lindenstrauss, 1984).
        directions = np.random.default_rng(0).normal(size=(states.shape[1], STATES))
        directions /= np.linalg.norm(directions, axis=0) * spread[:, None]
        self._directions = directions.astype(np.float32)

    def teach(self, examples: Sequence[Example], threads: int) -> Iterator[Example]:
        """Yield the examples with the teacher's log-probabilities and states."""
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(self._taught, examples)

    def _taught(self, example: Example) -> Example:
        scores, states = self._read(example)
        allowed = np.zeros(len(example.ids), dtype=bool)
        allowed[example.question : -1] = allowed[0] = True
        low = np.finfo(np.float16).min
        taught = np.where(allowed, scores, low).astype(np.float32)
        taught -= np.logaddexp.reduce(taught, axis=1, keepdims=True)
        told = np.rint((states - self._mean) @ self._directions / STEP).clip(-127, 127)
        return replace(
            example, taught=taught.clip(min=low).astype(np.float16), states=told.astype(np.int8)
        )

    def _read(self, example: Example) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        scores, states = self._session.run(None, {"ids": example.ids[None].astype(np.int64)})
        return scores, states


class _States(nn.Module):
    """One unpadded input, int64 (1, tokens), to scores (2, tokens) and states (tokens, width)."""

    def __init__(self, teacher: Teacher) -> None:
        super().__init__()
        self.teacher = teacher

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        output = self.teacher(ids, torch.ones_like(ids), output_hidden_states=True)
        assert output.hidden_states is not None
        scores = torch.cat([output.start_logits, output.end_logits])
        return scores, output.hidden_states[-1][0]
