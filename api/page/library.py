"""What the page remembers of what somebody sees: its facets and its example questions."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from api.live_engine import LiveEngine
from api.page.example_questions import example_questions
from api.page.facets import Facets, facets_of
from index.errors import ExcerptError
from index.filters.nodes import Filter
from index.listing import DocumentHead, Listing, listing
from retrieval.engine import Engine

_PATIENCE = 0.5
"""Seconds that a first visitor waits for the example questions."""

_COUNTED = 20_000
"""Documents whose values are counted; an index with more has no facets on the page."""

_YOUNG = 10.0
"""Seconds."""

_PAGE = 1_000
_REMEMBERED = 32
"""Views of the index (one a filter of a key) that are remembered."""


@dataclass(slots=True)
class _Remembered:
    index: object
    """The retriever of the engine: another one when another index took the place."""
    generation: int
    facets: Facets | None = None
    counted: float = 0.0
    examples: list[str] = field(default_factory=list)
    begun: bool = False
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
        """Return what there is to filter by; `engine` is the one of that view.

        Where everything may be seen, they may be some seconds old while documents are added.
        """
        remembered = self._current(engine, view)
        if remembered.facets is None:
            remembered.facets, remembered.counted = _facets(engine), time.monotonic()
        return remembered.facets

    def examples(self, engine: Engine, view: Filter | None) -> list[str]:
        """Return example questions: those of which it is known by now that they are answered."""
        remembered = self._current(engine, view)
        with self._lock:
            begun, remembered.begun = remembered.begun, True
        if not begun:
            work = threading.Thread(target=self._try_examples, args=(remembered, view), daemon=True)
            work.start()
        remembered.ready.wait(_PATIENCE)
        return list(remembered.examples)

    def _current(self, engine: Engine, view: Filter | None) -> _Remembered:
        with self._lock:
            before = self._remembered.get(view)
            if before is not None and before.is_of(engine):
                found = before
            else:
                found = _Remembered(engine.retriever, engine.generation)
                _keep_facets(found, before, view)
            self._remembered[view] = found
            self._remembered.move_to_end(view)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
            return found

    def _try_examples(self, remembered: _Remembered, view: Filter | None) -> None:
        try:
            with self._live.use() as live:
                engine = live if view is None else live.restricted(view)
                with engine.snapshot() as snapshot:
                    for question in example_questions(engine, snapshot.documents()):
                        remembered.examples.append(question)
        except ExcerptError:
            # The index went away meanwhile; there is nothing more to give examples of.
            remembered.examples.clear()
        finally:
            remembered.ready.set()


def _keep_facets(found: _Remembered, before: _Remembered | None, view: Filter | None) -> None:
    """Go on with young facets of an older generation, which is no secret to who sees everything."""
    young = before is not None and time.monotonic() - before.counted < _YOUNG
    if view is None and before is not None and young and before.index is found.index:
        found.facets, found.counted = before.facets, before.counted


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
