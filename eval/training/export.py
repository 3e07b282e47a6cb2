"""`python -m eval.training.export`: trained weights to the int8 ONNX files that are shipped.

    python -m eval.training.export --out retrieval/reader/weights --weights FILE [FILE …]
    python -m eval.training.export --out FOLDER --teacher ENCODER --weights FILE
    python -m eval.training.export --out FILE --teacher ENCODER

The second makes the larger reader of what `train --teacher ENCODER` or
`compress_teacher` wrote, the third
its graph without weights (`weights/best/graph.onnx`), which is the same for all of them. Several
weights, of runs that differ in their seed, are averaged: runs from one encoder lie in one basin,
and their mean reads better than either (Wortsman et al., 2022, Model soups). Needs
`excerpt[models]`. Writes `model.onnx`, `tokenizer.json` and `config.json` with checksums;
`calibrate` writes the calibration that belongs to them.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from eval.training.checkpoint import average
from eval.training.depth import layers_of
from eval.training.model import default_encoder
from eval.training.teacher import Teacher
from index.embedding import graphs, trace
from index.errors import ModelError
from retrieval.reader.install.assembly import assemble, emptied, write_folder
from retrieval.reader.model_files import TOKENIZER

_SMALL = "sentence-transformers/all-MiniLM-L6-v2"
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
    graph = _traced(_Spans(model.float(), separator))
    write_folder(graph, encoder / TOKENIZER, out, _SMALL, quantise=quantise)


def export_large(weights: Path, out: Path, encoder: Path, *, quantise: bool = True) -> None:
    """Write the weights folder for a trained teacher.

    Args:
        weights: what training made of it, or changed of it.
        out: the folder to write.
        encoder: the folder of the MPNet it was made of.
        quantise: multiply in 8-bit integers.
    """
    assemble(trace_large(encoder), weights, encoder, default_encoder() / TOKENIZER, out, quantise)


def trace_large(encoder: Path) -> onnx.ModelProto:
    """Return a teacher's graph without its weights; an MPNet's folder says how large it is."""
    teacher = Teacher(encoder)
    # By numbers like no others each weight is known again in the graph.
    for parameter in teacher.parameters():
        nn.init.normal_(parameter)
    weights = {name: value.detach().numpy() for name, value in teacher.named_parameters()}
    return emptied(_traced(_LargeSpans(teacher)), weights)


def _traced(network: nn.Module) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder, "traced.onnx")
        ids = torch.arange(1000, 1000 + _TRACED_LENGTH)[None]
        axes = {"ids": {1: "tokens"}, "scores": {1: "tokens"}}
        trace.write(network, ids, traced, axes)
        return graphs.simplify(traced)


def main(arguments: Sequence[str] | None = None) -> None:
    """Export by the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m eval.training.export", description=__doc__)
    parser.add_argument("--weights", type=Path, nargs="+", default=[], help="float16 files")
    parser.add_argument(
        "--out", type=Path, required=True, help="weights folder (or graph) to write"
    )
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--teacher", type=Path, help="the MPNet that one FILE was trained from")
    parser.add_argument("--fp32", action="store_true", help="leave the weights unquantised")
    options = parser.parse_args(arguments)
    quantise = not options.fp32
    if options.teacher is None and not options.weights:
        parser.error("name the weights to export with --weights")
    elif options.teacher is None:
        encoder = options.encoder or default_encoder()
        export(options.weights, options.out, encoder, quantise=quantise)
    elif len(options.weights) > 1 or options.encoder:
        parser.error("--teacher takes one of --weights and no --encoder")
    elif not options.weights:
        onnx.save(trace_large(options.teacher), options.out)
    else:
        export_large(options.weights[0], options.out, options.teacher, quantise=quantise)


if __name__ == "__main__":
    main()
