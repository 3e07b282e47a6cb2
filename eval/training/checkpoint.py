"""Checkpoints: everything a run needs to go on as if it had never stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from eval.training.depth import layers_of
from eval.training.shipped_weights import shipped_weights
from index.errors import ModelError


@dataclass(slots=True)
class Position:
    """Where a run is: steps and seconds behind it, and the next batch of the phase's epoch."""

    step: int = 0
    seconds: float = 0.0
    phase: int = 0
    epoch: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a run at a position."""

    position: Position
    model: dict[str, Tensor]
    average: dict[str, Tensor]
    optimizer: dict[str, object]
    random: Tensor

    def save(self, folder: Path) -> None:
        """Write ``checkpoint.pt``, whole or not at all, and a float16 copy of the weights."""
        position = {name: getattr(self.position, name) for name in Position.__slots__}
        temporary = folder / "checkpoint.pt.partial"
        torch.save(
            {
                "position": position,
                "model": self.model,
                "average": self.average,
                "optimizer": self.optimizer,
                "random": self.random,
            },
            temporary,
        )
        temporary.replace(folder / "checkpoint.pt")
        save_weights(self.average or self.model, folder / "newest-fp16.safetensors")

    @classmethod
    def load(cls, folder: Path) -> "Checkpoint | None":
        """Read the newest checkpoint of a folder; ``None`` when it has none."""
        path = folder / "checkpoint.pt"
        if not path.exists():
            return None
        state = torch.load(path, map_location="cpu", weights_only=True)
        state["position"] = Position(**state["position"])
        return cls(**state)


def save_weights(weights: dict[str, Tensor], path: Path) -> None:
    """Write weights as float16 safetensors, whole or not at all."""
    temporary = path.with_suffix(".partial")
    half = {k: v.half().contiguous() for k, v in weights.items() if v.is_floating_point()}
    save_file(half, temporary)
    temporary.replace(path)


def average(weights: Sequence[Path]) -> dict[str, Tensor]:
    """Return the float32 mean of float16 safetensors files and of shipped `model.onnx` graphs.

    A graph holds the weights that reading needs, and no others.
    """
    return mean([_read(path) for path in weights])


def mean(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the float32 mean of what all of ``weights`` hold.

    Raises:
        ModelError: they are of networks that differ in their number of layers.
    """
    depths = sorted({layers_of(one) for one in weights})
    if len(depths) > 1:
        raise ModelError(f"weights of {depths} layers have no mean: take those of one depth")
    names = [name for name in weights[0] if all(name in one for one in weights)]
    return {name: torch.stack([one[name].float() for one in weights]).mean(0) for name in names}


def _read(path: Path) -> dict[str, Tensor]:
    return shipped_weights(path) if path.suffix == ".onnx" else load_file(path)
