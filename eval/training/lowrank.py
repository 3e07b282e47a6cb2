"""Low-rank approximation of what training changed of a large network.

A matrix's change is well approximated by its largest singular values (Eckart and Young, 1936).
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from retrieval.reader.install.weight_changes import LEFT, RIGHT


def changes(
    before: Mapping[str, Tensor], after: Mapping[str, Tensor], rank: int
) -> dict[str, Tensor]:
    """Return what takes ``before`` to ``after``, nearly, as float16.

    Vectors, and matrices that are new or no larger than their change in two parts, are stored in
    full.
    """
    kept: dict[str, Tensor] = {}
    for name, value in after.items():
        old = before.get(name)
        if old is not None and torch.equal(value.half(), old.half()):
            continue
        if old is None or value.dim() != 2 or rank * sum(value.shape) >= value.numel():
            kept[name] = value.half()
            continue
        change = value.float() - old.float()
        left, sizes, right = torch.linalg.svd(change, full_matrices=False)
        root = sizes[:rank].sqrt()
        kept[name + LEFT] = (left[:, :rank] * root).half().contiguous()
        kept[name + RIGHT] = (root[:, None] * right[:rank]).half().contiguous()
    return kept
