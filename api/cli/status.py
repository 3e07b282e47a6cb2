"""`excerpt status`: what an index holds."""

from api.cli.options import IndexOption, JsonOption
from api.cli.output import print_json, visible


def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what the index holds.

    Its generation, documents and passages, and what shaped it.
    """
    from api.cli.opening import open_store

    facts = open_store(index).status()
    if as_json:
        print_json(facts)
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<{width}}  {visible(str(value))}")
