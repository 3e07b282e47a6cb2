"""Where writes are accepted, looked up and cancelled: what the endpoints use."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from api.jobs.errors import ConflictError
from api.jobs.ledger import Ledger, new_job_id
from api.jobs.runner import Runner
from api.jobs.types import Action, Job, Kind
from api.jobs.upload_names import record_path, safe_path
from api.jobs.uploads import Staged, Uploads
from api.original_files import source_path
from index.errors import InputError, NotFoundError
from index.ingest.sidecar import sidecar_path
from index.loaders import format_of, part_of_name
from index.loaders.build import Source
from index.loaders.records import document as read_record
from index.text.encoding import looks_like_text
from index.text.ids import escape_id, own_id
from index.types import Document, MetadataValue

_SAMPLE = 1 << 16

Metadata = Mapping[str, MetadataValue | None]
"""Fields of a document by name."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document that comes as text; without an id it gets one that nobody else has."""

    text: str
    title: str = ""
    id: str | None = None
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks for a write, and the key under which asking again is the same."""

    owner: str = ""
    key: str | None = None


@dataclass(slots=True)
class _Draft:
    """A job that is being made up."""

    kind: Kind
    id: str = field(default_factory=new_job_id)
    actions: list[Action] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    facts: list[object] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps([self.kind, self.facts]).encode()).hexdigest()


class WriteDesk:
    """Accepts writes to one index. Thread-safe; open it, and close it."""

    def __init__(self, index: Path, uploads: Uploads | None = None) -> None:
        """Take the index folder; its uploads lie beside it unless another place is given."""
        self.uploads = uploads or Uploads.of_index(index)
        self.uploads.prepare()
        self.ledger = Ledger(self.uploads.jobs / "jobs.sqlite")
        self._runner = Runner(index, self.ledger, self.uploads)

    def open(self) -> None:
        """Begin to do what was accepted."""
        self._runner.start()

    def close(self) -> None:
        """End; what is not done yet is done when it is opened again."""
        self._runner.stop()

    def __enter__(self) -> "WriteDesk":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_files(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        sender: Sender,
        *,
        replace: bool = False,
        metadata: Mapping[str, Metadata] | None = None,
    ) -> Job:
        """Accept files to add, each under its name; what nobody reads is refused in the job.

        Args:
            files: each with the name that its sender gives it.
            sender: who asks.
            replace: whether files of the same names are replaced.
            metadata: of some of the files, by their names; it lies beside them from then on.

        Raises:
            ConflictError: when another file has a name already, unless it may be replaced.
            InputError: when a name cannot be used, or is given twice; or metadata is none of a
                file that is sent.
        """
        about = dict(metadata or {})
        if unknown := about.keys() - {name for name, _ in files}:
            raise InputError(f"there is metadata of {min(unknown)!r}, and no such file is sent")
        draft = _Draft("replace" if replace else "add")
        try:
            for number, (name, source) in enumerate(files):
                if self._add_file(draft, number, name, source, replace) and name in about:
                    self._add_metadata(draft, len(files) + number, name, about[name], replace)
            return self._accept(draft, sender)
        except BaseException:
            self.uploads.discard(draft.id)
            raise

    def add_texts(self, texts: Sequence[Text], sender: Sender, *, replace: bool = False) -> Job:
        """Accept documents that come as text.

        Raises:
            ConflictError: when another one has an id already, unless it may be replaced.
            InputError: when an id is given twice.
        """
        draft = _Draft("replace" if replace else "add")
        try:
            for number, text in enumerate(texts):
                own = text.id or f"{draft.id}-{number + 1}"
                path = str(record_path(escape_id(own)))
                staged = self._stage_text(draft, number, own, text)
                draft.facts.append([text.id, _record(text, "")])
                self._put(draft, path, escape_id(own), staged, replace)
            return self._accept(draft, sender)
        except BaseException:
            self.uploads.discard(draft.id)
            raise

    def put_text(self, document_id: str, text: Text, there: Document | None, sender: Sender) -> Job:
        """Accept a document to stand under an id, in the place of `there` if that came as text.

        Raises:
            ConflictError: when what is there came from a file.
            InputError: when it cannot be an id.
        """
        if there is not None and self._record_of(there) is None:
            raise ConflictError(
                f"{document_id} comes from the file {source_path(there).name}: send that file "
                "again (POST /v1/uploads?replace=true), or change it where it lies"
            )
        try:
            own = own_id(document_id)
        except ValueError as error:
            raise InputError(f"{error}; give such an id") from error
        draft = _Draft("replace")
        try:
            staged = self._stage_text(draft, 0, own, text)
            draft.facts.append([document_id, _record(text, "")])
            self._put(draft, str(record_path(document_id)), document_id, staged, replace=True)
            return self._accept(draft, sender)
        except BaseException:
            self.uploads.discard(draft.id)
            raise

    def put_before(self, document_id: str, text: Text, sender: Sender) -> Job | None:
        """Return the job that the same `put_text` was accepted as, by its key, if there is one."""
        facts: list[object] = [[document_id, _record(text, "")]]
        return self.earlier(_Draft("replace", facts=facts), sender)

    def delete(self, document: Document, siblings: int, sender: Sender) -> Job:
        """Accept a document to delete, with the upload that it came from.

        Args:
            document: what is there.
            siblings: how many documents its file holds.
            sender: who asks.

        Raises:
            ConflictError: when it came in an upload together with others.
        """
        draft = _Draft("delete")
        path = self.uploads.path_of(source_path(document))
        if path is None:
            action = Action("remove", document_id=document.id, name=document.id)
        elif siblings > 1:
            raise ConflictError(
                f"{document.id} is one of {siblings} documents of the upload {path}; "
                f"delete that: DELETE /v1/uploads/{path}"
            )
        else:
            action = Action("drop", path=path, name=document.id)
        draft.actions += [action, *self._dropped_with(path)]
        draft.facts.append(document.id)
        return self._accept(draft, sender)

    def delete_upload(self, path: str, sender: Sender) -> Job:
        """Accept an upload to delete, with all its documents.

        Raises:
            NotFoundError: when there is none.
        """
        draft = _Draft("delete")
        draft.facts.append(["upload", path])
        if (earlier := self.earlier(draft, sender)) is not None:
            return earlier
        if not self.uploads.file(path).is_file():
            raise NotFoundError(f"there is no upload {path!r}")
        draft.actions += [Action("drop", path=path, name=path), *self._dropped_with(path)]
        return self._accept(draft, sender)

    def sync(self, sender: Sender) -> Job:
        """Accept that the index be brought in step with its recorded paths."""
        draft = _Draft("sync", actions=[Action("sync")])
        return self._accept(draft, sender)

    def deleted_before(self, document_id: str, sender: Sender) -> Job | None:
        """Return the job that the same deletion was accepted as, by its key, if there is one."""
        draft = _Draft("delete", facts=[document_id])
        return self.earlier(draft, sender)

    def earlier(self, draft: _Draft, sender: Sender) -> Job | None:
        """Return the job that was accepted under the sender's key, if there is one."""
        return self.ledger.earlier(sender.owner, sender.key, draft.fingerprint)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job; one that has ended stays as it is."""
        job = self.ledger.cancel(job_id)
        if job.state == "cancelled":
            self.uploads.discard(job.id)
        self._runner.wake()
        return job

    def _accept(self, draft: _Draft, sender: Sender) -> Job:
        job = self.ledger.submit(
            draft.id,
            draft.kind,
            draft.actions,
            owner=sender.owner,
            key=sender.key,
            fingerprint=draft.fingerprint,
            refused=draft.refused,
        )
        if job.id != draft.id:
            self.uploads.discard(draft.id)
        self._runner.wake()
        return job

    def _dropped_with(self, path: str | None) -> list[Action]:
        """Return what else goes when an upload does: the metadata beside it."""
        about = None if path is None else self.uploads.sidecar_path(path)
        return [] if about is None else [Action("drop", path=about, name=about)]

    def _add_file(
        self, draft: _Draft, number: int, name: str, source: BinaryIO, replace: bool
    ) -> bool:
        """Accept a file; return whether it is one that is read."""
        path = safe_path(name)
        staged = self.uploads.stage(draft.id, number, source)
        draft.facts.append([str(path), staged.sha256, replace])
        if self._is_read(Path(path), staged):
            self._put(draft, str(path), name, staged, replace)
            return True
        reason = f"no loader reads the format {path.suffix!r}"
        draft.refused.append({"uri": name, "reason": reason, "line": None})
        return False

    def _add_metadata(
        self, draft: _Draft, number: int, name: str, about: Metadata, replace: bool
    ) -> None:
        data = json.dumps(dict(about), ensure_ascii=True).encode()
        staged = self.uploads.stage(draft.id, number, io.BytesIO(data))
        draft.facts.append([name, staged.sha256])
        path = str(sidecar_path(Path(safe_path(name))))
        self._put(draft, path, f"metadata of {name}", staged, replace)

    def _put(self, draft: _Draft, path: str, name: str, staged: Staged, replace: bool) -> None:
        if any(action.path == path for action in draft.actions):
            raise InputError(f"{name!r} is given twice; give each file and each id once")
        target = self.uploads.file(path)
        if not replace and target.is_file() and not _holds(target, staged):
            raise ConflictError(
                f"there is another {name!r} already; send it with replace=true to replace it"
            )
        draft.actions.append(Action("put", path, name, staged.place, replace))

    def _stage_text(self, draft: _Draft, number: int, own: str, text: Text) -> Staged:
        data = json.dumps(_record(text, own), ensure_ascii=True).encode()
        return self.uploads.stage(draft.id, number, io.BytesIO(data))

    def _is_read(self, path: Path, staged: Staged) -> bool:
        """Return whether a walk of the uploads would read a file of this name."""
        if format_of(path) is not None:
            return True
        with (self.uploads.staging / staged.place).open("rb") as file:
            return part_of_name(path) and looks_like_text(file.read(_SAMPLE))

    def _record_of(self, document: Document) -> str | None:
        """Return the path of the upload that a document came as text in, if it did."""
        path = self.uploads.path_of(source_path(document))
        return path if path == str(record_path(document.id)) else None


def as_document(text: Text) -> Document:
    """Return the document that a text will be read as, for filters."""
    record = {**_record(text, text.id or "")}
    source = Source.of(b"", "", "application/json")
    found = read_record(source, record, text.id or "", {})
    assert isinstance(found, Document), "a text that says something is a document"
    return found


def _record(text: Text, own: str) -> dict[str, Any]:
    return {
        "_id": own,
        "title": text.title,
        "text": text.text,
        "metadata": dict(text.metadata),
    }


def _holds(target: Path, staged: Staged) -> bool:
    """Return whether a file holds what was sent."""
    if target.stat().st_size != staged.bytes:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == staged.sha256
