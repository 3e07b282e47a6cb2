"""What somebody at a terminal sees: the command on a pseudo-terminal."""

import os
import pty
import re
import struct
import subprocess
import sys
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

ROOT = Path(__file__).parents[3]
QUESTION = "who leads Operation Southern Spear?"
STYLE = re.compile(r"\x1b\[([\d;]*)m")
ESCAPE = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


@pytest.fixture
def terminal(clean_home):
    """Return `terminal(*arguments, columns=80, **variables)`: the code, and all that was shown."""

    def run(*arguments, columns=80, **variables):
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        plain = {k: v for k, v in clean_home.items() if k not in {"COLUMNS", "LINES", "NO_COLOR"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**plain, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **variables},
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += (part := os.read(ours, 65536))
            except OSError:  # Linux says so when the last writer has gone
                break
            if not part:
                break
        os.close(ours)
        return process.wait(timeout=60), shown.decode()

    return run


def lines(shown):
    return [line.rstrip() for line in ESCAPE.sub("", shown).splitlines()]


def words(shown):
    return " ".join(" ".join(lines(shown)).split())


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_an_answer_fits_the_terminal(terminal, seed_index, columns):
    code, shown = terminal("ask", QUESTION, "--index", str(seed_index), columns=columns)
    assert code == 0
    assert max(map(len, lines(shown))) <= columns
    assert "what Defense Secretary Pete Hegseth has termed Operation Southern Spear" in words(shown)


@pytest.mark.parametrize("columns", [30, 80])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_what_is_copied_from_a_terminal_ends_in_no_spaces(terminal, seed_index, command, columns):
    _, shown = terminal(command, QUESTION, "--index", str(seed_index), columns=columns)
    plain = ESCAPE.sub("", shown).replace("\r", "").split("\n")
    assert any(line.startswith("    ") for line in plain)
    assert [line for line in plain if line.endswith(" ")] == []


def test_the_words_stand_out_in_their_sentence(terminal, seed_index):
    _, shown = terminal("ask", QUESTION, "--index", str(seed_index), columns=120)
    assert "\x1b[1;7mDefense Secretary Pete Hegseth\x1b[0m" in shown
    assert "«" not in shown


def test_no_color_leaves_no_colours_but_the_words_still_stand_out(terminal, seed_index):
    _, shown = terminal("ask", QUESTION, "--index", str(seed_index), NO_COLOR="1")
    styles = {part for each in STYLE.findall(shown) for part in each.split(";")}
    assert not any(part.startswith(("3", "4", "9")) and len(part) > 1 for part in styles)
    assert "7" in styles


def test_a_terminal_that_knows_no_styles_gets_marks(terminal, seed_index):
    _, shown = terminal("ask", QUESTION, "--index", str(seed_index), TERM="dumb")
    assert "\x1b" not in shown
    assert "«Defense Secretary Pete Hegseth»" in words(shown)


def test_indexing_draws_a_bar_and_takes_it_away(terminal, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"Note {number} is about boats.")
    code, shown = terminal("index", str(folder), "--index", str(tmp_path / "index"))
    assert code == 0
    assert "of 40 files" in shown or "of 40 documents" in shown
    assert "━" in shown
    left = re.split(r"\x1b\[2K", shown)[-1]
    assert lines(left)[-1].startswith("generation 1: 40 added")
    assert "━" not in left
    code, shown = terminal("index", "--quiet", "--index", str(tmp_path / "index"))
    assert (code, shown) == (0, "")
