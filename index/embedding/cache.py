"""Exported models, kept under the user's cache folder and found again without PyTorch."""

import hashlib
import importlib.util
import re
from pathlib import Path

from platformdirs import user_cache_path

from index.embedding.bundle import CONFIG, Bundle, ModelConfig, Precision
from index.errors import ModelError


def cached_bundle(name_or_path: str) -> Bundle:
    """Return the bundle of a model, exporting it if this is its first use.

    Raises:
        ModelError: when it cannot be found or exported.
    """
    source, precision = _split(name_or_path)
    folder = cache_folder(source, precision)
    if not (folder / CONFIG).is_file():
        _require_extra(name_or_path)
        from index.embedding.onnx_export import export

        export(source, folder, precision)
    return Bundle.open(folder)


def cached_names() -> list[str]:
    """Return the names of the models that were exported before, sorted."""
    folder = user_cache_path("excerpt") / "models"
    configs = sorted(folder.glob(f"*/{CONFIG}")) if folder.is_dir() else []
    return sorted({ModelConfig.read(path.parent).name for path in configs})


def cache_folder(source: str, precision: Precision) -> Path:
    """Return where a model's bundle is kept; a local model's place follows its content."""
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(source).name or source)[:40]
    key = hashlib.sha256(f"{precision} {_identity(source)}".encode()).hexdigest()[:16]
    return user_cache_path("excerpt") / "models" / f"{readable}-{precision}-{key}"


def _split(name: str) -> tuple[str, Precision]:
    if name.endswith(":fp32"):
        return name.removesuffix(":fp32"), "fp32"
    return name.removesuffix(":int8"), "int8"


def _identity(source: str) -> str:
    """Name a hub model by its name, a local one by its files' names, sizes and times."""
    path = Path(source)
    if not path.is_dir():
        return source
    files = sorted(file for file in path.rglob("*") if file.is_file())
    stats = [(file, file.stat()) for file in files]
    listing = [f"{file.relative_to(path)} {s.st_size} {s.st_mtime_ns}" for file, s in stats]
    return "\n".join([str(path.resolve()), *listing])


def _require_extra(name: str) -> None:
    if any(importlib.util.find_spec(part) is None for part in ("sentence_transformers", "onnx")):
        raise ModelError(f"exporting {name} needs PyTorch: pip install 'excerpt[models]'")
