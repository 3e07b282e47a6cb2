"""A trained network made deeper: new layers that change nothing yet, each after one it copies.

What a new layer adds to the states is nought at first, since both its output matrices are, and the
rest of it starts as the layer below (Wu et al., 2024, LLaMA Pro, https://arxiv.org/abs/2401.02415).
BERT normalises after adding, though, and would still change the states' scale: a new layer's
normalisations put back the mean and spread that the one below gives. That holds for the mean over
tokens, so that a deeper network reads nearly as the one it was made of.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

_LAYER = re.compile(r"(.*\bencoder\.layer\.)(\d+)\.(.*)")
_OUTPUTS = ("attention.output.dense.", "output.dense.")
_NORMALS = ("attention.output.LayerNorm.", "output.LayerNorm.")


def layers_of(weights: Mapping[str, Tensor]) -> int:
    """Return how many layers the weights of a BERT have."""
    found = [_LAYER.fullmatch(name) for name in weights]
    return 1 + max((int(match[2]) for match in found if match), default=-1)


def deepened(weights: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Return the weights of a network of ``layers`` layers that reads nearly as this one does.

    Raises:
        ValueError: the network has more layers than that, or under half as many.
    """
    had = layers_of(weights)
    if not had <= layers <= 2 * had:
        raise ValueError(f"{had} layers can be made {had} to {2 * had}, not {layers}")
    # Those that get a new layer above them lie evenly, the topmost among them.
    copied = {had - 1 - at * had // (layers - had) for at in range(layers - had)}
    deeper = {name: value for name, value in weights.items() if not _LAYER.fullmatch(name)}
    place = 0
    for layer in range(had):
        ours = _layer(weights, layer)
        for made in (ours, _silent(ours)) if layer in copied else (ours,):
            deeper |= {f"{prefix}{place}.{name}": value for (prefix, name), value in made.items()}
            place += 1
    return deeper


def _layer(weights: Mapping[str, Tensor], layer: int) -> dict[tuple[str, str], Tensor]:
    found = ((_LAYER.fullmatch(name), value) for name, value in weights.items())
    return {(m[1], m[3]): value for m, value in found if m and int(m[2]) == layer}


def _silent(layer: Mapping[tuple[str, str], Tensor]) -> dict[tuple[str, str], Tensor]:
    """Return a copy of ``layer`` that gives its states back as it gets them."""
    inner = {name: value for (_, name), value in layer.items()}
    gain, shift = inner["output.LayerNorm.weight"], inner["output.LayerNorm.bias"]
    normal = {
        "weight": (gain.square().mean() + shift.var(correction=0)).sqrt(),
        "bias": shift.mean(),
    }
    silent = {}
    for (prefix, name), value in layer.items():
        made = value
        if name.startswith(_OUTPUTS):
            made = torch.zeros_like(value)
        elif name.startswith(_NORMALS):
            made = torch.full_like(value, float(normal[name.rpartition(".")[2]]))
        silent[prefix, name] = made
    return silent
