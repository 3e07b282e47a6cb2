"""A language model that learns to ask: what it is given and what is made of what it writes."""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as Bytes
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from eval.training.labelled_rows import Gold, Row, read_rows, record
from eval.training.question_passages import in_folder, questions_to_learn, to_ask_about
from eval.training.question_writer import QuestionGenerator, read_lines
from index.errors import LoadError

PASSAGE = "Lima was founded by Pizarro in 1535. It is the capital of Peru."
ASKED = "1535 | When was Lima founded?\n"


@pytest.fixture(scope="module")
def generator() -> QuestionGenerator:
    """A language model of small layers that knows nothing yet."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = Bytes()
    letters = ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [PASSAGE, ASKED], BpeTrainer(special_tokens=["<end>"], initial_alphabet=letters)
    )
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=8,
        num_attention_heads=2,
        num_key_value_heads=1,
    )
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")
    return QuestionGenerator(fast, LlamaForCausalLM(config))


def test_it_asks_what_it_learnt_to_ask(generator: QuestionGenerator) -> None:
    row = Row("Lima", PASSAGE, "When was Lima founded?", (Gold(31, 35),))
    steps = generator.learn([row], minutes=30, seed=3, learning_rate=0.01)
    losses = list(islice(steps, 150))
    assert losses[-1] < 0.1 * losses[0]
    asked = set(generator.ask([replace(row, question="", golds=())] * 3, seed=3))
    assert row in asked


def test_lines_become_questions_with_the_answers_place() -> None:
    written = (
        "Pizarro | Who founded Lima?\n"
        "Pizarro | Who founded Lima?\n"
        "none | Who destroyed Lima?\n"
        "no question in this line\n"
        " | Where is the capital?\n"
        "Peru | Why?\n"
        "Peru | What is Lima the capital of, and since wh"
    )
    about = Row("Lima", PASSAGE, "", ())
    assert [(row.question, row.answers) for row in read_lines(written, about)] == [
        ("Who founded Lima?", ("Pizarro",)),
        ("Who destroyed Lima?", ()),
        ("Where is the capital?", ()),
    ]


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [
        Row("Lima", PASSAGE, "When was Lima founded?", (Gold(31, 35),)),
        Row("Lima", PASSAGE, "Who destroyed Lima?", ()),
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(record(row)) + "\n" for row in rows), encoding="utf-8")
    assert read_rows(path) == rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one set of two passages, one of them long, and an article in sentences."""
    (tmp_path / "train").mkdir()
    sets = {
        "squad": [
            Row("Lima", PASSAGE, "When was Lima founded?", (Gold(31, 35),)),
            Row("Quito", "Quito lies high. " * 100, "Where does it lie?", ()),
        ],
        "qamr": [Row("Wiki1k:wikinews:1:0:0", "It rained.", "What did it do?", (Gold(3, 9),))],
        "qasrl": [Row("Wiki1k:wikinews:1:0:1", "Then it was dry.", "What was dry?", ())],
    }
    for name, rows in sets.items():
        lines = (json.dumps(record(row)) + "\n" for row in rows)
        (tmp_path / "train" / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_long_passages_are_asked_about_in_parts_and_known_questions_are_listed(data: Path) -> None:
    known, passages = to_ask_about(data, seed=5)
    assert (PASSAGE, "when was lima founded?") in known
    contexts = [row.context for row in passages]
    assert PASSAGE in contexts
    assert "It rained. Then it was dry." in contexts
    assert "".join(one for one in contexts if "Quito" in one).count("Quito") <= 100
    assert max(map(len, contexts)) <= 1200
    assert not any(row.question or row.golds for row in passages)


def test_the_documents_of_a_folder_are_passages_too(tmp_path: Path) -> None:
    (tmp_path / "lima.txt").write_text(PASSAGE, encoding="utf-8")
    (tmp_path / "quito.html").write_text("<p>Quito lies high.</p>" * 100, encoding="utf-8")
    contexts = [row.context for row in in_folder(tmp_path, seed=5)]
    assert PASSAGE in contexts
    assert "<p>" not in "".join(contexts)
    assert max(map(len, contexts)) <= 1200


@pytest.mark.parametrize("wrong", ["nothing", "binary"])
def test_a_folder_that_cannot_be_asked_about_is_an_error(wrong: str, tmp_path: Path) -> None:
    if wrong == "binary":
        (tmp_path / "speech.bin").write_bytes(b"\0\1")
    with pytest.raises(LoadError, match="no document" if wrong == "nothing" else "no loader"):
        in_folder(tmp_path, seed=5)


def test_a_set_that_is_missing_is_left_out(data: Path) -> None:
    (data / "train" / "squad.jsonl").unlink()
    assert questions_to_learn(data, seed=5) == []
