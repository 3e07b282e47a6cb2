"""Where PyTorch and what else only training needs are not installed, the tests are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "scipy",
    "onnx",
    "safetensors",
)
BLOCKED = f"import sys; sys.modules.update(dict.fromkeys({HEAVY}))"


def quick_options() -> list[str]:
    """Return what `make quick` hands to pytest."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    line = re.search(r"^QUICK = (.*)$", makefile, re.MULTILINE)
    assert line is not None
    return [word.strip("'") for word in re.findall(r"'[^']*'|\S+", line[1])]


def test_make_quick_collects_without_pytorch(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BLOCKED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", *quick_options()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "test_engine.py" in done.stdout
