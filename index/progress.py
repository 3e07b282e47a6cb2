"""What a long write tells whoever draws its progress."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a write has come. `files_known` is None while they are still being counted."""

    files: int = 0
    files_known: int | None = None
    documents: int = 0
    passages: int = 0


ProgressCallback = Callable[[Progress], None]


def quiet(progress: Progress) -> None:
    """Draw nothing."""
