"""Mail: EML, one message a file; MBOX, one document a message; attachments are documents too."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, cast

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.charset import decode_declared
from index.loaders.inner import load_inner
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.text.encoding import control_share
from index.types import Document, LoadProblem, MetadataValue

_MAX_PARTS = 1000
_HEADER = re.compile(rb"(?m)\A(?:From [^\r\n]*\r?\n)?[!-9;-~]+:[ \t]*[^\r\n]*\r?$")
_ENVELOPE = re.compile(rb"(?m)^From \S+.*\d{4}[^\r\n]*\r?\n")
_REPLY = re.compile(r"(?i)^(?:(?:re|fwd?|aw|wg|sv|antw|tr)(?:\[\d+\])?:\s*)+")


_PARSER_FAILS = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class _Lenient(EmailPolicy):
    """Gives a header that the standard library's parser fails on as it is written."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a header's value."""
        try:
            return super().header_fetch_parse(name, value)
        except _PARSER_FAILS:
            return " ".join(str(value).split())


_POLICY = cast("EmailPolicy[EmailMessage]", _Lenient())


_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NARROW = re.compile(
    rb"(?<==\?)(gb2312|iso-8859-1|shift_jis|ks_c_5601-1987)(?=\?[bq]\?)", re.IGNORECASE
)
_WIDE = {
    b"gb2312": b"gb18030",
    b"iso-8859-1": b"windows-1252",
    b"shift_jis": b"cp932",
    b"ks_c_5601-1987": b"cp949",
}
"""Encodings that words of a header name, and what their characters really are in."""


class EmlLoader:
    """Loads one message, with its attachments as documents of their own."""

    name = "eml"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the message, then the documents attached to it.

        Raises:
            LoadError: when it is no message.
        """
        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if b"\0" in data[:1024] or control_share(data) > 0.05:
            raise LoadError("it is not mail but binary data; check its suffix")
        if _HEADER.match(data.lstrip()) is None:
            raise LoadError("it does not begin with a message's headers; check its suffix")
        yield from _message(data, Source.of(data, uri, "message/rfc822"), key)


class MboxLoader:
    """Loads one document a message, each with its number as its place."""

    name = "mbox"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield each message and what is attached to it.

        Raises:
            LoadError: when no message begins in it.
        """
        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if b"\0" in data[:1024] or control_share(data) > 0.05:
            raise LoadError("it is not mail but binary data; check its suffix")
        starts = [m.start() for m in _ENVELOPE.finditer(data) if _begins(data, m.start())]
        if not starts:
            raise LoadError("no message begins in it with a 'From ' line; check its suffix")
        source = Source.of(data, uri, "message/rfc822")
        for number, (start, end) in enumerate(
            zip(starts, [*starts[1:], len(data)], strict=True), 1
        ):
            message = data[start:end].partition(b"\n")[2]
            message = re.sub(rb"(?m)^>(>*From )", rb"\1", message)
            yield from _message(message, source, f"{key}.{number}")


def _begins(data: bytes, at: int) -> bool:
    """Return whether a line that says `From …` begins a message: a blank line is before it."""
    return at == 0 or data[max(0, at - 4) : at].endswith((b"\n\n", b"\r\n\r\n"))


def _message(data: bytes, source: Source, key: str) -> Iterator[Document | LoadProblem]:
    try:
        message = BytesParser(policy=_POLICY).parsebytes(_widened(data))
    except (MessageError, ValueError, RecursionError, LookupError) as error:
        yield LoadProblem(source.uri, f"a message is malformed: {error}")
        return
    writing, attached = Writing(), list[tuple[str, EmailMessage]]()
    replaced = _replaced(message)
    for number, part in enumerate(_parts(message), 1):
        if number > _MAX_PARTS:
            yield LoadProblem(source.uri, f"it has more than {_MAX_PARTS} parts; the rest is left")
            break
        name = part.get_filename() or ""
        if part.get_content_disposition() == "attachment" or not _is_text(part):
            attached.append((_safe_name(name, part, number), part))
        elif id(part) not in replaced:
            with writing.place("part", f"{number} {part.get_content_type()}"):
                writing.paragraph(_words(part, source.uri))
    about = _about(message)
    title = str(about.get("subject", "")) or file_name(source.uri)
    if not writing.length and (attached or title):
        writing.paragraph(title)
    yield writing.document(source, key, title, about)
    for name, part in attached:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            yield from load_inner(content, name, source, key, part.get_content_type())


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that hold content, in order."""
    for part in message.walk():
        if not part.is_multipart() and isinstance(part, EmailMessage):
            yield part


