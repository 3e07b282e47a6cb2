"""A network's graph without its weights, the graph with them again, and its folder on disk.

Tracing a network needs PyTorch and gives the same graph for all weights. So it is traced once, by
whoever exports it, and whoever has the weights puts them in with onnx alone (extra ``best``).
"""

import json
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer

import index.embedding
from index.embedding import int8
from index.errors import ModelError
from retrieval.reader.install.weight_changes import Floats, trained_weights
from retrieval.reader.model_files import CONFIG, MAX_TOKENS, MODEL, TOKENIZER

MAX_QUESTION = 64
_LARGE = "sentence-transformers/all-mpnet-base-v2"
_TURNED = "/transposed"


def emptied(graph: onnx.ModelProto, weights: Mapping[str, Floats]) -> onnx.ModelProto:
    """Return ``graph`` with the names of ``weights`` in the places of what they hold.

    Every weight differs from the others, and so do the first numbers of each and of its transpose.

    Raises:
        ModelError: a weight is not found in the graph, which may have been folded into another.
    """
    names = {_key(value): name for name, value in weights.items()}
    names |= {_key(value.T): name + _TURNED for name, value in weights.items() if value.ndim == 2}
    empty = onnx.ModelProto()
    empty.CopyFrom(graph)
    matched = set()
    for constant in empty.graph.initializer:
        name = names.get(_key(numpy_helper.to_array(constant)))
        if name is not None:
            matched.add(name.removesuffix(_TURNED))
            constant.doc_string = name
            constant.ClearField("raw_data")
    if missing := sorted(weights.keys() - matched):
        raise ModelError(f"the traced graph has no {missing[0]}, or not as it was")
    return empty


def filled(empty: onnx.ModelProto, weights: Mapping[str, Floats]) -> onnx.ModelProto:
    """Return a graph of `emptied` with weights put in.

    Raises:
        ModelError: one is not among ``weights``, or of another shape.
    """
    graph = onnx.ModelProto()
    graph.CopyFrom(empty)
    for constant in graph.graph.initializer:
        name = constant.doc_string.removesuffix(_TURNED)
        if not name:
            continue
        value = weights.get(name)
        if value is not None and name != constant.doc_string:
            value = value.T
        if value is None or value.shape != tuple(constant.dims):
            raise ModelError(f"the weights have no {name} of the shape that the graph wants")
        constant.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), constant.name))
    return graph


def assemble(
    empty: onnx.ModelProto,
    weights: Path,
    encoder: Path,
    vocabulary: Path,
    out: Path,
    quantise: bool = True,
) -> None:
    """Write the folder of a larger reader, all but its calibration.

    Args:
        empty: its graph without weights.
        weights: what training made of it, or changed of it.
        encoder: the folder of the MPNet it was made of.
        vocabulary: the ``tokenizer.json`` that it reads.
        out: the folder to write.
        quantise: multiply in 8-bit integers.
    """
    graph = filled(empty, trained_weights(encoder, weights))
    write_folder(graph, vocabulary, out, _LARGE, quantise=quantise, by_token=True)


def write_folder(
    graph: onnx.ModelProto,
    vocabulary: Path,
    out: Path,
    encoder: str,
    *,
    quantise: bool = True,
    by_token: bool = False,
) -> None:
    """Write a reader's folder, all but its calibration.

    Args:
        graph: float32, as `index.embedding.graphs.simplify` leaves it.
        vocabulary: the ``tokenizer.json`` that it reads.
        out: the folder to write.
        encoder: the name of what it was trained from.
        quantise: multiply in 8-bit integers.
        by_token: as `index.embedding.int8.quantize` says.
    """
    out.mkdir(parents=True, exist_ok=True)
    if quantise:
        samples = _sample_inputs(Tokenizer.from_file(str(vocabulary)))
        graph = int8.quantize(graph, samples, by_token=by_token)
    onnx.save(graph, out / MODEL)
    shutil.copy(vocabulary, out / TOKENIZER)
    config = {
        "encoder": encoder,
        "max_tokens": MAX_TOKENS,
        "max_question": MAX_QUESTION,
        "sha256": {n: sha256((out / n).read_bytes()).hexdigest() for n in (MODEL, TOKENIZER)},
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _key(value: NDArray[np.generic]) -> tuple[tuple[int, ...], bytes]:
    return value.shape, np.ascontiguousarray(value).reshape(-1)[:16].tobytes()


def _sample_inputs(tokenizer: Tokenizer) -> list[list[int]]:
    """Question and passage pairs that show the quantiser how large activations get."""
    folder = Path(index.embedding.__file__).parent
    texts = (folder / "calibration.txt").read_text(encoding="utf-8").splitlines()
    questions = [text for text in texts if text.endswith("?")] or texts[:1]
    passages = [text for text in texts if len(text) > 200]
    pairs = [(question, text) for text in passages for question in questions]
    return [encoding.ids[:MAX_TOKENS] for encoding in tokenizer.encode_batch(pairs)]
