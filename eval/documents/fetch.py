"""The documents of question sets, fetched.

Each `SET.toml` names Debian packages and files in them. They are downloaded with `apt-get download`
and unpacked with `dpkg -x`, nothing is installed; the files go to `INTO/SET/<path>`, decompressed.
"""

import gzip
import shutil
import subprocess
import tempfile
from pathlib import Path

from eval.data.document_sets import DocumentSet
from eval.errors import DataError


def fetch(wanted: DocumentSet, folder: Path) -> None:
    """Download a set's packages and copy its files into `folder`; those there are kept.

    Raises:
        DataError: a package cannot be downloaded, or lacks a file.
    """
    missing = [name for name in wanted.files if not (folder / name).is_file()]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for package in wanted.packages:
            _run("apt-get", "download", package, at=scratch)
        for archive in scratch.glob("*.deb"):
            _run("dpkg", "-x", str(archive), str(scratch / "root"), at=scratch)
        for each in missing:
            _copy(scratch / "root", each, folder, wanted)


def _run(*command: str, at: Path) -> None:
    try:
        subprocess.run(command, cwd=at, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise DataError(f"{command[0]} is not here; fetch documents on a Debian system") from error
    except subprocess.CalledProcessError as error:
        raise DataError(f"{' '.join(command)} failed: {error.stderr.strip()}") from error


def _copy(root: Path, name: str, folder: Path, wanted: DocumentSet) -> None:
    """Copy one file of the packages, decompressed where the package has it as `.gz`."""
    source, target = root / name, folder / name
    packed = source.with_name(source.name + ".gz")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copyfile(source, target)
    elif packed.is_file():
        target.write_bytes(gzip.decompress(packed.read_bytes()))
    else:
        raise DataError(f"{wanted.name}: {', '.join(wanted.packages)} have no file {name}")
