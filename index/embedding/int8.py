"""A float32 transformer graph in 8-bit integers, as fast as onnxruntime runs it on a CPU.

Needs the extra `models` (onnx); only exporters import this.

- Weights: symmetric int8, one scale a column, such that no CPU's sums saturate (integers.py).
  Embedding tables: one scale a row.
- Activations: quantised as they come (dynamic, one scale a tensor). A few channels of a
  transformer are far larger than the rest and would take all of the 8 bits, so each input is
  first divided, channel by channel, by a factor that its weights take in: SmoothQuant (Xiao et
  al., 2023, https://arxiv.org/abs/2211.10438), the factors from a calibration text.
- In a large network a few tokens are far larger than the rest, too, inside the feed-forward layers.
  With `by_token` each token there is divided by its largest number first, and multiplied after.
- Queries, keys and values share one quantised input and one multiplication where they can.
- Residual additions stay apart from layer normalisation: onnxruntime's fusion of the two is not
  vectorised on CPUs and was a third of the whole time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
from onnx import helper

from index.embedding import integers
from index.embedding.graphs import Graph, Linear
from index.embedding.integers import Floats

SMOOTHING = 0.7
"""How much of an activation's range moves into the weights (the paper's alpha)."""

_TABLE_ROWS = 4096
_FLOOR = np.float32(1e-5)
"""No channel or token is taken for smaller than this."""


def quantize(
    model: onnx.ModelProto, texts: Sequence[Sequence[int]], *, by_token: bool = False
) -> onnx.ModelProto:
    """Return the 8-bit form of a graph that `graphs.simplify` made.

    Args:
        model: one input, ids of shape (1, length) and type int64.
        texts: token ids of the calibration texts, special tokens included.
        by_token: give each token a scale of its own where a linear's input is wider than its
            output, instead of smoothing (for opset 18 or later; a hundredth slower).
    """
    graph = _Quantised(model)
    groups: dict[str, list[Linear]] = defaultdict(list)
    for linear in graph.linears():
        groups[linear.input].append(linear)
    peaks = _peaks(model, list(groups), texts)
    for name, linears in groups.items():
        inner, outer = linears[0].weight.shape
        if by_token and len(linears) == 1 and inner > outer:
            graph.replace_by_token(linears[0])
        else:
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
    rows = np.maximum(np.abs(weight).max(axis=1), _FLOOR)
    factors = np.maximum(peak, _FLOOR) ** SMOOTHING / rows ** (1 - SMOOTHING)
    centred: Floats = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return centred


class _Quantised(Graph):
    """A graph whose multiplications and tables are put in 8 bits, one after the other."""

    def replace(self, linears: list[Linear], peak: Floats) -> None:
        """Put the 8-bit form of linears that share their input in their place."""
        factors = _smoothing(peak, np.concatenate([x.weight for x in linears], axis=1))
        stem = linears[0].output
        divisor = self.constant(f"{stem}/smooth", 1 / factors)
        smooth = self.node("Mul", [linears[0].input, divisor], [f"{stem}/smoothed"])
        scaled = [replace(x, weight=x.weight * factors[:, None]) for x in linears]
        rest = self._alone(scaled[0]) if len(scaled) == 1 else self._together(scaled)
        self.splice([node for x in linears for node in x.nodes], [smooth, *rest])

    def replace_by_token(self, linear: Linear) -> None:
        """Put the 8-bit form of a linear in its place, with one step a token instead of one."""
        stem, product = linear.output, linear.nodes[0]
        sizes, peak, step, unit, multiplied = (
            f"{stem}/{part}" for part in ("sizes", "peak", "step", "unit", "multiplied")
        )
        axis = self.constant(f"{stem}/axis", np.array([-1]))
        floor = self.constant(f"{stem}/floor", np.array(_FLOOR))
        weight = self._weight(stem, linear.weight)
        new = [
            self.node("Abs", [linear.input], [sizes]),
            self.node("ReduceMax", [sizes, axis], [peak]),
            self.node("Max", [peak, floor], [step]),
            self.node("Div", [linear.input, step], [unit]),
            self.node("DynamicQuantizeMatMul", [unit, *weight], [multiplied]),
            self.node("Mul", [multiplied, step], list(product.output)),
        ]
        self.splice([product], new)

    def _alone(self, linear: Linear) -> list[onnx.NodeProto]:
        inputs = [f"{linear.output}/smoothed", *self._weight(linear.output, linear.weight)]
        return [self.node("DynamicQuantizeMatMul", [*inputs, *self._bias(linear)], [linear.output])]

    def _together(self, linears: list[Linear]) -> list[onnx.NodeProto]:
        """Quantise the input once for all of them."""
        stem = linears[0].output
        values, scale, zero = names = [f"{stem}/{part}" for part in ("int8", "step", "zero")]
        nodes = [self.node("DynamicQuantizeLinear", [f"{stem}/smoothed"], names)]
        attention = self._attention_of(linears)
        if attention is not None:
            return nodes + self._fused(attention, linears, names)
        for x in linears:
            weight, steps, zeros = self._weight(x.output, x.weight)
            inputs = [values, weight, scale, steps, zero, zeros, *self._bias(x)]
            nodes.append(self.node("MatMulIntegerToFloat", inputs, [x.output]))
        return nodes

    def _attention_of(self, linears: list[Linear]) -> onnx.NodeProto | None:
        """Return the attention that takes exactly these as query, key and value, unmasked."""
        outputs = {x.output for x in linears}
        for node in self.nodes:
            if node.op_type == "MultiHeadAttention" and set(node.input) == outputs:
                return node if len({x.weight.shape for x in linears}) == 1 else None
        return None

    def _fused(
        self, attention: onnx.NodeProto, linears: list[Linear], quantised: list[str]
    ) -> list[onnx.NodeProto]:
        """Replace an attention and its three linears by one operator."""
        by_output = {x.output: x for x in linears}
        ordered = [by_output[name] for name in attention.input[:3]]
        stem, size = attention.output[0], linears[0].weight.shape[1]
        weight, steps, zeros = self._weight(
            stem, np.concatenate([x.weight for x in ordered], axis=1)
        )
        biases = [np.zeros(size, np.float32) if x.bias is None else x.bias for x in ordered]
        bias = self.constant(f"{stem}/bias", np.concatenate(biases))
        values, scale, zero = quantised
        inputs = [values, weight, bias, scale, steps, "", zero, zeros]
        fused = self.node("QAttention", inputs, [stem])
        fused.attribute.extend(attention.attribute)
        self.splice([attention], [])
        return [fused]

    def shrink_tables(self) -> None:
        """Keep large embedding tables as int8 rows, each with its scale."""
        for node in [n for n in self.nodes if n.op_type == "Gather"]:
            table, ids = node.input
            if self.rank(table) != 2 or len(self.constants[table]) < _TABLE_ROWS:
                continue
            rows, steps = integers.by_row(self.constants[table])
            parts = self.constant(f"{table}/int8", rows), self.constant(f"{table}/step", steps)
            taken = [f"{node.output[0]}/{part}" for part in ("int8", "float", "step")]
            new = [
                self.node("Gather", [parts[0], ids], [taken[0]]),
                self.node("Cast", [taken[0]], [taken[1]], to=onnx.TensorProto.FLOAT),
                self.node("Gather", [parts[1], ids], [taken[2]]),
                self.node("Mul", taken[1:], [node.output[0]]),
            ]
            self.splice([node], new)

    def _weight(self, stem: str, weight: Floats) -> tuple[str, str, str]:
        values, steps = integers.by_column(weight)
        return (
            self.constant(f"{stem}/weight", values),
            self.constant(f"{stem}/steps", steps),
            self.constant(f"{stem}/zeros", np.zeros(weight.shape[1], np.int8)),
        )

    def _bias(self, linear: Linear) -> list[str]:
        if linear.bias is None:
            return []
        return [self.constant(f"{linear.output}/bias", linear.bias)]
