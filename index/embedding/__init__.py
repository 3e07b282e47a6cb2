"""Text to unit vectors, by onnxruntime and tokenizers alone.

all-MiniLM-L6-v2 ships inside the package (`weights/`) as an 8-bit ONNX graph with pooling and
normalisation inside, so that nothing is fetched, and PyTorch is not needed, to index or to ask.

    bundle.py   a model on disk: config.json, model.onnx, tokenizer.json, their sizes and digests
    runtime.py  OnnxEmbedder: one text a call, on as many threads as there are cores
    onnx_export.py  any sentence-transformers model to a bundle (extra `models`), kept in a cache
    trace.py    the model's whole module chain as a float32 graph
    int8.py     that graph in 8-bit integers, as fast as onnxruntime runs it
    integers.py its matrices as integers whose sums saturate on no CPU

One text a call, never a padded batch: dynamic quantisation takes its scale from all that is in a
batch, so a text's vector would depend on its neighbours. It is also the fastest way on a CPU.
"""

from pathlib import Path

from index.embedding.bundle import Bundle
from index.embedding.runtime import OnnxEmbedder
from index.errors import ModelError

__all__ = ["DEFAULT_MODEL", "OnnxEmbedder", "open_embedder"]

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_SHIPPED = Path(__file__).parent / "weights"


def open_embedder(name_or_path: str = DEFAULT_MODEL) -> OnnxEmbedder:
    """Open an embedder by the name or local path of a sentence-transformers model.

    The default model comes with the package. Another one is exported at its first use, which
    needs the extra `models`, and kept in the user's cache. `NAME:fp32` is the same model without
    quantisation; a bundle that `python -m index.embedding.onnx_export` wrote opens by its path.

    Raises:
        ModelError: when the model is missing, damaged, or cannot be exported.
    """
    if name_or_path == DEFAULT_MODEL:
        return OnnxEmbedder(Bundle.open(_SHIPPED))
    if (Path(name_or_path) / "excerpt.json").is_file():
        return OnnxEmbedder(Bundle.open(Path(name_or_path)))
    # The exporter's cache is looked up without the extra; only a new export needs it.
    from index.embedding.cache import cached_bundle, cached_names

    try:
        return OnnxEmbedder(cached_bundle(name_or_path))
    except ModelError as error:
        there = ", ".join([DEFAULT_MODEL, *cached_names()])
        raise ModelError(f"{error}; those here are: {there}") from error
