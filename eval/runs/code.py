"""Which code and weights made a run: version, commit where there is a checkout, readers' files."""

import subprocess
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from os import fsdecode
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("index", "retrieval", "eval", "seeds")
"""What a run's figures come from."""


def _git(*arguments: str) -> bytes | None:
    if not (_ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(  # a fixed program, arguments of our own
            ["git", "-C", str(_ROOT), *arguments], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _changes() -> str | None:
    """Return a digest of how the packages differ from the commit: "" not at all, None unknown."""
    changed = _git("diff", "HEAD", "--full-index", "--no-ext-diff", "--no-textconv", "--",
                   *_PACKAGES)  # fmt: skip
    added = _git("ls-files", "--others", "--exclude-standard", "-z", "--", *_PACKAGES)
    if changed is None or added is None:
        return None
    whole = sha256(changed)
    for name in filter(None, added.split(b"\0")):
        path = _ROOT / fsdecode(name)
        whole.update(name + b"\0")
        whole.update(sha256(path.read_bytes()).digest() if path.is_file() else b"")
    return whole.hexdigest()[:16] if changed or added else ""


def code_version() -> dict[str, str | bool | None]:
    """Return the version, the commit, whether the packages differ from it, and a digest of how.

    What is not known is None.
    """
    try:
        installed: str | None = version("excerpt")
    except PackageNotFoundError:
        installed = None
    commit, changes = _git("rev-parse", "HEAD"), _changes()
    return {
        "version": installed,
        "commit": None if commit is None else commit.decode(),
        "modified": None if changes is None else bool(changes),
        "changes": changes or None,
    }


def reader_fingerprint() -> str:
    """Return a digest of the files that readers carry: weights and calibrations."""
    folder = _ROOT / "retrieval" / "reader"
    kept = sorted(
        path for path in (*folder.glob("*.json"), *folder.glob("weights/**/*")) if path.is_file()
    )
    whole = sha256()
    for path in kept:
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()
