"""The small network as training left it, to read with."""

from pathlib import Path

from torch import nn

from eval.training.checkpoint import average
from eval.training.depth import layers_of
from eval.training.model import default_encoder, load_model


def trained_reader(weights: Path) -> nn.Module:
    """Return the small network with the weights of a ``model.onnx`` or that ``train`` wrote.

    Raises:
        ValueError: the file holds another network.
    """
    learnt = average([weights])
    reader: nn.Module = load_model(default_encoder(), layers=layers_of(learnt))
    # The mirror serves training alone.
    missing = reader.load_state_dict(learnt, strict=False).missing_keys
    if missing:
        raise ValueError(f"{weights} holds no {missing[0]}: it is not the small network")
    return reader.eval()
