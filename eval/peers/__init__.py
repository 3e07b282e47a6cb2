"""What somebody would use instead, measured on the same work: same data, same model, in turn.

    adapters/       one peer a file, and ours, behind the interface of `adapters`
    environment.py  the peers' virtual environment, made when it is first needed
    peer_process.py one peer's whole run, in a process of its own
    excerpts.py     a part of a retrieval set that peers can index in seconds
    side_by_side.py every peer in turn, ours before each
    __main__.py     python -m eval.peers

Peers live in an environment of their own, so that process and the adapters import nothing of ours
but what the adapter `excerpt` needs. Speeds mean something only as ratios, on an idle machine.
"""
