"""A graph without its weights, and with others put in."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from eval.training.export import trace_large
from index.errors import ModelError
from retrieval.reader.install.assembly import emptied, filled

RNG = np.random.default_rng(0)


def graph(**constants: np.ndarray) -> onnx.ModelProto:
    values = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    return helper.make_model(helper.make_graph([], "test", [], [], values))


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def test_weights_are_put_where_the_traced_ones_were() -> None:
    matrix, turned, vector = normal(4, 5), normal(3, 6), normal(7)
    traced = graph(a=matrix, b=np.ascontiguousarray(turned.T), c=vector, d=np.array([2]))
    empty = emptied(traced, {"matrix": matrix, "turned": turned, "vector": vector})
    assert len(empty.SerializeToString()) < len(traced.SerializeToString())
    new = {"matrix": normal(4, 5), "turned": normal(3, 6), "vector": normal(7)}
    found = [numpy_helper.to_array(one) for one in filled(empty, new).graph.initializer]
    for value, expected in zip(
        found, [new["matrix"], new["turned"].T, new["vector"], np.array([2])], strict=True
    ):
        np.testing.assert_array_equal(value, expected)


def test_a_weight_that_was_folded_into_another_is_told() -> None:
    with pytest.raises(ModelError, match="traced graph has no scale"):
        emptied(graph(a=normal(3)), {"scale": normal(3)})


@pytest.mark.parametrize("weights", [{}, {"matrix": normal(5, 4)}])
def test_weights_that_do_not_fit_are_told(weights: dict[str, np.ndarray]) -> None:
    matrix = normal(4, 5)
    empty = emptied(graph(a=matrix), {"matrix": matrix})
    with pytest.raises(ModelError, match="no matrix of the shape"):
        filled(empty, weights)


def test_the_graph_is_the_same_for_all_weights(teacher_folder: Path) -> None:
    one, other = (trace_large(teacher_folder).SerializeToString() for _ in range(2))
    assert one == other
