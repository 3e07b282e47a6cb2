"""Broken weights are found when the reader is opened, never when it is asked."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_files import CALIBRATION, CONFIG, MODEL, TOKENIZER, default_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "weights"))


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")


def accept(folder: Path) -> None:
    """Make the config agree with the files, as a wrong export would."""
    digest = sha256((folder / MODEL).read_bytes()).hexdigest()
    rewrite(folder / CONFIG, lambda config: config["sha256"].update({MODEL: digest}))


@pytest.mark.parametrize("name", [MODEL, TOKENIZER, CONFIG, CALIBRATION])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        ExtractiveReader(folder)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_flipped_byte_is_found(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        ExtractiveReader(folder)


def test_weights_that_are_not_numbers_are_found(folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(folder / MODEL)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            values = np.full_like(onnx.numpy_helper.to_array(tensor), np.nan)
            tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
    onnx.save(model, folder / MODEL)
    accept(folder)
    with pytest.raises(ModelError, match="finite"):
        ExtractiveReader(folder)


def test_a_file_that_is_no_model_is_found(folder: Path) -> None:
    (folder / MODEL).write_bytes(b"not a model")
    accept(folder)
    with pytest.raises(ModelError, match="cannot be run"):
        ExtractiveReader(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.pop("open"),
        lambda values: values["open"].pop("cosine"),
        lambda values: values["closed"]["right"].update(intercept="high"),
        lambda values: values["closed"]["other"]["weights"].update(margin=float("nan")),
        lambda values: values["closed"].update(answered=0.6),
        lambda values: values["open"]["answered"].update({"0.1": float("inf")}),
    ],
)
def test_a_spoilt_calibration_is_found(folder: Path, change: Callable[[dict], object]) -> None:
    rewrite(folder / CALIBRATION, change)
    with pytest.raises(ModelError, match="calibration"):
        ExtractiveReader(folder)


def test_a_calibration_that_is_given_takes_the_place_of_a_spoilt_one(folder: Path) -> None:
    values = json.loads((folder / CALIBRATION).read_text())
    (folder / CALIBRATION).unlink()
    given = {**values, "embedder": "another"}
    assert ExtractiveReader(folder, calibration=given).embedder == "another"


def test_a_config_without_digests_is_found(folder: Path) -> None:
    rewrite(folder / CONFIG, lambda config: config.pop("sha256"))
    with pytest.raises(ModelError, match="sha256"):
        ExtractiveReader(folder)


def test_the_shipped_weights_are_small_enough() -> None:
    assert sum(path.stat().st_size for path in default_folder().iterdir()) < 30_000_000
