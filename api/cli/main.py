"""The `excerpt` command: lists the commands and runs the one that is asked for."""

import sys
from typing import Annotated

import typer

from api.cli.ask_command import ask
from api.cli.exchange_commands import export_folder, import_folder
from api.cli.explain_command import explain
from api.cli.index_command import index
from api.cli.keys_commands import app as keys
from api.cli.list_command import list_documents
from api.cli.mcp_command import mcp
from api.cli.readers_commands import app as readers
from api.cli.rm_command import rm
from api.cli.run_command import run
from api.cli.search_command import search
from api.cli.serve_command import serve
from api.cli.show_command import show
from api.cli.status_command import status
from api.cli.verify_command import verify
from api.problem_details import MISUSED

app = typer.Typer(
    name="excerpt",
    add_completion=False,
    # Plain help and errors: the rich ones would cost every start the import of rich.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for _command in (index, search, ask, explain, show, status, rm, verify, serve, mcp):
    app.command()(_command)
app.command("list")(list_documents)
app.command("export")(export_folder)
app.command("import")(import_folder)
app.add_typer(keys, name="keys")
app.add_typer(readers, name="readers")


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"excerpt {version('excerpt')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def excerpt(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Ask a set of documents a question; get the exact words that answer it.

    Every answer is quoted from a document, says where it stands and whose words it is; or the
    verdict is that these documents do not say. Exit codes: 0 done, 1 failed, 2 misused, 3 not
    found, 130 interrupted.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(MISUSED)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(app, sys.argv[1:]))


if __name__ == "__main__":
    main()
