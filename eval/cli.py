"""The `excerpt-eval` command: measures, compares, checks, reports, tunes.

Exit codes: 0 done, 1 failed (a measure dropped, say), 2 misused, 130 interrupted.
"""

import json
import sys
from collections.abc import Sequence

import typer

from eval.commands.attribution_command import attribution
from eval.commands.check_command import run_check
from eval.commands.compare_command import run_comparison
from eval.commands.qa_command import qa
from eval.commands.report_command import report
from eval.commands.retrieval_command import retrieval
from eval.commands.tune_command import tune
from index.errors import ExcerptError, InputError

FAILED, MISUSED, INTERRUPTED = 1, 2, 130

_EXTRA = frozenset({"ir_measures", "scipy"})
"""What the extra `eval` installs."""

app = typer.Typer(
    name="excerpt-eval",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for _command in (retrieval, qa, attribution, report, tune):
    app.command()(_command)
app.command("compare")(run_comparison)
app.command("check")(run_check)


@app.callback()
def excerpt_eval() -> None:
    """Learn how good every answer is, and prove every change.

    Needs no judge but the data: the same run gives the same figures every time.
    """


_TITLES = {
    "bad-data": "The data cannot be measured on",
    "bad-run": "The saved run cannot be used",
    "regression": "A measure dropped",
    "usage": "The command line cannot be understood",
    "missing-extra": "A library is not installed",
    "system": "The operating system refused",
}
"""What the kinds of problems are, in words; others are named after their exit code."""


def problem(slug: str, detail: str, code: int) -> dict[str, str | int]:
    """Return an error as the members of RFC 9457, section 3.1; `status` is what HTTP would say."""
    other = "The request cannot be used as it is" if code == MISUSED else "Something went wrong"
    return {
        "type": f"urn:excerpt:problem:{slug}",
        "title": _TITLES.get(slug, other),
        "status": 422 if code == MISUSED else 500,
        "detail": detail,
    }


def _report(slug: str, detail: str, code: int, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(problem(slug, detail, code), ensure_ascii=False), file=sys.stderr)
    else:
        print(f"excerpt-eval: {detail}", file=sys.stderr)
    return code


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error becomes one clear message."""
    as_json = "--json" in arguments
    try:
        code = app(args=list(arguments), prog_name="excerpt-eval", standalone_mode=False)
    except ExcerptError as error:
        misused = isinstance(error, InputError)
        return _report(error.slug, str(error), MISUSED if misused else FAILED, as_json=as_json)
    except typer.TyperException as error:
        return _report("usage", error.format_message(), MISUSED, as_json=as_json)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        detail = f"{error.name} is not installed; run: pip install 'excerpt[eval]'"
        return _report("missing-extra", detail, FAILED, as_json=as_json)
    except OSError as error:
        return _report("system", str(error), FAILED, as_json=as_json)
    if code == INTERRUPTED:
        print("excerpt-eval: interrupted; the same command goes on from here", file=sys.stderr)
    return int(code or 0)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
