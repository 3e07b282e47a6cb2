"""The wheel, installed where there is no checkout, answers from its own seeds without PyTorch."""

import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution
from importlib.metadata import distribution as metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
QUESTION = "who leads Operation Southern Spear?"
NO_NETWORK = "import socket, sys\n\ndef refuse(event, arguments):\n" + (
    "    if event in {'socket.connect', 'socket.getaddrinfo'}:\n"
    "        raise SystemExit(f'network use: {event} {arguments}')\n\n"
    "sys.addaudithook(refuse)\n"
)


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel with what it says that it needs, and return the environment's folder."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    run(*pip(folder), "install", "--quiet", "--no-compile", "--no-deps", wheel)
    (site,) = (folder / "lib").glob("python*/site-packages")
    (excerpt,) = Distribution.discover(path=[str(site)])
    for needed in needs(excerpt):
        link(needed, site)
    return folder


def needs(distribution: Distribution) -> list[Distribution]:
    """Return the distributions, of those here, that one needs by what it says of itself."""
    every: dict[str, Distribution] = {}
    met = set()
    pending = [(distribution, "")]
    while pending:
        each, extra = pending.pop()
        for required in map(Requirement, each.requires or ()):
            if required.marker is not None and not required.marker.evaluate({"extra": extra}):
                continue
            for wanted in {"", *required.extras}:
                if (required.name, wanted) not in met:
                    met.add((required.name, wanted))
                    every[required.name] = metadata(required.name)
                    pending.append((every[required.name], wanted))
    return list(every.values())


def link(distribution: Distribution, site: Path) -> None:
    """Put a distribution's files into an environment, as links."""
    for file in distribution.files or ():
        place = site / file
        if ".." not in file.parts and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file.locate())


def pip(folder: Path) -> tuple[str | Path, ...]:
    """Return the command that is pip, of here, for an environment that has none of its own."""
    return (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment that knows nothing of the checkout and may not use the network."""
    home = tmp_path_factory.mktemp("elsewhere")
    (home / "sitecustomize.py").write_text(NO_NETWORK)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(home),
        "LANG": "C.UTF-8",
    }


def test_the_wheel_carries_seeds_weights_and_type_marks(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("index", "retrieval", "api", "eval", "seeds"):
        assert f"{package}/py.typed" in names
    for path in (ROOT / "seeds").glob("*.txt"):
        assert f"seeds/{path.name}" in names
    assert any(name.endswith(".onnx") for name in names)
    for name in ("changes.safetensors", "graph.onnx", "calibration.json"):
        assert f"retrieval/reader/weights/best/{name}" in names
    for path in (ROOT / "retrieval").rglob("*.tsv"):
        assert str(path.relative_to(ROOT)) in names
    assert not any(name.startswith("tests/") for name in names)


def test_the_wheel_answers_from_its_own_seeds(installed, elsewhere):
    command = (installed / "bin" / "excerpt", "ask", QUESTION, "--json")
    found = json.loads(run(*command, env=elsewhere, cwd=elsewhere["HOME"]).stdout)
    assert found["verdict"] in {"answered", "uncertain"}
    assert found["answers"]
    for answer in found["answers"]:
        citation = answer["citation"]
        assert Path(citation["uri"]).is_relative_to(installed)
        text = Path(citation["uri"]).read_text(encoding="utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        start, end = citation["utf8"]
        assert text.encode()[start:end].decode() == citation["quote"]
        start, end = citation["utf16"]
        utf16 = text.encode("utf-16-le")
        assert utf16[2 * start : 2 * end].decode("utf-16-le") == citation["quote"]


def test_every_way_in_has_what_it_imports(installed, elsewhere):
    ways = "import api.cli.main, api.http.server, api.mcp.mcp_server"
    run(installed / "bin" / "python", "-c", ways, env=elsewhere, cwd=elsewhere["HOME"])


def test_answering_imports_neither_torch_nor_transformers(installed, elsewhere):
    packages = {
        each["name"] for each in json.loads(run(*pip(installed), "list", "--format", "json").stdout)
    }
    assert packages.isdisjoint({"torch", "transformers", "sentence-transformers"})
    done = run(
        *(installed / "bin" / "python", "-X", "importtime", "-m", "api.cli.main", "ask"),
        QUESTION,
        env=elsewhere,
        cwd=elsewhere["HOME"],
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "retrieval.engine" in imported
    assert imported.isdisjoint({"torch", "transformers", "sentence_transformers", "fastapi"})
