"""The weights in the package: whole, or refused when they are opened."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import index.embedding
from index.embedding import open_embedder
from index.embedding.bundle import Bundle
from index.embedding.runtime import OnnxEmbedder
from index.errors import ModelError

WEIGHTS = Path(index.embedding.__file__).parent / "weights"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_a_copy_has_the_same_fingerprint(copy: Path) -> None:
    assert open_embedder(str(copy)).fingerprint == open_embedder().fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "excerpt.json"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError, match=name):
        Bundle.open(copy)


def test_a_file_cut_short_is_refused(copy: Path) -> None:
    data = (copy / "model.onnx").read_bytes()
    (copy / "model.onnx").write_bytes(data[:-1])
    with pytest.raises(ModelError, match="bytes, not"):
        Bundle.open(copy)


def test_one_flipped_bit_is_refused(copy: Path) -> None:
    data = bytearray((copy / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "model.onnx").write_bytes(data)
    with pytest.raises(ModelError, match="damaged"):
        OnnxEmbedder(Bundle.open(copy))


def test_a_changed_configuration_is_refused(copy: Path) -> None:
    config = (copy / "excerpt.json").read_text()
    (copy / "excerpt.json").write_text(config.replace('"max_tokens": 256', '"max_tokens": 512'))
    with pytest.raises(ModelError, match="changed"):
        Bundle.open(copy)


def test_the_licence_of_the_weights_is_stated() -> None:
    assert Bundle.open(WEIGHTS).config.about["licence"] == "Apache-2.0"


def test_no_cpu_saturates_a_product_with_the_weights() -> None:
    graph = onnx.load(WEIGHTS / "model.onnx").graph
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    multiplied = [
        numpy_helper.to_array(each).astype(np.int64)
        for each in graph.initializer
        if each.data_type == onnx.TensorProto.INT8 and len(each.dims) == 2
        if each.name not in looked_up
    ]
    assert len(multiplied) == 4 * 6
    for values in multiplied:
        for signed in (np.maximum(values, 0), np.maximum(-values, 0)):
            assert 255 * (signed[0::2] + signed[1::2]).max() <= 2**15 - 1
