"""A sentence-transformers model as one ONNX graph: token ids in, unit vector out.

Needs the extra `models` (PyTorch, sentence-transformers, onnx); only the exporter imports this.

The whole module chain is traced (transformer, pooling, dense layers, normalisation) for one
unpadded text, so the graph takes no attention mask. Attention becomes onnxruntime's fused
MultiHeadAttention for every architecture that uses transformers' attention interface, and for
MPNet, which has an attention of its own.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from torch.onnx import symbolic_helper
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask
from transformers.models.mpnet.modeling_mpnet import MPNetSelfAttention

INPUT, OUTPUT = "input_ids", "sentence_embedding"
OPSET = 20
ATTENTION = "excerpt_fused"
_TRACED_LENGTH = 24

Axes = Mapping[str, Mapping[int, str]]


class _FusedAttention(torch.autograd.Function):
    """Attention over (1, n, heads * size) inputs, written to ONNX as one operator."""

    @staticmethod
    def forward(
        _: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        bias: torch.Tensor | None,
        heads: int,
        scale: float,
    ) -> torch.Tensor:
        q, k, v = (x.reshape(*x.shape[:-1], heads, -1).transpose(1, 2) for x in (query, key, value))
        mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, bias, scale=scale)
        return mixed.transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(
        g: Any, query: Any, key: Any, value: Any, bias: Any, heads: int, scale: float
    ) -> Any:
        inputs = [query, key, value]
        if bias is not None and not bias.node().mustBeNone():
            optional: Any = symbolic_helper._optional_input_placeholder_tensor
            absent = [optional(g) for _ in range(2)]
            inputs += [*absent, bias]
        operator = "com.microsoft::MultiHeadAttention"
        return g.op(operator, *inputs, num_heads_i=heads, scale_f=scale).setType(query.type())


def _attention(
    _module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **_: object,
) -> tuple[torch.Tensor, None]:
    """Attention as transformers calls it: (1, heads, n, size) in, (1, n, heads, size) out."""
    heads, size = int(query.shape[1]), int(query.shape[3])
    groups = heads // int(key.shape[1])
    if groups > 1:
        key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    flat = (x.transpose(1, 2).reshape(1, -1, heads * size) for x in (query, key, value))
    fused: Any = _FusedAttention.apply
    mixed = fused(*flat, attention_mask, heads, scaling or size**-0.5)
    return mixed.unflatten(-1, (heads, size)), None


class _MPNetAttention(torch.nn.Module):
    """MPNet's attention over one unpadded text, fused; its position bias goes with it."""

    def __init__(self, own: MPNetSelfAttention) -> None:
        super().__init__()
        self.own = own

    def forward(
        self,
        states: torch.Tensor,
        _mask: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        **_: object,
    ) -> tuple[torch.Tensor]:
        own = self.own
        heads, scale = own.num_attention_heads, own.attention_head_size**-0.5
        fused: Any = _FusedAttention.apply
        mixed = fused(own.q(states), own.k(states), own.v(states), bias, heads, scale)
        return (own.o(mixed),)


def fuse_mpnet(model: torch.nn.Module) -> None:
    """Put the fused attention in the place of every MPNet attention in a model."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, MPNetSelfAttention):
                setattr(module, name, _MPNetAttention(child))


class _Chain(torch.nn.Module):
    """The model's modules in order, over the ids of one text."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.steps = torch.nn.ModuleList(model)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        features: dict[str, Any] = {INPUT: ids}
        for step in self.steps:
            features = step(features)
            # Pooling reads it; the transformer before it must not, or the graph grows a mask.
            features["attention_mask"] = torch.ones_like(ids)
        vector: torch.Tensor = features[OUTPUT]
        return torch.nn.functional.normalize(vector, dim=-1)


def register_attention() -> None:
    """Make `attn_implementation=ATTENTION` known to transformers."""
    AttentionInterface.register(ATTENTION, _attention)
    AttentionMaskInterface.register(ATTENTION, eager_mask)


def load(source: str) -> SentenceTransformer:
    """Load a model by name or path, on the CPU, ready to be traced."""
    register_attention()
    try:
        model = SentenceTransformer(
            source, device="cpu", model_kwargs={"attn_implementation": ATTENTION}
        )
    except ValueError as error:
        if "attn_implementation" not in str(error) and ATTENTION not in str(error):
            raise
        model = SentenceTransformer(
            source, device="cpu", model_kwargs={"attn_implementation": "eager"}
        )
    fuse_mpnet(model)
    return model.float().eval()


def trace(model: SentenceTransformer, path: Path) -> None:
    """Write the model as a float32 ONNX graph."""
    ids = torch.arange(_TRACED_LENGTH).remainder(len(model.tokenizer))[None]
    write(_Chain(model), ids, path, {INPUT: {1: "length"}, OUTPUT: {}})


def write(module: torch.nn.Module, ids: torch.Tensor, path: Path, axes: Axes) -> None:
    """Write a module as a float32 ONNX graph, traced with ``ids``, int64 (1, length).

    ``axes`` names its input and then its outputs, each with those of its axes whose sizes vary.
    """
    with torch.no_grad(), warnings.catch_warnings():
        # The newer exporter rewrites the graph through onnxscript and knows no fused attention.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            # The exporter restores the mode it finds, and a new module is in training mode.
            module.eval(),
            (ids,),
            str(path),
            input_names=list(axes)[:1],
            output_names=list(axes)[1:],
            dynamic_axes={name: sizes for name, sizes in axes.items() if sizes},
            opset_version=OPSET,
            dynamo=False,
        )


def vector(model: SentenceTransformer, ids: list[int]) -> torch.Tensor:
    """Return what PyTorch itself makes of one text's token ids, shape (dim,)."""
    with torch.no_grad():
        traced: torch.Tensor = _Chain(model)(torch.tensor([ids]))[0]
        return traced
