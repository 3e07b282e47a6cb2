"""The calibrator as a command, with the shipped weights."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.calibration.calibrate import main
from eval.data.splits import part_of, thinned
from retrieval.reader.model_files import CALIBRATION, default_folder

TEXT = "Lima is the capital of Peru. It was founded in 1535 by Francisco Pizarro."
ASKED = [
    ("When was Lima founded?", "1535"),
    ("Lima is the capital of which country?", "Peru"),
    ("Who founded Lima?", "the Spanish"),
    ("Which country destroyed Lima?", None),
]
SETS = ("squad2", "squad1", "fairytaleqa", "omosqa")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "tune").mkdir()
    for name in SETS:
        for part in ("calibrate", "report"):
            title = next(t for t in map(str, range(100)) if part_of(name, t) == part)
            context = TEXT if part == "calibrate" else TEXT.replace("1535", "1536")
            context += " The Spanish called it something else; that name was never in use."
            lines = []
            for question, answer in ASKED:
                start = -1 if answer is None else context.lower().find(answer.lower())
                golds = [{"text": context[start : start + len(answer or "")], "start": start}]
                row = {"title": title, "context": context, "question": question}
                lines.append(json.dumps({**row, "answers": golds if start >= 0 else []}))
            with (tmp_path / "tune" / f"{name}.jsonl").open("a", encoding="utf-8") as out:
                out.write("\n".join(lines) + "\n")
    return tmp_path


def test_weights_are_compared_on_the_articles_that_are_fitted_on(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = (default_folder() / CALIBRATION).read_bytes()
    main(["--data", str(data), "--compare", str(default_folder()), str(default_folder())])
    lines = capsys.readouterr().out.splitlines()
    told = [(line.split()[1], json.loads(line[line.index("{") :])) for line in lines]
    shown = dict(told[:5])
    assert told[5:] == [
        (name, {**figures, "EM_gained": [0.0, 0.0], "F1_gained": [0.0, 0.0]})
        for name, figures in told[:5]
    ]
    assert shown.keys() == {"all", *SETS}
    # The question of the year has no right answer in the other part.
    assert shown["squad2"] == {"EM": 66.6667, "F1": 66.6667, "AUROC": 1.0, "n": 4}
    assert shown["all"]["n"] == 16
    assert (default_folder() / CALIBRATION).read_bytes() == stored


@pytest.mark.parametrize(
    ("limit", "kept"), [(None, range(7)), (9, range(7)), (3, [0, 2, 4]), (1, [0])]
)
def test_fewer_questions_are_spread_over_all(limit: int | None, kept: Sequence[int]) -> None:
    assert thinned(list(range(7)), limit) == list(kept)