def _is_text(part: EmailMessage) -> bool:
    # A part that says that it has parts, and has none, is text.
    kind = part.get_content_type()
    return kind in ("text/plain", "text/html") or kind.startswith("multipart/")


def _replaced(message: EmailMessage) -> set[int]:
    """Return the `id` of each HTML part whose words are there as plain text too."""
    replaced: set[int] = set()
    for parent in message.walk():
        if parent.get_content_type() == "multipart/alternative":
            within = [part for part in parent.walk() if not part.is_multipart()]
            plain = [part for part in within if part.get_content_type() == "text/plain"]
            if any(str(part.get_payload()).strip() for part in plain):
                replaced |= {id(part) for part in within if part.get_content_type() == "text/html"}
    return replaced


def _words(part: EmailMessage, uri: str) -> str:
    """Return a part's text; quoted lines keep their marks."""
    content = part.get_payload(decode=True)
    written = part.get_payload() if content is None else ""
    data = content if isinstance(content, bytes) else str(written).encode("utf-8", "replace")
    charset = part.get_content_charset() or "utf-8"
    try:
        text = decode_declared(data, charset).text
    except LoadError:
        text = data.decode("latin-1")
    if part.get_content_type() == "text/html":
        from index.loaders.html import HtmlLoader

        page = next(iter(HtmlLoader().load(text.encode(), uri=uri, key="part")), None)
        return page.text if isinstance(page, Document) else ""
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _safe_name(name: str, part: EmailMessage, number: int) -> str:
    """Return an attachment's name without folders; an unnamed one's from its media type."""
    name = re.split(r"[/\\]", name)[-1].replace("\0", "")
    return name or f"part-{number}.{part.get_content_subtype()}"


def _about(message: EmailMessage) -> dict[str, MetadataValue]:
    """Return from, to, date, subject, thread and ids."""
    fields: dict[str, MetadataValue] = {}
    for name in ("From", "To", "Cc"):
        if values := [_header(value) for value in message.get_all(name, [])]:
            people = _people(values)
            if people:
                fields[name.lower()] = people[0] if name == "From" else tuple(people)
    fields |= subject_fields(str(message.get("Subject", "")))
    if "from" in fields:
        fields["author"] = fields["from"]
    with suppress(*_PARSER_FAILS):
        fields["published"] = parsedate_to_datetime(str(message["Date"])).isoformat()
    for name, ours in (("Message-ID", "message_id"), ("In-Reply-To", "in_reply_to")):
        if value := _header(message.get(name, "")):
            fields[ours] = value
    return fields


def subject_fields(written: str) -> dict[str, MetadataValue]:
    """Return a subject, and the thread that it names: it without `Re:` and the like."""
    subject = _header(written)
    return {"subject": subject, "thread": _REPLY.sub("", subject)} if subject else {}


def _people(values: list[str]) -> list[str]:
    """Return the people that a header's values name; the values where they cannot be read."""
    try:
        pairs = getaddresses(values)
    except _PARSER_FAILS:
        return values
    return [
        f"{name} <{address}>" if name else address for name, address in pairs if name or address
    ]


def _widened(data: bytes) -> bytes:
    """Return a message whose header says the wider encodings that are meant by narrow names."""
    match = _HEAD_END.search(data)
    head = data if match is None else data[: match.start()]
    return _NARROW.sub(lambda named: _WIDE[named[1].lower()], head) + data[len(head) :]


def _header(value: object) -> str:
    return " ".join(str(value).encode("utf-8", "replace").decode().split())
