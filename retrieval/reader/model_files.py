"""The reader's files on disk: the network, its tokenizer, their description and checksums."""

import json
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


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """A checked weights folder.

    `max_tokens` and `max_question` are what the network was trained to read, in wordpieces.
    """

    model: bytes
    tokenizer: bytes
    calibration: dict[str, Any]
    max_tokens: int
    max_question: int


def default_folder() -> Path:
    """Return the folder of the shipped weights."""
    return Path(str(files("retrieval"))) / "reader" / "weights"


def load_files(folder: Path) -> ReaderFiles:
    """Read a weights folder and check every file against `config.json`.

    Raises:
        ModelError: a file is missing, unreadable, or not the one that the config describes.
    """
    config = _json(folder, CONFIG)
    try:
        digests = config["sha256"]
        model, tokenizer = (_checked(folder, name, digests[name]) for name in (MODEL, TOKENIZER))
        sizes = int(config["max_tokens"]), int(config["max_question"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder / CONFIG} lacks or spoils the entry {error}; reinstall Excerpt or export "
            "the reader again with: python -m retrieval.reader.export"
        ) from error
    return ReaderFiles(model, tokenizer, _json(folder, CALIBRATION), *sizes)


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(
            f"the reader's file {folder / name} cannot be read ({error.strerror}); reinstall "
            "Excerpt or name another weights folder"
        ) from error


def _checked(folder: Path, name: str, digest: str) -> bytes:
    content = _bytes(folder, name)
    found = sha256(content).hexdigest()
    if found != digest:
        raise ModelError(
            f"the reader's file {folder / name} is damaged: its sha256 is {found}, "
            f"{CONFIG} says {digest}; reinstall Excerpt or restore the file"
        )
    return content


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(folder, name))
    except ValueError as error:
        raise ModelError(
            f"the reader's file {folder / name} is not JSON: {error}; restore it"
        ) from error
    if not isinstance(value, dict):
        raise ModelError(f"the reader's file {folder / name} is not a JSON object; restore it")
    return value
