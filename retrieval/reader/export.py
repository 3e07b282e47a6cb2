"""`python -m retrieval.reader.export`: trained weights to the int8 ONNX files that are shipped.

    python -m retrieval.reader.export --out retrieval/reader/weights --weights FILE [FILE …]
    python -m retrieval.reader.export --out FOLDER --teacher ENCODER --weights FILE

The second makes the larger reader of what `train --teacher ENCODER` wrote or `keep` kept. Several
weights, of runs that differ in their seed, are averaged: runs from one encoder lie in one basin,
and their mean reads better than either (Wortsman et al., 2022, Model soups). Needs
`excerpt[models]`. Writes `model.onnx`, `tokenizer.json` and `config.json` with checksums;
`calibrate` writes the calibration that belongs to them.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

import index.embedding
from index.embedding import int8, trace
from index.errors import ModelError
from retrieval.reader.model_files import CONFIG, MODEL, TOKENIZER
from retrieval.reader.training.checkpoint import average
from retrieval.reader.training.depth import layers_of
from retrieval.reader.training.encoding import MAX_TOKENS
from retrieval.reader.training.model import default_encoder
from retrieval.reader.training.teacher import Teacher
from retrieval.reader.training.trained import trained_teacher

MAX_QUESTION = 64
_SMALL = "sentence-transformers/all-MiniLM-L6-v2"
_LARGE = "sentence-transformers/all-mpnet-base-v2"
_TRACED_LENGTH = 48


class _Spans(nn.Module):
    """The network over one unpadded window: ids int64 (1, tokens) to scores (2, tokens).

    Segments follow from the ids: all after the first `[SEP]` is the passage. Row 0 holds the
    start logits, row 1 the end logits.
    """

    def __init__(self, model: PreTrainedModel, separator: int) -> None:
        super().__init__()
        self.model = model
        self.separator = separator

    def forward(self, ids: Tensor) -> Tensor:
        separators = (ids == self.separator).long()
        segments = (separators.cumsum(1) - separators).clamp(max=1)
        output = self.model(input_ids=ids, token_type_ids=segments)
        return torch.cat([output.start_logits, output.end_logits])


class _LargeSpans(nn.Module):
    """The larger network, called as `_Spans` is; it knows no segments."""

    def __init__(self, teacher: Teacher) -> None:
        super().__init__()
        trace.fuse_mpnet(teacher)
        self.teacher = teacher

    def forward(self, ids: Tensor) -> Tensor:
        output = self.teacher(ids, torch.ones_like(ids))
        return torch.cat([output.start_logits, output.end_logits])


def export(weights: Sequence[Path], out: Path, encoder: Path, *, quantise: bool = True) -> None:
    """Write the weights folder for the mean of `weights`."""
    tokenizer = Tokenizer.from_file(str(encoder / TOKENIZER))
    separator = tokenizer.token_to_id("[SEP]")
    if separator is None:
        raise ModelError(f"{encoder / TOKENIZER} has no [SEP] token; name a BERT encoder")
    trace.register_attention()
    learnt = average(weights)
    model = AutoModelForQuestionAnswering.from_pretrained(
        encoder, attn_implementation=trace.ATTENTION, num_hidden_layers=layers_of(learnt)
    )
    model.load_state_dict(learnt, strict=False)
    _write(_Spans(model.float(), separator), encoder / TOKENIZER, out, _SMALL, quantise)


def export_large(weights: Path, out: Path, encoder: Path, *, quantise: bool = True) -> None:
    """Write the weights folder for a trained teacher.

    Args:
        weights: what training made of it, or changed of it.
        out: the folder to write.
        encoder: the folder of the MPNet it was made of.
        quantise: multiply in 8-bit integers.
    """
    network = _LargeSpans(trained_teacher(encoder, weights))
    _write(network, default_encoder() / TOKENIZER, out, _LARGE, quantise)


def _write(network: nn.Module, vocabulary: Path, out: Path, encoder: str, quantise: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder, "traced.onnx")
        ids = torch.arange(1000, 1000 + _TRACED_LENGTH)[None]
        axes = {"ids": {1: "tokens"}, "scores": {1: "tokens"}}
        trace.write(network, ids, traced, axes)
        graph = int8.simplify(traced)
    if quantise:
        graph = int8.quantize(graph, _sample_inputs(Tokenizer.from_file(str(vocabulary))))
    onnx.save(graph, out / MODEL)
    shutil.copy(vocabulary, out / TOKENIZER)
    config = {
        "encoder": encoder,
        "max_tokens": MAX_TOKENS,
        "max_question": MAX_QUESTION,
        "sha256": {n: sha256((out / n).read_bytes()).hexdigest() for n in (MODEL, TOKENIZER)},
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _sample_inputs(tokenizer: Tokenizer) -> list[list[int]]:
    """Question and passage pairs that show the quantiser how large activations get."""
    folder = Path(index.embedding.__file__).parent
    texts = (folder / "calibration.txt").read_text(encoding="utf-8").splitlines()
    questions = [text for text in texts if text.endswith("?")] or texts[:1]
    passages = [text for text in texts if len(text) > 200]
    pairs = [(question, text) for text in passages for question in questions]
    return [encoding.ids[:MAX_TOKENS] for encoding in tokenizer.encode_batch(pairs)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Export by the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.reader.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, nargs="+", help="float16 files")
    parser.add_argument("--out", type=Path, required=True, help="weights folder to write")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--teacher", type=Path, help="the MPNet that one FILE was trained from")
    parser.add_argument("--fp32", action="store_true", help="leave the weights unquantised")
    options = parser.parse_args(arguments)
    quantise = not options.fp32
    if options.teacher is None:
        encoder = options.encoder or default_encoder()
        export(options.weights, options.out, encoder, quantise=quantise)
    elif len(options.weights) > 1 or options.encoder:
        parser.error("--teacher takes one of --weights and no --encoder")
    else:
        export_large(options.weights[0], options.out, options.teacher, quantise=quantise)


if __name__ == "__main__":
    main()
