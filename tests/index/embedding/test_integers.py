"""8-bit matrices whose products no CPU saturates."""

import numpy as np
import onnx
import onnxruntime
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.embedding import int8, integers

matrices = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 5)),
    elements=st.integers(-1000, 1000).map(lambda value: value / 8),
)


def largest_pair_sums(values: NDArray[np.int8]) -> NDArray[np.int64]:
    """The largest sum of same-signed neighbours in each column, either sign."""
    padded = np.concatenate([values, np.zeros_like(values[: len(values) % 2])]).astype(np.int64)
    signed = np.maximum([padded, -padded], 0)
    sums: NDArray[np.int64] = (signed[:, 0::2] + signed[:, 1::2]).max(axis=(0, 1))
    return sums


@given(matrices)
def test_no_pair_passes_sixteen_bits(weight: NDArray[np.float32]) -> None:
    values, _ = integers.by_column(weight)
    assert 255 * largest_pair_sums(values).max() <= 2**15 - 1


@given(matrices)
def test_a_weight_is_off_by_half_a_step_at_most(weight: NDArray[np.float32]) -> None:
    values, scale = integers.by_column(weight)
    assert np.all(np.abs(values * scale - weight) <= scale * 0.5001)


@given(matrices)
def test_a_column_keeps_its_bits_where_no_pair_is_large(weight: NDArray[np.float32]) -> None:
    alone = np.zeros((2 * len(weight), weight.shape[1]), np.float32)
    alone[::2] = weight
    values, _ = integers.by_column(alone)
    used = weight.any(axis=0)
    assert np.all(np.abs(values).max(axis=0)[used] == integers.LEVELS)


def test_large_neighbouring_weights_multiply_exactly() -> None:
    """Full 8-bit weights made this half of what it is on CPUs with AVX2 alone."""
    random = np.random.default_rng(8)
    table = random.uniform(0.9, 1, (9, 64)).astype(np.float32)
    weight = random.uniform(0.9, 1, (64, 16)).astype(np.float32)
    quantised = int8.quantize(looked_up_and_multiplied(table, weight), [list(range(9))])
    session = onnxruntime.InferenceSession(quantised.SerializeToString())
    (product,) = session.run(None, {"ids": np.arange(9)[None]})
    assert np.allclose(product[0], table @ weight, rtol=0.01)


def test_a_large_token_takes_no_precision_from_the_others() -> None:
    """As one step for all tokens does, which cost the larger reader 1.8 F1."""
    random = np.random.default_rng(8)
    table = random.uniform(0.9, 1, (9, 64)).astype(np.float32)
    table[4] *= 1000
    table[7] = 0
    weight = random.uniform(0.9, 1, (64, 16)).astype(np.float32)
    network = looked_up_and_multiplied(table, weight)
    quantised = int8.quantize(network, [list(range(9))], by_token=True)
    session = onnxruntime.InferenceSession(quantised.SerializeToString())
    (product,) = session.run(None, {"ids": np.arange(9)[None]})
    assert np.allclose(product[0], table @ weight, rtol=0.01)


def looked_up_and_multiplied(
    table: NDArray[np.float32], weight: NDArray[np.float32]
) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("MatMul", ["rows", "weight"], ["product"]),
    ]
    ids = helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, [1, "length"])
    product = helper.make_tensor_value_info("product", onnx.TensorProto.FLOAT, [1, "length", 16])
    constants = [
        numpy_helper.from_array(value, name)
        for name, value in (("table", table), ("weight", weight))
    ]
    graph = helper.make_graph(nodes, "product", [ids], [product], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
