"""What the page remembers of a generation: its facets and its example questions."""

import threading
import weakref
from dataclasses import dataclass, field

from api.live_engine import LiveEngine
from api.page.examples import example_questions
from api.page.facets import Facets, facets_of
from index.errors import ExcerptError
from retrieval.engine import Engine

_PATIENCE = 0.5
"""Seconds that a first visitor waits for the example questions."""

_COUNTED = 5_000
"""An index with more documents has no facets: counting them reads every document."""


@dataclass(slots=True)
class _Remembered:
    engine: "weakref.ref[Engine]"
    generation: int
    facets: Facets | None = None
    examples: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def is_of(self, engine: Engine) -> bool:
        return self.engine() is engine and self.generation == engine.generation


class Library:
    """Facets and examples of the index that is there now, made once for each generation."""

    def __init__(self, live: LiveEngine) -> None:
        """Take the engine that the examples are tried on, beside the requests."""
        self._live = live
        self._lock = threading.Lock()
        self._remembered: _Remembered | None = None

    def facets(self, engine: Engine) -> Facets:
        """Return what there is to filter by; for who sees a part alone, of that part."""
        if engine.restriction is not None:
            return _facets(engine)
        remembered = self._current(engine)
        if remembered.facets is None:
            remembered.facets = _facets(engine)
        return remembered.facets

    def examples(self, engine: Engine) -> list[str]:
        """Return example questions; none as long as they are still being tried.

        Who sees a part of the documents gets none: they are made from all of them.
        """
        if engine.restriction is not None:
            return []
        remembered = self._current(engine)
        remembered.ready.wait(_PATIENCE)
        return remembered.examples if remembered.ready.is_set() else []

    def _current(self, engine: Engine) -> _Remembered:
        with self._lock:
            if self._remembered is None or not self._remembered.is_of(engine):
                self._remembered = _Remembered(weakref.ref(engine), engine.generation)
                threading.Thread(
                    target=self._try_examples, args=(self._remembered,), daemon=True
                ).start()
            return self._remembered

    def _try_examples(self, remembered: _Remembered) -> None:
        try:
            with self._live.use() as engine, engine.store.snapshot() as snapshot:
                remembered.examples = example_questions(engine, snapshot.documents())
        except ExcerptError:
            # The index went away meanwhile; there is nothing to give examples of.
            remembered.examples = []
        finally:
            remembered.ready.set()


def _facets(engine: Engine) -> Facets:
    with engine.store.snapshot() as snapshot:
        if snapshot.counts.documents > _COUNTED:
            return Facets()
        return facets_of(snapshot.documents())
