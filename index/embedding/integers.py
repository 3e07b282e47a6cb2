"""Float32 matrices in 8-bit integers that every CPU multiplies to the same sums.

x86 without VNNI multiplies unsigned activations (0 to 255) by signed weights with `vpmaddubsw`,
which adds the products of two neighbouring inputs in 16 bits and saturates: 255 * (a + b) must
not pass 32767 for any two weights of one sign. Halving all weights (7 bits) would ensure that at
twice the rounding error. Here each column's scale is set by its largest such pair instead: two
large weights of one sign are seldom neighbours, so little is lost, and no sum saturates anywhere.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int8]

LEVELS = 127
"""The largest magnitude of a weight; also the largest sum of a pair before rounding adds 1."""


def by_column(weight: Floats) -> tuple[Integers, Floats]:
    """Quantise a matrix (k, n) that integers multiply: (k, n) int8, and n scales, float32.

    In rows 2i and 2i + 1 of a column, the positive weights add up to at most 128, and so do the
    negative ones.
    """
    peak = np.abs(weight).max(axis=0)
    scale = _scale(np.maximum(peak, _largest_pair(weight)))
    return np.rint(weight / scale).astype(np.int8), scale


def by_row(table: Floats) -> tuple[Integers, Floats]:
    """Quantise a table (rows, width) that is only looked up: int8, and scales (rows, 1)."""
    scale = _scale(np.abs(table).max(axis=1, keepdims=True))
    return np.rint(table / scale).astype(np.int8), scale


def _largest_pair(weight: Floats) -> Floats:
    """Return the largest sum of same-signed neighbours, shape (n,)."""
    even = np.concatenate([weight, np.zeros_like(weight[: len(weight) % 2])])
    signed = np.maximum([even, -even], 0)
    largest: Floats = (signed[:, 0::2] + signed[:, 1::2]).max(axis=(0, 1))
    return largest


def _scale(largest: Floats) -> Floats:
    scale = largest.astype(np.float32) / np.float32(LEVELS)
    scale[scale == 0] = 1
    return scale
