"""What training changed of a large network, in few numbers, and the network with it changed.

A matrix's change is kept as two thin ones whose product it nearly is.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Floats = NDArray[np.float32]

LEFT, RIGHT = "/left", "/right"
"""What the names of a change's two parts end with."""

_ENCODER = "model.mpnet."
_UNUSED = "pooler."


def changed(
    before: Mapping[str, NDArray[np.floating]], changes: Mapping[str, NDArray[np.floating]]
) -> dict[str, Floats]:
    """Return the weights ``before`` with the changes made; what is complete in ``changes``, as is.

    Raises:
        KeyError: one is changed that is not there.
    """
    after = {name: value.astype(np.float32, copy=False) for name, value in before.items()}
    for name, value in changes.items():
        stem = name.removesuffix(LEFT)
        if stem != name:
            right = changes[stem + RIGHT].astype(np.float32)
            # Not in place: what is float32 already is the caller's own.
            after[stem] = after[stem] + value.astype(np.float32) @ right
        elif not name.endswith(RIGHT):
            after[name] = value.astype(np.float32)
    return after


def trained_weights(encoder: Path, trained: Path) -> dict[str, Floats]:
    """Return the float32 weights that ``train --teacher`` wrote, or of which ``keep`` kept changes.

    Args:
        encoder: folder of the MPNet it was trained from.
        trained: what it wrote or kept.
    """
    return changed(untrained_weights(encoder), load_file(trained))


def untrained_weights(encoder: Path) -> dict[str, Floats]:
    """Return an MPNet's float32 weights by a teacher's names; it has no span head yet."""
    return {
        _ENCODER + name: value.astype(np.float32)
        for name, value in load_file(encoder / "model.safetensors").items()
        if np.issubdtype(value.dtype, np.floating) and not name.startswith(_UNUSED)
    }
