"""What one sync must remember of a whole tree, in a database that is kept on disk once large."""

import os
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.types import Document


class Spool:
    """The files that were met, the ids that were taken, and the documents that wait."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE files (path BLOB PRIMARY KEY, root INTEGER, format TEXT)")
        self._db.execute("CREATE TABLE ids (id BLOB PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("CREATE TABLE waiting (path BLOB, document BLOB)")
        self._db.execute("BEGIN")

    def add_file(self, path: Path, root: int, form: str) -> None:
        """Remember a file of the root with that number, once."""
        row = (os.fsencode(path), root, form)
        self._db.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", row)

    def has_file(self, path: Path) -> bool:
        """Return whether a file was met."""
        query = "SELECT 1 FROM files WHERE path = ?"
        return self._db.execute(query, (os.fsencode(path),)).fetchone() is not None

    def files(self) -> Iterator[tuple[Path, int, str]]:
        """Yield each file with its root and format, in the order in which they were met."""
        for path, root, form in self._db.execute("SELECT * FROM files ORDER BY rowid"):
            yield Path(os.fsdecode(path)), root, form

    def count_files(self) -> int:
        """Return how many files were met."""
        return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def take_id(self, identity: str) -> bool:
        """Remember a document's id; return whether it was new."""
        row = (identity.encode("utf-8", "surrogatepass"),)
        return self._db.execute("INSERT OR IGNORE INTO ids VALUES (?)", row).rowcount == 1

    def has_id(self, identity: str) -> bool:
        """Return whether an id was taken."""
        row = (identity.encode("utf-8", "surrogatepass"),)
        return self._db.execute("SELECT 1 FROM ids WHERE id = ?", row).fetchone() is not None

    def wait(self, path: Path, document: Document) -> None:
        """Put a document of a file aside."""
        row = (os.fsencode(path), pickle.dumps(document))
        self._db.execute("INSERT INTO waiting VALUES (?, ?)", row)

    def waiting(self) -> Iterator[tuple[Path, Document]]:
        """Yield the documents that were put aside, in order."""
        for path, data in self._db.execute("SELECT * FROM waiting ORDER BY rowid"):
            yield Path(os.fsdecode(path)), pickle.loads(data)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
