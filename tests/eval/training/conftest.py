"""Networks small enough to train in a test, with the real tokenizer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering, MPNetConfig, MPNetModel

from eval.training.example_encoding import Encoder
from eval.training.model import default_encoder


@pytest.fixture(autouse=True)
def own_threads() -> Iterator[None]:
    """Have the threads that a command asks for only while its own test runs."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT small enough to train in a test, with the real tokenizer."""
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    BertForQuestionAnswering(config).save_pretrained(folder)
    shutil.copy(default_encoder() / "tokenizer.json", folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
def teacher_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MPNet small enough to train in a test, with the real vocabulary's size."""
    folder = tmp_path_factory.mktemp("teacher")
    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=30527, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    MPNetModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder(default_encoder() / "tokenizer.json")
