"""The documentation cannot drift: it is generated, run or looked up here."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from api.problem_details import problem_of
from index.errors import ExcerptError

ROOT = Path(__file__).parents[1]
PACKAGES = ("api.", "index.", "retrieval.")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TERMINAL = re.compile(r"```console\n(.*?)```", re.DOTALL)
REFERENCE = (sys.executable, "-m", "typer", "api.cli.main", "utils", "docs", "--name", "excerpt")
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_command_line_reference_is_what_the_command_line_says(tmp_path):
    written = tmp_path / "cli.md"
    subprocess.run(
        [*REFERENCE, "--output", str(written)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    current = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written.read_text(encoding="utf-8") == current, "run `make docs`"


def test_it_is_said_wherever_scores_are_shown_that_they_belong_to_their_query(excerpt):
    http, reference = ((ROOT / "docs" / name).read_text("utf-8") for name in ("http.md", "cli.md"))
    for page in (README, http, reference, excerpt("search", "--help").stdout):
        assert "cannot be compared" in " ".join(page.split())


def test_every_status_of_the_http_endpoints_is_told():
    from api.http.app import create_app
    from api.http.settings import ServerSettings

    page = (ROOT / "docs" / "http.md").read_text("utf-8")
    told = set(re.findall(r"^\| (\d{3}) \|", page, re.MULTILINE))
    operations = create_app(None, ServerSettings()).openapi()["paths"].values()
    statuses = {code for each in operations for one in each.values() for code in one["responses"]}
    assert statuses - {"200", "202", "304"} == told - {"405", "421"}
    assert {str(problem_of(kind("")).status) for kind in ExcerptError.__subclasses__()} <= told


def test_every_type_of_error_is_told():
    from api.http.problems import PLAIN, http_problem

    def kinds(error):
        ours = [each for each in error.__subclasses__() if each.__module__.startswith(PACKAGES)]
        return {error.slug}.union(*map(kinds, ours))

    page = (ROOT / "docs" / "http.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| \d{3}", page, re.MULTILINE)
    told = {slug for row in rows for slug in re.findall(r"`([a-z-]+)`", row)}
    plain = {http_problem(status, "").slug for status in PLAIN}
    assert told == kinds(ExcerptError) | plain | {"invalid-request", "system"}


def commands():
    """Return the `excerpt` commands that the README shows, in order."""
    lines = "".join(TERMINAL.findall(README)).splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ excerpt ")]


def test_the_readme_shows_each_command():
    shown = {shlex.split(command)[1] for command in commands()}
    assert shown >= {"index", "ask", "search", "show", "status", "verify", "serve"}


def printed():
    """Return the README's commands with the lines that it shows of their output, up to a …"""
    for block in TERMINAL.findall(README):
        command, _, output = block.removeprefix("$ ").partition("\n")
        if output.strip() and not output.startswith("$ "):
            yield pytest.param(command, output, id=command)


def unfold(shown):
    """Return a pattern of what is shown; a line with … alone stands for any lines."""
    lines = shown.splitlines()
    return "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in lines)


@pytest.mark.parametrize(("command", "output"), list(printed()))
def test_what_the_readme_shows_is_printed(excerpt, command, output):
    done = excerpt(*shlex.split(command)[1:], cwd=ROOT)
    assert re.fullmatch(unfold(output), done.stdout), done.stdout


def test_the_readme_shows_answers():
    assert len(list(printed())) >= 2


def test_the_readmes_commands_work_one_after_the_other(excerpt, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for path in (ROOT / "seeds").glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    document = ""
    for command in commands():
        if command.startswith("excerpt serve"):
            continue
        words = [document if word == "DOCUMENT" else word for word in shlex.split(command)[1:]]
        done = excerpt(*words, cwd=tmp_path, env=home)
        assert done.returncode in {0, 3}, (command, done.stderr)
        if command.startswith("excerpt search"):
            document = re.search(r"(\S+) \d+:\d+", done.stdout)[1]


def test_the_readmes_python_runs(tmp_path, seed_index):
    for block in PYTHON.findall(README):
        code = block.replace('"path/to/index"', repr(str(seed_index)))
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=120
        )
    assert PYTHON.findall(README)


@pytest.mark.parametrize("name", ["setup", "ask", "test", "serve", "bench", "help"])
def test_make_lists_its_targets(name):
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert re.search(rf"^{name} +\w", listed.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "page",
    [
        *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/http.md", "docs/mcp.md"),
        *("docs/figures.md", "docs/readers.md", "docs/filters.md"),
    ],
)
def test_links_between_the_pages_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} links to {target}"


def test_the_files_that_the_architecture_names_are_there():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = page.partition("## Where things are")[2]
    for name in re.findall(r"^    (\S+)  ", section, re.MULTILINE):
        assert (ROOT / name).exists(), f"ARCHITECTURE.md names {name}"
