"""The speed of light: what this machine's 8-bit multiplications allow the default embedder.

onnxruntime's own kernel multiplies matrices of the embedder's shape on every core at once, and
nothing else: no attention, no normalisation, no words. Its best is the processor's, whatever
instructions it has for this.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from index.cores import usable_cores

_LAYERS, _WIDTH, _INNER = 6, 384, 1536
_PRODUCTS = _LAYERS * (4 * _WIDTH * _WIDTH + 2 * _WIDTH * _INNER)
"""Multiplications by weights that a wordpiece takes."""

_ROWS = 128
_ROUNDS = 20
_CALLS = 20


def wordpieces_a_second() -> float:
    """Return how many wordpieces the best of some rounds, of some calls each, would embed."""
    cores = usable_cores()
    model = _product().SerializeToString()
    sessions = [_session(model) for _ in range(cores)]
    inputs = {"a": np.random.default_rng(1).integers(0, 256, (_ROWS, _WIDTH), np.uint8)}

    def seconds(session: onnxruntime.InferenceSession) -> float:
        start = time.thread_time()
        for _ in range(_CALLS):
            session.run(None, inputs)
        return time.thread_time() - start

    with ThreadPoolExecutor(cores) as pool:
        best = min(max(pool.map(seconds, sessions)) for _ in range(_ROUNDS))
    return cores * _CALLS * _ROWS * _WIDTH * _INNER / best / _PRODUCTS


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _product() -> onnx.ModelProto:
    weight = np.random.default_rng(2).integers(-64, 65, (_WIDTH, _INNER), np.int8)
    node = helper.make_node("MatMulInteger", ["a", "b"], ["c"])
    a = helper.make_tensor_value_info("a", onnx.TensorProto.UINT8, [_ROWS, _WIDTH])
    c = helper.make_tensor_value_info("c", onnx.TensorProto.INT32, [_ROWS, _INNER])
    graph = helper.make_graph([node], "product", [a], [c], [numpy_helper.from_array(weight, "b")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
