"""`excerpt-eval report`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.run_options import Json, Runs, can_write, runs_folder
from eval.commands.run_output import print_json, say, summary


def report(
    saved: Annotated[
        list[Path],
        typer.Argument(metavar="RUN...", help="Saved runs of one set, by name or path."),
    ],
    html: Annotated[Path, typer.Option("--html", help="Where to write the page.")],
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Write one page about a run, or several side by side."""
    from eval.report import render
    from eval.runs.record import load, run_folder

    can_write(html)
    loaded = [load(run_folder(each, runs_folder(runs))) for each in saved]
    html.write_text(render(loaded), "utf-8", "surrogatepass")
    if as_json:
        print_json({"html": str(html), "runs": list(map(summary, loaded))})
    else:
        say(f"wrote {html}")
