"""Which code and weights made a run: version, commit where there is a checkout, readers' files."""

import subprocess
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def _git(*arguments: str) -> str | None:
    if not (_ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(  # a fixed program, arguments of our own
            ["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def code_version() -> dict[str, str | bool | None]:
    """Return the version, the commit and whether tracked files differ from it (null: unknown)."""
    try:
        installed: str | None = version("excerpt")
    except PackageNotFoundError:
        installed = None
    changes = _git("status", "--porcelain", "--untracked-files=no")
    return {
        "version": installed,
        "commit": _git("rev-parse", "HEAD"),
        "modified": None if changes is None else bool(changes),
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
