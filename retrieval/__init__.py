"""Question to hits to read spans to cited answer.

`Engine.open(path)` is the documented way in. Two arms (dense and lexical) find passages under the
same filter, fusion ranks them, a `Reader` finds the words, and `citation.Citer` checks every quote
against the stored text before it may leave.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.engine import Engine

__all__ = ["Engine"]


def __getattr__(name: str) -> Any:
    """Import `Engine` when it is first asked for: a command that does not ask starts sooner."""
    if name == "Engine":
        from retrieval.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
