"""MSG, Outlook's messages: one document a message; what is attached are documents, too."""

import io
import struct
from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.contents import mistaken
from index.loaders.inner import load_inner
from index.loaders.mail import subject_fields
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.types import Document, LoadProblem, MetadataValue

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST = 1000
"""Attachments that are read."""
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError,
    NotImplementedError, struct.error,
)  # fmt: skip


class MsgLoader:
    """Loads one message; the title is its subject or the file's name."""

    name = "msg"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the message, then the documents attached to it.

        Raises:
            LoadError: when it is damaged, or no message of Outlook's.
        """
        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if not data.startswith(_OLE):
            raise mistaken("an Outlook message", data)
        source = Source.of(data, uri, "application/vnd.ms-outlook")
        try:
            text, about, attached = _read(data, uri)
        except _DAMAGE as error:
            raise LoadError(f"it is a damaged Outlook message ({error}); save it anew") from error
        title = str(about.get("subject", "")) or file_name(uri)
        writing = Writing()
        with writing.place("part", "1 text/plain"):
            writing.paragraph(text or title)
        yield writing.document(source, key, title, about)
        for name, content, media_type in attached:
            yield from load_inner(content, name, source, key, media_type)


Attached = list[tuple[str, bytes, str]]
"""Name, content and media type of what is attached."""


def _read(data: bytes, uri: str) -> tuple[str, dict[str, MetadataValue], Attached]:
    from oxmsg import Message

    message = Message.load(io.BytesIO(data))
    text = (message.body or "").replace("\r\n", "\n").strip()
    if not text and message.html_body:
        text = _page_text(message.html_body, uri)
    return text, _about(message), list(_attached(message))


def _page_text(markup: str, uri: str) -> str:
    from index.loaders.html import HtmlLoader

    page = next(iter(HtmlLoader().load(markup.encode("utf-8", "replace"), uri=uri, key="p")), None)
    return page.text if isinstance(page, Document) else ""


def _about(message: Any) -> dict[str, MetadataValue]:
    """Return from, to, date, subject and thread, as far as they are known."""
    fields = subject_fields(message.subject or "")
    if message.sender:
        fields["from"] = fields["author"] = " ".join(message.sender.split())
    people = (_person(each) for each in message.recipients)
    if to := tuple(person for person in people if person):
        fields["to"] = to
    if message.sent_date:
        fields["published"] = message.sent_date.isoformat()
    return fields


def _person(recipient: Any) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _attached(message: Any) -> Iterator[tuple[str, bytes, str]]:
    for number, each in zip(range(1, _MOST + 1), message.attachments, strict=False):
        content = each.file_bytes if each.attached_by_value else None
        if content and content.strip():
            name = (each.file_name or "").replace("\\", "/").rpartition("/")[2].replace("\0", "")
            yield name or f"part-{number}", content, each.mime_type or ""
