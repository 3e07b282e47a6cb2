"""What the endpoints share beside the engine: the desk of writes, and what draws pages."""

import os
import threading
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from api.jobs.desk import WriteDesk
from api.jobs.errors import ReadOnlyError
from api.jobs.uploads import Uploads
from api.live_engine import LiveEngine
from api.locations import seed_index
from api.page_painter import PagePainter
from index.store import FileStore


class Services:
    """Opened when they are first needed, closed with the application."""

    def __init__(self, engine: LiveEngine) -> None:
        """Take the engine, whose index is written to."""
        self._engine = engine
        self._lock = threading.Lock()
        self._desk: WriteDesk | None = None
        self.painter = PagePainter()

    def resume(self) -> None:
        """Go on with what another server accepted and did not do."""
        folder = self._folder()
        if folder is not None and (Uploads.of_index(folder).jobs / "jobs.sqlite").exists():
            self.desk()

    def can_write(self) -> bool:
        """Return whether this index can be written to here; nothing is opened."""
        return self._folder() is not None

    def desk(self) -> WriteDesk:
        """Return the desk of writes.

        Raises:
            ReadOnlyError: when this index is not one that can be written to here.
        """
        with self._lock:
            if self._desk is None:
                folder = self._folder()
                if folder is None:
                    raise ReadOnlyError(_READ_ONLY)
                desk = WriteDesk(folder)
                desk.open()
                self._desk = desk
            return self._desk

    def close(self) -> None:
        """End what was begun; jobs that are not done are done by the next server."""
        with self._lock:
            if self._desk is not None:
                self._desk.close()
                self._desk = None
        self.painter.close()

    def _folder(self) -> Path | None:
        """Return the folder of the index, None where it is no folder of its user's to write to."""
        with self._engine.use() as engine:
            store = engine.store
        if not isinstance(store, FileStore) or store.path == seed_index():
            return None
        places = (store.path, _uploads_place(store.path))
        return store.path if all(os.access(each, os.W_OK) for each in places) else None


def _uploads_place(index: Path) -> Path:
    """Return the folder of an index's uploads, or the one that it is to be made in."""
    root = Uploads.of_index(index).root
    return root if root.exists() else root.parent


_READ_ONLY = (
    "this index is not written to over HTTP: it is that of the seeds, lies in no folder, or its "
    "folder or that of its uploads cannot be written; make one with: excerpt index FOLDER"
)


def current_services(request: Request) -> Services:
    """Return what the application's endpoints share."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


CurrentServices = Annotated[Services, Depends(current_services)]


def current_desk(services: CurrentServices) -> WriteDesk:
    """Return the desk of writes."""
    return services.desk()


CurrentDesk = Annotated[WriteDesk, Depends(current_desk)]
