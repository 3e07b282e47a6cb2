"""Networks examined on articles that no one trained on, alone and together."""

import json
import math
from pathlib import Path

import pytest
import torch

from eval.training import model
from eval.training.checkpoint import save_weights
from eval.training.evaluate import divergence, scores, unanswered
from eval.training.examine import SETS, main
from eval.training.example_encoding import Encoder
from eval.training.labelled_rows import Gold, Row, record
from eval.training.teacher import Teacher
from eval.training.trained_weights import trained_reader
from retrieval.reader.model_files import default_folder

CONTEXT = "Lima, the capital of Peru, was founded by Francisco Pizarro in 1535."
SHIPPED = default_folder() / "model.onnx"


def row(question: str, answer: str, title: str = "Towns", context: str = CONTEXT) -> Row:
    start = context.index(answer)
    return Row(title, context, question, (Gold(start, start + len(answer)),) if answer else ())


EASY = [
    row("When was Lima founded?", "1535"),
    row("Who founded Lima?", "Francisco Pizarro"),
    row("Which country is Lima the capital of?", "Peru"),
    row("How many people live in Cairo?", ""),
]


def written(rows: list[Row], folder: Path) -> Path:
    (folder / "tune").mkdir()
    lines = [json.dumps(record(one)) for one in rows]
    for name in SETS:
        (folder / "tune" / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_each_network_is_examined_and_their_mean(
    teacher_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # No article of another part may be asked about, or a choice is made by what it is judged on.
    others = [row("When was Lima founded?", "Lima", "Cities")]
    data = written([*EASY, *others], tmp_path)
    weights = tmp_path / "teacher.safetensors"
    save_weights(Teacher(teacher_folder).state_dict(), weights)
    main([
        "--data", str(data), "--reader", str(SHIPPED), "--teacher", str(teacher_folder),
        "--weights", str(weights), "--threads", "1",
    ])  # fmt: skip
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = (str(SHIPPED), str(weights), "mean")
    assert [(one["set"], one["network"]) for one in lines] == [(s, n) for s in SETS for n in names]
    by = {one["network"]: one for one in lines if one["set"] == "squad2"}
    assert (by[str(SHIPPED)]["EM"], by[str(SHIPPED)]["AUROC"]) == (100, 1)
    assert by[str(weights)]["EM"] < 100
    assert by[str(SHIPPED)]["divergence"] > 0
    assert not any("divergence" in by[which] for which in (str(weights), "mean"))


def test_a_reader_diverges_from_a_teacher_by_what_its_start_and_end_lack() -> None:
    teacher = [torch.tensor([[0.5, 0.5], [1.0, 0.0]]).log().clamp(min=-1e30)]
    assert divergence(teacher, teacher) == 0
    reader = [torch.tensor([[0.5, 0.5], [0.25, 0.75]]).log()]
    assert divergence(reader, teacher) == pytest.approx(math.log(4), abs=1e-3)


def test_what_is_read_beside_it_changes_no_score(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # bfloat16, where it is the faster, rounds more than padding could hide behind.
    monkeypatch.setattr(model, "trains_in_bfloat16", lambda: False)
    reader = trained_reader(SHIPPED)
    longer = row("What is the capital of Peru?", "Lima", context=CONTEXT * 4)
    asked = unanswered(encoder, [*EASY, longer])
    together = scores(reader, asked)
    for example, expected in zip(asked, together, strict=True):
        (alone,) = scores(reader, [example])
        real = expected > torch.finfo(torch.float32).min
        torch.testing.assert_close(alone[real], expected[real], atol=1e-3, rtol=1e-3)


def test_a_teacher_is_not_taken_for_a_reader(teacher_folder: Path, tmp_path: Path) -> None:
    weights = tmp_path / "teacher.safetensors"
    save_weights(Teacher(teacher_folder).state_dict(), weights)
    with pytest.raises(ValueError, match="not the small network"):
        trained_reader(weights)


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [([], "--reader or --weights"), (["--weights", "t.safetensors"], "--teacher ENCODER")],
)
def test_an_examination_names_whom_it_examines(
    arguments: list[str], missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--data", "data", *arguments])
    assert missing in capsys.readouterr().err.splitlines()[-1]
