"""What an index holds and what shaped it, for people and programs."""

import sqlite3
from collections.abc import Mapping

from index.store import catalog
from index.store.layout import Layout
from index.store.lists import measured
from index.store.settings import BuildSettings


def status(db: sqlite3.Connection, layout: Layout, shape: BuildSettings) -> Mapping[str, object]:
    """Return what `excerpt status --json` prints."""
    number = catalog.newest(db)
    newest = catalog.generation(db, number)
    assert newest is not None, "the newest generation is never collected"
    sizes = layout.sizes()
    return {
        "path": str(layout.root),
        "identity": catalog.meta(db).get("identity"),
        "generation": number,
        "documents": newest.documents,
        "passages": newest.passages,
        "generations": catalog.generations(db),
        "committed": newest.committed,
        "roots": [str(root) for root in catalog.roots(db)],
        "model": shape.model,
        "fingerprint": shape.fingerprint,
        "passage_tokens": shape.passages.tokens,
        "passage_overlap": shape.passages.overlap,
        "unread": catalog.unread(db),
        "segments": len(catalog.segments(db, number)),
        **measured(db, layout),
        **{f"{part}_bytes": size for part, size in sizes.items()},
        "bytes": sum(sizes.values()),
    }
