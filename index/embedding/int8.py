"""A float32 transformer graph in 8-bit integers, as fast as onnxruntime runs it on a CPU.

Needs the extra `models` (onnx); only exporters import this.

- Weights: symmetric int8, one scale a column, such that no CPU's sums saturate (integers.py).
  Embedding tables: one scale a row.
- Activations: quantised as they come (dynamic, one scale a tensor). A few channels of a
  transformer are far larger than the rest and would take all of the 8 bits, so each input is
  first divided, channel by channel, by a factor that its weights take in: SmoothQuant (Xiao et
  al., 2023, https://arxiv.org/abs/2211.10438), the factors from a calibration text.
- Queries, keys and values share one quantised input and one multiplication where they can.
- Residual additions stay apart from layer normalisation: onnxruntime's fusion of the two is not
  vectorised on CPUs and was a third of the whole time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.embedding import integers
from index.embedding.integers import Floats

MICROSOFT = "com.microsoft"
SMOOTHING = 0.7
"""How much of an activation's range moves into the weights (the paper's alpha)."""

_TABLE_ROWS = 4096


@dataclass(frozen=True, slots=True)
class _Linear:
    """`output = input @ weight + bias`, as one or two nodes; weight (k, n), bias (n,)."""

    nodes: tuple[onnx.NodeProto, ...]
    input: str
    output: str
    weight: Floats
    bias: Floats | None


def simplify(path: Path) -> onnx.ModelProto:
    """Return the graph with constants folded and without reshapes that change nothing."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path.with_suffix(".folded.onnx"))
    options.log_severity_level = 3
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    graph = _Graph(onnx.load(options.optimized_model_filepath))
    Path(options.optimized_model_filepath).unlink()
    graph.skip_reshapes()
    return graph.finish()


