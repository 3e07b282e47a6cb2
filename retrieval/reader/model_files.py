"""The reader's files on disk: the network, its tokenizer, their description and checksums."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import ModelError

MODEL, TOKENIZER, CONFIG, CALIBRATION = (
    "model.onnx",
    "tokenizer.json",
    "config.json",
    "calibration.json",
)
MAX_TOKENS = 320
"""Wordpieces of a question and a part of its passage that a network is trained to read at once."""


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """A weights folder; all of it is checked but the network, the only large file.

    `digest` is the sha256 that the network in `model` has when it is whole. `max_tokens` and
    `max_question` are what it was trained to read, in wordpieces.
    """

    model: Path
    digest: str
    tokenizer: bytes
    calibration: Mapping[str, Any]
    max_tokens: int
    max_question: int

    def check_model(self) -> None:
        """Check the network's file.

        Raises:
            ModelError: it is not the one that was exported.
        """
        _checked(self.model, self.digest)


def default_folder() -> Path:
    """Return the folder of the shipped weights."""
    return Path(str(files("retrieval"))) / "reader" / "weights"


def load_files(folder: Path, calibration: Mapping[str, Any] | None = None) -> ReaderFiles:
    """Read a weights folder and check its files, but for the network, against `config.json`.

    A `calibration` that is given takes the place of the folder's.

    Raises:
        ModelError: a file is missing, unreadable, or not the one that the config describes.
    """
    config = _json(folder / CONFIG)
    try:
        digests = config["sha256"]
        tokenizer = _checked(folder / TOKENIZER, digests[TOKENIZER])
        digest = str(digests[MODEL])
        sizes = int(config["max_tokens"]), int(config["max_question"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder / CONFIG} lacks or spoils the entry {error}; reinstall Excerpt or export "
            "the reader again with: python -m eval.training.export"
        ) from error
    values = _json(folder / CALIBRATION) if calibration is None else calibration
    return ReaderFiles(folder / MODEL, digest, tokenizer, values, *sizes)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the reader's file {path} cannot be read ({error.strerror}); reinstall "
            "Excerpt or name another weights folder"
        ) from error


def _checked(path: Path, digest: str) -> bytes:
    content = _bytes(path)
    actual = sha256(content).hexdigest()
    if actual != digest:
        raise ModelError(
            f"the reader's file {path} is damaged: its sha256 is {actual}, "
            f"{CONFIG} says {digest}; reinstall Excerpt or restore the file"
        )
    return content


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(path))
    except ValueError as error:
        raise ModelError(f"the reader's file {path} is not JSON: {error}; restore it") from error
    if not isinstance(value, dict):
        raise ModelError(f"the reader's file {path} is not a JSON object; restore it")
    return value
