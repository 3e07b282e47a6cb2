"""`python -m retrieval.reader.export`: trained weights to the int8 ONNX files that are shipped.

    python -m retrieval.reader.export --weights /var/tmp/reader/reader-fp16.safetensors \
        --out retrieval/reader/weights

Needs `excerpt[train]`. Writes `model.onnx`, `tokenizer.json` and `config.json` with checksums;
`calibrate` writes the calibration that belongs to them.
"""

import argparse
import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import PreTrainedModel

from retrieval.reader.model_files import CONFIG, MODEL, TOKENIZER
from retrieval.reader.training.encoding import MAX_TOKENS
from retrieval.reader.training.model import default_encoder, load_model

MAX_QUESTION = 64
OPSET = 17


class _Spans(nn.Module):
    """The network over one unpadded window: no attention mask, two outputs of (1, tokens)."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        output = self.model(input_ids=input_ids, token_type_ids=token_type_ids)
        return output.start_logits, output.end_logits


def export(weights: Path, out: Path, encoder: Path, *, quantise: bool = True) -> None:
    """Write the weights folder for the network in a float16 safetensors file."""
    model = load_model(encoder)
    model.load_state_dict(load_file(weights), strict=False)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = Path(folder, "plain.onnx"), Path(folder, "fused.onnx")
        _trace(model.train(False), plain)
        _fuse(model, plain, fused)
        if quantise:
            _quantise(fused, out / MODEL)
        else:
            shutil.copy(fused, out / MODEL)
    shutil.copy(encoder / TOKENIZER, out / TOKENIZER)
    config = {
        "encoder": "sentence-transformers/all-MiniLM-L6-v2",
        "max_tokens": MAX_TOKENS,
        "max_question": MAX_QUESTION,
        "sha256": {n: sha256((out / n).read_bytes()).hexdigest() for n in (MODEL, TOKENIZER)},
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _trace(model: PreTrainedModel, path: Path) -> None:
    ids = torch.arange(1000, 1048)[None]
    segments = torch.zeros_like(ids)
    axes = {name: {1: "tokens"} for name in ("input_ids", "token_type_ids", "start", "end")}
    with torch.no_grad(), warnings.catch_warnings():
        # The traced exporter's graph is the one that onnxruntime's fusions know.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Spans(model),
            (ids, segments),
            str(path),
            input_names=["input_ids", "token_type_ids"],
            output_names=["start", "end"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def _fuse(model: PreTrainedModel, plain: Path, fused: Path) -> None:
    """Fuse attention, layer norms and activations into onnxruntime's own operators."""
    from onnxruntime.transformers.optimizer import optimize_model

    config = model.config
    optimised = optimize_model(
        str(plain),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
    )
    optimised.save_model_to_file(str(fused))


def _quantise(fused: Path, path: Path) -> None:
    """Quantise weights to int8, a scale per channel: one per tensor lost four points of F1."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Shape inference stops at fused operators, so that the type of what follows must be named.
    untyped = {"DefaultTensorType": TensorProto.FLOAT}
    quantize_dynamic(
        fused, path, per_channel=True, weight_type=QuantType.QInt8, extra_options=untyped
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Export by the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.reader.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="float16 safetensors file")
    parser.add_argument("--out", type=Path, required=True, help="weights folder to write")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--fp32", action="store_true", help="leave the weights unquantised")
    options = parser.parse_args(arguments)
    encoder = options.encoder or default_encoder()
    export(options.weights, options.out, encoder, quantise=not options.fp32)


if __name__ == "__main__":
    main()
