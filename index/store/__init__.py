"""The index on disk: documents, terms and vectors that move together as numbered generations.

    catalog.sqlite   the record; its COMMIT is the only commit point
    terms/N/         tantivy's files as of generation N, hard-linked where nothing changed
    vectors/         immutable segments, named by the record
    lists/           inverted lists of large segments, which only make them faster
    pins/N           readers of generation N share a lock on it
    write.lock       the one writer's, its process id inside

`FileStore` is the way in. A write (`session`) cuts and embeds (`feed`) what it is given while the
record is untouched; a generation (`writer`) then stages terms (`terms`) and vectors (`segments`)
beside one SQLite transaction, publishes them by renames, and commits. What a crash
leaves behind is a name that no generation knows; the next write sweeps it away (`collect`).
A reader (`snapshot`) pins a generation and asks only for rows that live in it.
"""

from index.progress import Progress, ProgressCallback
from index.store.file_store import FileStore
from index.store.settings import StoreConfig
from index.store.snapshot import FileSnapshot

__all__ = ["FileSnapshot", "FileStore", "Progress", "ProgressCallback", "StoreConfig"]
