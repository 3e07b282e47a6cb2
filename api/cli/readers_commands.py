"""`excerpt readers`: which readers there are, and the larger one made in one command."""

from typing import Annotated

import typer

from api.cli.options import JsonOption
from api.output import print_json, say
from index.errors import InputError

app = typer.Typer(help="List the readers, and make the larger one.", rich_markup_mode=None)

_WHAT = {
    "auto": "best where it was made, fast elsewhere; taken unless another is asked for",
    "fast": "the shipped reader",
    "best": "larger: finds and refuses better, takes five times as long",
    "sentence": "whole sentences by the words they share, for comparison",
}


@app.command("list")
def list_readers(as_json: JsonOption = False) -> None:
    """List the readers, and whether each is ready."""
    from retrieval.reader.install.larger import is_made
    from retrieval.reader.registry import READERS

    ready = {name: name != "best" or is_made() for name in READERS.names()}
    if as_json:
        print_json({"readers": [{"name": name, "ready": each} for name, each in ready.items()]})
        return
    for name, each in ready.items():
        state = "" if each else " (not made yet: excerpt readers install best)"
        print(f"{name:<9} {_WHAT.get(name, 'added by a package')}{state}")


@app.command()
def install(
    name: Annotated[str, typer.Argument(metavar="NAME", help="`best`.")],
    as_json: JsonOption = False,
) -> None:
    """Make the larger reader: download its parts (380 MiB), check them, and put it together.

    What is there already is not downloaded again. The parts are deleted once it is made.
    """
    from retrieval.reader.install import packages
    from retrieval.reader.install.larger import is_made, made_folder

    if name != "best":
        raise InputError(f"{name!r} needs no making; best can be installed")
    if not is_made():
        packages.fetch(say)
    folder = made_folder()
    packages.forget()
    if as_json:
        print_json({"reader": name, "folder": str(folder)})
    else:
        print(f"The reader 'best' is in {folder}; questions are read by it from now on.")
