"""Peers by name. Each file has one function, `open_peer(model, workspace)`, which imports it."""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

K = 10
"""How many results every search is asked for: whole documents of the peers, passages of ours."""

OURS = "excerpt"
PEERS = ("txtai", "txtai-hybrid", "haystack", "llamaindex", "chroma")

_MODULES = {
    OURS: "ours",
    "txtai": "with_txtai",
    "txtai-hybrid": "with_txtai_hybrid",
    "haystack": "with_haystack",
    "llamaindex": "with_llamaindex",
    "chroma": "with_chroma",
}


class Peer(Protocol):
    """One way to index a corpus and search it, with its model loaded."""

    def index(self, corpus: Path) -> int | None:
        """Index a BEIR `corpus.jsonl`; return the wordpieces embedded, if it counts them."""
        ...

    def search(self, query: str) -> list[str]:
        """Search for `K` results and return the ids of their documents, best first."""
        ...


def judged(peer: Peer, query: str) -> list[str]:
    """Return the ids of the `K` best documents: what quality is measured on, and not timed.

    A peer whose results are parts of documents says so by a method of this name.
    """
    own: Callable[[str], list[str]] = getattr(peer, "judged", peer.search)
    return own(query)


class _Opens(Protocol):
    def open_peer(self, model: str, workspace: Path) -> Peer: ...


def open_peer(name: str, model: str, workspace: Path) -> Peer:
    """Return a peer that embeds with the sentence-transformers model in the folder `model`.

    `workspace` is an empty folder for what it keeps on disk.
    """
    module = cast(_Opens, import_module(f"{__name__}.{_MODULES[name]}"))
    return module.open_peer(model, workspace)


def read_corpus(corpus: Path) -> tuple[list[str], list[str]]:
    """Return the ids, and the texts with their titles before them."""
    with corpus.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [f"{row.get('title') or ''}\n{row['text']}".strip() for row in rows]
    return [row["_id"] for row in rows], texts