def quantize(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> onnx.ModelProto:
    """Return the 8-bit form of a graph that `simplify` made.

    Args:
        model: one input, ids of shape (1, length) and type int64.
        texts: token ids of the calibration texts, special tokens included.
    """
    graph = _Graph(model)
    groups: dict[str, list[_Linear]] = defaultdict(list)
    for linear in graph.linears():
        groups[linear.input].append(linear)
    peaks = _peaks(model, list(groups), texts)
    for name, linears in groups.items():
        graph.replace(linears, peaks[name])
    graph.shrink_tables()
    return graph.finish()


def _peaks(
    model: onnx.ModelProto, names: Sequence[str], texts: Sequence[Sequence[int]]
) -> dict[str, Floats]:
    """Return the largest magnitude of each channel of the named values over the texts."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    feed = session.get_inputs()[0].name
    peaks: dict[str, Floats] = {}
    for ids in texts:
        values = session.run(list(names), {feed: np.array([ids], np.int64)})
        for name, value in zip(names, values, strict=True):
            peak = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            peaks[name] = np.maximum(peaks.get(name, peak), peak)
    return peaks


def _smoothing(peak: Floats, weight: Floats) -> Floats:
    """Return what to divide each channel by, shape (k,), with a geometric mean of 1."""
    floor = np.float32(1e-5)
    rows = np.maximum(np.abs(weight).max(axis=1), floor)
    factors = np.maximum(peak, floor) ** SMOOTHING / rows ** (1 - SMOOTHING)
    centred: Floats = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return centred


class _Graph:
    """A graph being rewritten: nodes in order, constants by name."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self.nodes = list(model.graph.node)
        self.makers = {output: node for node in self.nodes for output in node.output}

    def linears(self) -> list[_Linear]:
        """Find every multiplication by a constant matrix, with its bias if it has one."""
        users = defaultdict(list)
        for node in self.nodes:
            for name in node.input:
                users[name].append(node)
        return [
            self._linear(node, users[node.output[0]])
            for node in self.nodes
            if node.op_type == "MatMul" and self._rank(node.input[1]) == 2
        ]

    def _rank(self, name: str) -> int:
        return self.constants[name].ndim if name in self.constants else -1

    def _linear(self, node: onnx.NodeProto, users: list[onnx.NodeProto]) -> _Linear:
        weight = self.constants[node.input[1]]
        if len(users) == 1 and users[0].op_type == "Add":
            other = next((n for n in users[0].input if n != node.output[0]), "")
            if self._rank(other) == 1:
                bias = self.constants[other]
                return _Linear((node, users[0]), node.input[0], users[0].output[0], weight, bias)
        return _Linear((node,), node.input[0], node.output[0], weight, None)

    def skip_reshapes(self) -> None:
        """Wire attention to its linears directly: both sides see (1, length, width)."""
        width = {linear.output: linear.weight.shape[1] for linear in self.linears()}
        for node in self.nodes:
            if node.op_type == "MultiHeadAttention":
                sources = [self._source(name) for name in node.input[:3]]
                if len({width.get(source) for source in sources} - {None}) == 1:
                    node.input[:3] = sources
                    width[node.output[0]] = width[sources[0]]
        for linear in self.linears():
            source = self._source(linear.input)
            if width.get(source) == linear.weight.shape[0]:
                linear.nodes[0].input[0] = source

    def _source(self, name: str) -> str:
        while (maker := self.makers.get(name)) is not None and maker.op_type == "Reshape":
            name = maker.input[0]
        return name

    def replace(self, linears: list[_Linear], peak: Floats) -> None:
        """Put the 8-bit form of linears that share their input in their place."""
        factors = _smoothing(peak, np.concatenate([x.weight for x in linears], axis=1))
        stem = linears[0].output
        divisor = self._constant(f"{stem}/smooth", 1 / factors)
        smooth = self._node("Mul", [linears[0].input, divisor], [f"{stem}/smoothed"])
        scaled = [replace(x, weight=x.weight * factors[:, None]) for x in linears]
        rest = self._alone(scaled[0]) if len(scaled) == 1 else self._together(scaled)
        self._splice([node for x in linears for node in x.nodes], [smooth, *rest])

    def _alone(self, linear: _Linear) -> list[onnx.NodeProto]:
        inputs = [f"{linear.output}/smoothed", *self._weight(linear.output, linear.weight)]
        return [
            self._node("DynamicQuantizeMatMul", [*inputs, *self._bias(linear)], [linear.output])
        ]

    def _together(self, linears: list[_Linear]) -> list[onnx.NodeProto]:
        """Quantise the input once for all of them."""
        stem = linears[0].output
        values, scale, zero = names = [f"{stem}/{part}" for part in ("int8", "step", "zero")]
        nodes = [self._node("DynamicQuantizeLinear", [f"{stem}/smoothed"], names)]
        attention = self._attention_of(linears)
        if attention is not None:
            return nodes + self._fused(attention, linears, names)
        for x in linears:
            weight, steps, zeros = self._weight(x.output, x.weight)
            inputs = [values, weight, scale, steps, zero, zeros, *self._bias(x)]
            nodes.append(self._node("MatMulIntegerToFloat", inputs, [x.output]))
        return nodes

    def _attention_of(self, linears: list[_Linear]) -> onnx.NodeProto | None:
        """Return the attention that takes exactly these as query, key and value, unmasked."""
        outputs = {x.output for x in linears}
        for node in self.nodes:
            if node.op_type == "MultiHeadAttention" and set(node.input) == outputs:
                return node if len({x.weight.shape for x in linears}) == 1 else None
        return None

    def _fused(
        self, attention: onnx.NodeProto, linears: list[_Linear], quantised: list[str]
    ) -> list[onnx.NodeProto]:
        """Replace an attention and its three linears by one operator."""
        by_output = {x.output: x for x in linears}
        ordered = [by_output[name] for name in attention.input[:3]]
        stem, size = attention.output[0], linears[0].weight.shape[1]
        weight, steps, zeros = self._weight(
            stem, np.concatenate([x.weight for x in ordered], axis=1)
        )
        biases = [np.zeros(size, np.float32) if x.bias is None else x.bias for x in ordered]
        bias = self._constant(f"{stem}/bias", np.concatenate(biases))
        values, scale, zero = quantised
        inputs = [values, weight, bias, scale, steps, "", zero, zeros]
        fused = self._node("QAttention", inputs, [stem])
        fused.attribute.extend(attention.attribute)
        self._splice([attention], [])
        return [fused]

    def shrink_tables(self) -> None:
        """Keep large embedding tables as int8 rows, each with its scale."""
        for node in [n for n in self.nodes if n.op_type == "Gather"]:
            table, ids = node.input
            if self._rank(table) != 2 or len(self.constants[table]) < _TABLE_ROWS:
                continue
            rows, steps = integers.by_row(self.constants[table])
            parts = self._constant(f"{table}/int8", rows), self._constant(f"{table}/step", steps)
            taken = [f"{node.output[0]}/{part}" for part in ("int8", "float", "step")]
            new = [
                self._node("Gather", [parts[0], ids], [taken[0]], ""),
                self._node("Cast", [taken[0]], [taken[1]], "", to=onnx.TensorProto.FLOAT),
                self._node("Gather", [parts[1], ids], [taken[2]], ""),
                self._node("Mul", taken[1:], [node.output[0]], ""),
            ]
            self._splice([node], new)

    def _weight(self, stem: str, weight: Floats) -> tuple[str, str, str]:
        values, steps = integers.by_column(weight)
        return (
            self._constant(f"{stem}/weight", values),
            self._constant(f"{stem}/steps", steps),
            self._constant(f"{stem}/zeros", np.zeros(weight.shape[1], np.int8)),
        )

    def _bias(self, linear: _Linear) -> list[str]:
        if linear.bias is None:
            return []
        return [self._constant(f"{linear.output}/bias", linear.bias)]

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants[name] = value
        return name

    @staticmethod
    def _node(
        kind: str, inputs: list[str], outputs: list[str], domain: str = MICROSOFT, **values: Any
    ) -> onnx.NodeProto:
        standard = {"Mul", "DynamicQuantizeLinear"}
        return helper.make_node(
            kind, inputs, outputs, domain="" if kind in standard else domain, **values
        )

    def _splice(self, old: list[onnx.NodeProto], new: list[onnx.NodeProto]) -> None:
        at = min(self._index(node) for node in old)
        gone = {id(node) for node in old}
        kept = [node for node in self.nodes[:at] if id(node) not in gone]
        rest = [node for node in self.nodes[at:] if id(node) not in gone]
        self.nodes = kept + new + rest

    def _index(self, node: onnx.NodeProto) -> int:
        return next(i for i, other in enumerate(self.nodes) if other is node)

    def finish(self) -> onnx.ModelProto:
        """Return the model with only the nodes and constants that its output needs."""
        needed = {output.name for output in self.model.graph.output}
        kept = []
        for node in reversed(self.nodes):
            if needed & set(node.output):
                needed |= set(node.input)
                kept.append(node)
        graph = helper.make_graph(
            kept[::-1],
            "encoder",
            list(self.model.graph.input),
            list(self.model.graph.output),
            [
                numpy_helper.from_array(value, name)
                for name, value in self.constants.items()
                if name in needed
            ],
        )
        opsets = {o.domain: o.version for o in self.model.opset_import} | {MICROSOFT: 1}
        used = {node.domain for node in kept} | {""}
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(d, v) for d, v in opsets.items() if d in used],
            ir_version=self.model.ir_version,
        )
