"""`excerpt-eval report`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import can_write


def report(
    runs: Annotated[list[Path], typer.Argument(help="Saved runs of one set of questions.")],
    html: Annotated[Path, typer.Option("--html", help="Where to write the page.")],
) -> None:
    """Write one page about a run, or several side by side."""
    from eval.report import render
    from eval.runs.record import load

    can_write(html)
    html.write_text(render([load(folder) for folder in runs]), "utf-8", "surrogatepass")
    typer.echo(f"wrote {html}", err=True)
