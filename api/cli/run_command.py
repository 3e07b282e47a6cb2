"""Runs the command line: every error becomes one clear line (or problem object) and an exit code.

0 done, 1 failed, 2 misused, 3 the verdict is `not_found`, 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence

import typer

from api.output import prepare_streams, say
from api.problem_details import FAILED, Problem, misuse, problem_of, system_failure
from api.schemas import to_json
from index.errors import ExcerptError

NOT_FOUND = 3
INTERRUPTED = 130

_ASKING = (" ask", " search", " explain")
"""Commands whose one argument is in plain words, of which a shell makes as many arguments."""

_EXTRA = "Got unexpected extra argument"


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    prepare_streams()
    as_json = wants_json(arguments)
    try:
        code = app(args=list(arguments), prog_name="excerpt", standalone_mode=False)
        sys.stdout.flush()
    except ExcerptError as error:
        return report(problem_of(error), as_json)
    except typer.TyperException as error:
        return report(misuse(usage(error)), as_json)
    except BrokenPipeError:
        return close_quietly()
    except OSError as error:
        return report(system_failure(error), as_json)
    if code == INTERRUPTED:
        say("excerpt: interrupted; the index keeps its last generation")
    return int(code or 0)


def usage(error: typer.TyperException) -> str:
    """Return what is wrong with a command line, and where the right one is described."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "excerpt"
    message = error.format_message().rstrip(".")
    if command.endswith(_ASKING) and message.startswith(_EXTRA):
        message += "; put the question in quotes"
    return f"{message}; see: {command} --help"


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether errors are to be problem objects, even when the arguments do not parse."""
    options = list(arguments)
    end = options.index("--") if "--" in options else len(options)
    return "--json" in options[:end]


def report(problem: Problem, as_json: bool) -> int:
    """Write a problem to stderr and return its exit code."""
    if as_json:
        print(to_json(problem.json()), file=sys.stderr)
    else:
        say(f"excerpt: {problem.detail}")
    return problem.exit_code


def close_quietly() -> int:
    """Give up on a stdout that nobody reads, so that the interpreter's last flush is silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
