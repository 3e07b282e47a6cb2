"""`excerpt keys`: who may use the server."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import JsonOption, path_named
from api.output import print_json, say, visible

app = typer.Typer(
    help="Make, list and revoke the API keys of `excerpt serve`.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        parser=path_named,
        envvar="EXCERPT_KEYS",
        metavar="FILE",
        help="The file of keys; by default your own.",
    ),
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            help="What it may do: read, write or admin (everything); repeat it for more "
            "[default: read].",
        ),
    ] = None,
    expression: Annotated[
        str | None,
        typer.Option(
            "--filter", metavar="EXPR", help="The only documents it sees, such as `team = a`."
        ),
    ] = None,
    keys: KeysOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, this once.

    Only a digest of it is kept. A server asks for keys as soon as there is one.
    """
    from api.keys import KeyFile, default_keys

    file = KeyFile(keys or default_keys())
    key, given = file.create(name, scope or ["read"], expression)
    if as_json:
        print_json({**key.public(), "key": given})
        return
    print(given)
    say(f"Key {key.id} of {visible(name)}, kept as a digest in {file.path}; it is not shown again.")


@app.command("list")
def list_keys(keys: KeysOption = None, as_json: JsonOption = False) -> None:
    """List the keys, without their secrets."""
    from api.keys import KeyFile, default_keys

    found = list(KeyFile(keys or default_keys()).keys().values())
    if as_json:
        print_json({"keys": [key.public() for key in found]})
        return
    for key in found:
        seen = f"  only {visible(key.filter)}" if key.filter else ""
        print(f"{key.id}  {', '.join(key.scopes)}  {key.created}  {visible(key.name)}{seen}")


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as `list` shows it.")],
    keys: KeysOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a key; a running server refuses it from the next request."""
    from api.keys import KeyFile, default_keys

    revoked = KeyFile(keys or default_keys()).revoke(key)
    if as_json:
        print_json(revoked.public())
    else:
        say(f"Revoked key {revoked.id} of {visible(revoked.name)}.")
