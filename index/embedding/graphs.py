"""A transformer's ONNX graph while an exporter rewrites it. Needs the extra `models` (onnx)."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.embedding.integers import Floats

_MICROSOFT = "com.microsoft"
_MICROSOFTS = {"DynamicQuantizeMatMul", "MatMulIntegerToFloat", "QAttention"}


@dataclass(frozen=True, slots=True)
class Linear:
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
    graph = Graph(onnx.load(options.optimized_model_filepath))
    Path(options.optimized_model_filepath).unlink()
    graph.skip_reshapes()
    return graph.finish()


class Graph:
    """A graph being rewritten: nodes in order, constants by name."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self.nodes = list(model.graph.node)
        self.makers = {output: node for node in self.nodes for output in node.output}

    def linears(self) -> list[Linear]:
        """Find every multiplication by a constant matrix, with its bias if it has one."""
        users = defaultdict(list)
        for node in self.nodes:
            for name in node.input:
                users[name].append(node)
        return [
            self._linear(node, users[node.output[0]])
            for node in self.nodes
            if node.op_type == "MatMul" and self.rank(node.input[1]) == 2
        ]

    def rank(self, name: str) -> int:
        """Return how many axes a constant has; -1 for what is no constant."""
        return self.constants[name].ndim if name in self.constants else -1

    def _linear(self, node: onnx.NodeProto, users: list[onnx.NodeProto]) -> Linear:
        weight = self.constants[node.input[1]]
        if len(users) == 1 and users[0].op_type == "Add":
            other = next((n for n in users[0].input if n != node.output[0]), "")
            if self.rank(other) == 1:
                bias = self.constants[other]
                return Linear((node, users[0]), node.input[0], users[0].output[0], weight, bias)
        return Linear((node,), node.input[0], node.output[0], weight, None)

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

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; return its name, for the nodes that take it."""
        self.constants[name] = value
        return name

    @staticmethod
    def node(kind: str, inputs: list[str], outputs: list[str], **values: Any) -> onnx.NodeProto:
        """Make a node, of onnxruntime's own kinds or of the standard's."""
        domain = _MICROSOFT if kind in _MICROSOFTS else ""
        return helper.make_node(kind, inputs, outputs, domain=domain, **values)

    def splice(self, old: list[onnx.NodeProto], new: list[onnx.NodeProto]) -> None:
        """Put nodes where the first of the old ones stands, and take those out."""
        at = min(self._index(node) for node in old)
        gone = {id(node) for node in old}
        before = [node for node in self.nodes[:at] if id(node) not in gone]
        rest = [node for node in self.nodes[at:] if id(node) not in gone]
        self.nodes = before + new + rest

    def _index(self, node: onnx.NodeProto) -> int:
        return next(i for i, other in enumerate(self.nodes) if other is node)

    def finish(self) -> onnx.ModelProto:
        """Return the model with only the nodes and constants that its output needs."""
        needed = {output.name for output in self.model.graph.output}
        nodes = []
        for node in reversed(self.nodes):
            if needed & set(node.output):
                needed |= set(node.input)
                nodes.append(node)
        graph = helper.make_graph(
            nodes[::-1],
            "encoder",
            list(self.model.graph.input),
            list(self.model.graph.output),
            [
                numpy_helper.from_array(value, name)
                for name, value in self.constants.items()
                if name in needed
            ],
        )
        opsets = {o.domain: o.version for o in self.model.opset_import} | {_MICROSOFT: 1}
        used = {node.domain for node in nodes} | {""}
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(d, v) for d, v in opsets.items() if d in used],
            ir_version=self.model.ir_version,
        )
