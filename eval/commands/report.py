"""`excerpt-eval report`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import Json, can_write
from eval.commands.output import print_json, say, summary


def report(
    runs: Annotated[list[Path], typer.Argument(help="Saved runs of one set of questions.")],
    html: Annotated[Path, typer.Option("--html", help="Where to write the page.")],
    as_json: Json = False,
) -> None:
    """Write one page about a run, or several side by side."""
    from eval.report import render
    from eval.runs.record import load

    can_write(html)
    loaded = [load(folder) for folder in runs]
    html.write_text(render(loaded), "utf-8", "surrogatepass")
    if as_json:
        print_json({"html": str(html), "runs": list(map(summary, loaded))})
    else:
        say(f"wrote {html}")
