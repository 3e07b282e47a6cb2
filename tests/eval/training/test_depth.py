"""A network made deeper: it reads nearly as before, and is trained and exported as any other."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from eval.training.checkpoint import average, save_weights
from eval.training.depth import deepened, layers_of
from eval.training.export import export
from eval.training.model import default_encoder, load_model
from eval.training.shipped_weights import shipped_weights
from eval.training.train import main
from eval.training.trained_weights import trained_reader
from index.errors import ModelError
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.network import Network
from retrieval.reader.windows import Windower

SHIPPED = default_folder() / "model.onnx"
TEXT = "Lima is the capital of Peru. It was founded in 1535 by Francisco Pizarro."


@pytest.fixture(scope="module")
def shipped() -> dict[str, torch.Tensor]:
    return shipped_weights(SHIPPED)


def scores(weights: dict[str, torch.Tensor]) -> torch.Tensor:
    model = load_model(default_encoder(), layers=layers_of(weights)).eval()
    model.load_state_dict(weights)
    files = load_files(default_folder())
    windower = Windower(files.tokenizer, files.max_tokens, files.max_question)
    (window,) = windower.windows(windower.question("When was Lima founded?"), TEXT)
    ids = torch.from_numpy(window.ids)[None]
    segments = (torch.arange(ids.shape[1]) > ids[0].tolist().index(102)).long()[None]
    with torch.inference_mode():
        output = model(input_ids=ids, token_type_ids=segments)
    return torch.cat([output.start_logits, output.end_logits])


def test_a_deeper_network_reads_nearly_as_the_one_it_is_made_of(
    shipped: dict[str, torch.Tensor],
) -> None:
    had = layers_of(shipped)
    before, after = scores(shipped), scores(deepened(shipped, had + 3))
    assert after.argmax(1).tolist() == before.argmax(1).tolist()
    assert float((after - before).std()) < 0.5 * float(before.std())


def test_new_layers_lie_evenly_above_those_they_copy() -> None:
    weights = {"bert.pooler.weight": torch.ones(1)}
    for layer in range(6):
        for name in ("attention.self.query.weight", "output.dense.weight"):
            weights[f"bert.encoder.layer.{layer}.{name}"] = torch.tensor([layer + 1.0, 1.0])
        for name in ("output.LayerNorm.weight", "output.LayerNorm.bias"):
            weights[f"bert.encoder.layer.{layer}.{name}"] = torch.tensor([layer + 1.0, 1.0])
    deeper = deepened(weights, 9)
    layer = "bert.encoder.layer."
    copies = [float(deeper[f"{layer}{at}.attention.self.query.weight"][0]) for at in range(9)]
    assert copies == [1, 2, 2, 3, 4, 4, 5, 6, 6]
    silent = [not deeper[f"{layer}{at}.output.dense.weight"].any() for at in range(9)]
    assert silent == [False, False, True] * 3
    assert layers_of(deeper) == 9
    assert deeper["bert.pooler.weight"] is weights["bert.pooler.weight"]
    assert deepened(weights, 6).keys() == weights.keys()


@pytest.mark.parametrize("layers", [5, 13])
def test_a_depth_it_cannot_be_given_is_refused(layers: int) -> None:
    weights = {f"bert.encoder.layer.{at}.x": torch.ones(1) for at in range(6)}
    with pytest.raises(ValueError, match="6 to 12"):
        deepened(weights, layers)


def test_a_deeper_network_is_trained_and_exported(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    line = (
        '{"title": "Peru", "context": "Lima was founded in 1535.", "question": '
        '"When was Lima founded?", "answers": [{"text": "1535", "start": 20}]}\n'
    )
    (tmp_path / "train" / "squad.jsonl").write_text(line, encoding="utf-8")
    had = layers_of(shipped_weights(SHIPPED))
    main(["--data", str(tmp_path), "--refine", str(SHIPPED), "--layers", str(had + 1),
          "--out", str(tmp_path), "--steps", "2"])  # fmt: skip
    made = tmp_path / "reader-fp16.safetensors"
    weights = load_file(made)
    assert layers_of(weights) == had + 1
    # The copy's outputs, nought at first, have learnt.
    assert weights[f"bert.encoder.layer.{had}.output.dense.weight"].any()

    export([made], tmp_path / "int8", default_encoder())
    assert layers_of(shipped_weights(tmp_path / "int8" / "model.onnx")) == had + 1
    export([made], tmp_path / "fp32", default_encoder(), quantise=False)
    reader = trained_reader(made)
    ids = np.array([101, 2043, 2001, 102, 1999, 16246, 2629, 102], dtype=np.int64)
    with torch.inference_mode():
        expected = reader(
            input_ids=torch.from_numpy(ids)[None], token_type_ids=torch.tensor([[0] * 4 + [1] * 4])
        )
    start, _ = Network(tmp_path / "fp32" / "model.onnx").scores(ids)
    np.testing.assert_allclose(start, expected.start_logits[0], atol=2e-3)


def test_networks_of_different_depth_are_not_averaged(
    shipped: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    save_weights(deepened(shipped, layers_of(shipped) + 1), tmp_path / "deeper.safetensors")
    with pytest.raises(ModelError, match="layers"):
        average([SHIPPED, tmp_path / "deeper.safetensors"])


def test_layers_are_added_to_trained_weights_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--layers", "9", "--out", str(tmp_path)])
    assert "--refine" in capsys.readouterr().err
