"""A model on disk: what `export` writes and the runtime opens.

A folder of `model.onnx`, `tokenizer.json` and `excerpt.json`, which describes the model and holds
the size and digest of both files.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from index.errors import ModelError

CONFIG = "excerpt.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"

Precision = Literal["int8", "fp32"]


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file's size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileDigest":
        """Measure a file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.stat().st_size, digest)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What a bundle holds. `max_tokens` counts the special tokens; prompts precede the text."""

    name: str
    dim: int
    max_tokens: int
    precision: Precision
    files: Mapping[str, FileDigest]
    query_prompt: str = ""
    passage_prompt: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    """Source, licence, recipe: for people."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of all that shapes the vectors."""
        shaping = {
            "files": {name: digest.sha256 for name, digest in sorted(self.files.items())},
            "prompts": [self.query_prompt, self.passage_prompt],
            "max_tokens": self.max_tokens,
        }
        return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write `excerpt.json`."""
        content = {**asdict(self), "fingerprint": self.fingerprint}
        (folder / CONFIG).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "ModelConfig":
        """Read `excerpt.json`.

        Raises:
            ModelError: when it is missing, or is not what `write` makes.
        """
        path = folder / CONFIG
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            recorded = content.pop("fingerprint")
            files = {name: FileDigest(**digest) for name, digest in content.pop("files").items()}
            config = cls(**content, files=files)
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing: {_REPAIR}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path} cannot be read ({error}): {_REPAIR}") from error
        if config.fingerprint != recorded:
            raise ModelError(f"{path} was changed after it was written: {_REPAIR}")
        return config


_REPAIR = "install Excerpt again, or remove the folder if it is in a cache"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle: its folder and its configuration."""

    folder: Path
    config: ModelConfig

    @classmethod
    def open(cls, folder: Path) -> "Bundle":
        """Read the configuration and check the sizes of the files; `check` does the digests.

        Raises:
            ModelError: when something is missing, cut short, or unreadable.
        """
        bundle = cls(folder, ModelConfig.read(folder))
        for name, digest in bundle.config.files.items():
            path = folder / name
            size = path.stat().st_size if path.is_file() else None
            if size != digest.size:
                state = "is missing" if size is None else f"has {size} bytes, not {digest.size}"
                raise ModelError(f"{path} {state}: {_REPAIR}")
        return bundle

    def check(self) -> None:
        """Compare the files with their digests.

        Raises:
            ModelError: when one differs.
        """
        for name, digest in self.config.files.items():
            path = self.folder / name
            if FileDigest.of(path) != digest:
                raise ModelError(f"{path} is damaged (its SHA-256 differs): {_REPAIR}")
