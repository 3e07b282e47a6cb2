"""What the page remembers of what somebody sees: its facets and its example questions."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from api.live_engine import LiveEngine
from api.page.examples import example_questions
from api.page.facets import Facets, facets_of
from index.errors import ExcerptError
from index.filters.nodes import Filter
from index.listing import DocumentHead, Listing, listing
from retrieval.engine import Engine

_PATIENCE = 0.5
"""Seconds that a first visitor waits for the example questions."""

_COUNTED = 20_000
"""Documents whose values are counted; an index with more has no facets on the page."""

_PAGE = 1_000
_REMEMBERED = 32
"""Views of the index (one a filter of a key) that are remembered."""


@dataclass(slots=True)
class _Remembered:
    index: object
    """The retriever of the engine: another one when another index took the place."""
    generation: int
    facets: Facets | None = None
    examples: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def is_of(self, engine: Engine) -> bool:
        return self.index is engine.retriever and self.generation == engine.generation


class Library:
    """Facets and examples of the index that is there now, made once a generation and view.

    A view is the filter of a key, None for everything: nothing of one is shown in another.
    """

    def __init__(self, live: LiveEngine) -> None:
        """Take the engine that the examples are tried on, beside the requests."""
        self._live = live
        self._lock = threading.Lock()
        self._remembered: OrderedDict[Filter | None, _Remembered] = OrderedDict()

    def facets(self, engine: Engine, view: Filter | None) -> Facets:
        """Return what there is to filter by; `engine` is the one of that view."""
        remembered = self._current(engine, view)
        if remembered.facets is None:
            remembered.facets = _facets(engine)
        return remembered.facets

    def examples(self, engine: Engine, view: Filter | None) -> list[str]:
        """Return example questions; none as long as they are still being tried."""
        remembered = self._current(engine, view)
        remembered.ready.wait(_PATIENCE)
        return remembered.examples if remembered.ready.is_set() else []

    def _current(self, engine: Engine, view: Filter | None) -> _Remembered:
        with self._lock:
            found = self._remembered.get(view)
            if found is None or not found.is_of(engine):
                found = _Remembered(engine.retriever, engine.generation)
                self._remembered[view] = found
                threading.Thread(target=self._try_examples, args=(found, view), daemon=True).start()
            self._remembered.move_to_end(view)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
            return found

    def _try_examples(self, remembered: _Remembered, view: Filter | None) -> None:
        try:
            with self._live.use() as live:
                engine = live if view is None else live.restricted(view)
                with engine.snapshot() as snapshot:
                    remembered.examples = example_questions(engine, snapshot.documents())
        except ExcerptError:
            # The index went away meanwhile; there is nothing to give examples of.
            remembered.examples = []
        finally:
            remembered.ready.set()


def _facets(engine: Engine) -> Facets:
    with engine.snapshot() as snapshot:
        if snapshot.counts.documents > _COUNTED:
            return Facets()
        return facets_of(islice(all_heads(listing(snapshot)), _COUNTED))


def all_heads(listed: Listing) -> Iterator[DocumentHead]:
    """Yield every document of a listing, without its text."""
    after = ""
    while page := listed.heads(after, _PAGE):
        yield from page
        after = page[-1].id
