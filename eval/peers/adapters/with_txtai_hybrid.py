"""txtai with its hybrid search."""

from pathlib import Path

from eval.peers.adapters import Peer, with_txtai


def open_peer(model: str, workspace: Path) -> Peer:
    """Return txtai, dense and lexical, all in memory."""
    return with_txtai.open_peer(model, workspace, hybrid=True)
