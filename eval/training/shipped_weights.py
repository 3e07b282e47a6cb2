"""The shipped 8-bit graph back as float weights, to train on from where it stands.

What rounding to 8 bits took is lost (a logit is off by some hundredths to tenths), so this is a
place to begin, not a copy of what was trained.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

_PREFIX = "model."
_LINEARS = ("attention/output/dense", "intermediate/dense", "output/dense")


def shipped_weights(path: Path) -> dict[str, Tensor]:
    """Return the float32 weights of a ``model.onnx`` that ``eval.training.export`` wrote.

    Raises:
        KeyError: the graph is not one of those.
    """
    graph = onnx.load(path).graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weights = _tables(constants)
    layer = 0
    while f"/model/bert/encoder/layer.{layer}/output/dense/Add_output_0/weight" in constants:
        weights |= _layer(constants, layer)
        layer += 1
    weights |= _linear(constants, "/model/qa_outputs", "qa_outputs")
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def _tables(constants: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Return embeddings and layer normalisation, which keep their own names."""
    tables = {}
    for name, value in constants.items():
        if not name.startswith(_PREFIX) or name.endswith("/step"):
            continue
        stem = name.removesuffix("/int8")
        whole = value if stem == name else value.astype(np.float32) * constants[f"{stem}/step"]
        tables[stem.removeprefix(_PREFIX)] = whole
    return tables


def _layer(constants: dict[str, NDArray[np.float32]], layer: int) -> dict[str, NDArray[np.float32]]:
    source, target = f"/model/bert/encoder/layer.{layer}", f"bert.encoder.layer.{layer}"
    fused = f"{source}/attention/self/MultiHeadAttention_output_0"
    weight = _weight(constants, fused, f"{source}/attention/self/value/Add_output_0")
    found = {}
    for at, name in enumerate(("query", "key", "value")):
        part = slice(at * weight.shape[0], (at + 1) * weight.shape[0])
        found[f"{target}.attention.self.{name}.weight"] = weight[:, part].T
        found[f"{target}.attention.self.{name}.bias"] = constants[f"{fused}/bias"][part]
    for name in _LINEARS:
        found |= _linear(constants, f"{source}/{name}", f"{target}.{name.replace('/', '.')}")
    return found


def _linear(
    constants: dict[str, NDArray[np.float32]], source: str, target: str
) -> dict[str, NDArray[np.float32]]:
    stem = f"{source}/Add_output_0"
    return {
        f"{target}.weight": _weight(constants, stem, stem).T,
        f"{target}.bias": constants[f"{stem}/bias"],
    }


def _weight(
    constants: dict[str, NDArray[np.float32]], stem: str, smoothed: str
) -> NDArray[np.float32]:
    """Undo the steps of the columns and the smoothing of the rows; float32 (inputs, outputs)."""
    steps, divisors = constants[f"{stem}/steps"], constants[f"{smoothed}/smooth"]
    whole: NDArray[np.float32] = (
        constants[f"{stem}/weight"].astype(np.float32) * steps * divisors[:, None]
    )
    return whole
