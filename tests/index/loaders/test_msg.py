"""Outlook's messages, which are small file systems of their own (MS-CFB, MS-OXMSG)."""

import struct
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from index.errors import LoadError
from index.loaders.msg import MsgLoader
from index.types import Document, LoadProblem

_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_TEXT, _BYTES, _TIME = 0x001F, 0x0102, 0x0040


@dataclass
class Storage:
    """A folder of a compound file, with the properties of a message or of a part of it."""

    header: bytes
    entries: list[bytes] = field(default_factory=list)
    children: "dict[str, bytes | Storage]" = field(default_factory=dict)

    def text(self, tag: int, words: str) -> "Storage":
        return self._add(tag, _TEXT, words.encode("utf-16-le"))

    def data(self, tag: int, content: bytes) -> "Storage":
        return self._add(tag, _BYTES, content)

    def time(self, tag: int, ticks: int) -> "Storage":
        self.entries.append(struct.pack("<IIQ", tag << 16 | _TIME, 6, ticks))
        return self

    def _add(self, tag: int, kind: int, content: bytes) -> "Storage":
        self.entries.append(struct.pack("<IIII", tag << 16 | kind, 6, len(content), 0))
        self.children[f"__substg1.0_{tag:04X}{kind:04X}"] = content
        return self

    def files(self) -> "dict[str, bytes | Storage]":
        return {**self.children, "__properties_version1.0": self.header + b"".join(self.entries)}


def compound_file(root: Storage) -> bytes:
    """Return a compound file: one FAT sector, all streams in the mini stream."""
    rows: list[list[object]] = []
    mini = bytearray()
    chains: list[int] = []

    def add(name: str, item: "bytes | Storage", kind: int) -> int:
        row: list[object] = [name, kind, _NONE, _NONE, _END, 0]
        rows.append(row)
        number = len(rows) - 1
        if isinstance(item, bytes):
            count = -(-len(item) // 64)
            if count:
                row[4], row[5] = len(mini) // 64, len(item)
                mini.extend(item.ljust(count * 64, b"\0"))
                chains.extend([*range(len(chains) + 1, len(chains) + count), _END])
            return number
        before = None
        for child, content in item.files().items():
            at = add(child, content, 2 if isinstance(content, bytes) else 1)
            if before is None:
                row[3] = at
            else:
                rows[before][2] = at
            before = at
        return number

    add("Root Entry", root, 5)
    directory = b"".join(_entry(*row) for row in rows)  # type: ignore[arg-type]
    parts = [
        _padded(directory),
        _padded(struct.pack(f"<{len(chains)}I", *chains), b"\xff"),
        _padded(bytes(mini)),
    ]
    starts, fat = [], [_FAT]
    for part in parts:
        starts.append(len(fat))
        count = len(part) // 512
        fat += [*range(len(fat) + 1, len(fat) + count), _END]
    parts[0] = _padded(
        _entry("Root Entry", 5, _NONE, rows[0][3], starts[2], len(mini)) + directory[128:]
    )  # type: ignore[arg-type]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, starts[0], 0, 4096, starts[1], len(parts[1]) // 512, _END, 0, 0,
    )  # fmt: skip
    return head.ljust(512, b"\xff") + table + b"".join(parts)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        written,
        len(written) + 2,
        kind,
        1,
        _NONE,
        right,
        child,
        0,
        start,
        size,
    )


def _padded(data: bytes, fill: bytes = b"\0") -> bytes:
    return data.ljust(-(-len(data) // 512) * 512, fill)


def message(body: str | None = "It sails at six.\r\nBring boots.") -> Storage:
    root = Storage(struct.pack("<8xIIII8x", 1, 1, 1, 1))
    root.text(0x001A, "IPM.Note").text(0x0037, "RE: The ferry")
    root.text(0x0C1A, "Ada Lund").text(0x5D01, "ada@example.org")
    root.time(0x0039, 133_500_000_000_000_000)
    if body is not None:
        root.text(0x1000, body)
    to = Storage(bytes(8)).text(0x3001, "Bo Ek").text(0x39FE, "bo@example.org")
    root.children["__recip_version1.0_#00000000"] = to
    file = Storage(bytes(8)).data(0x3701, b"Zone,Fee\nIn,4\n").text(0x3707, "../fees.csv")
    file.entries.append(struct.pack("<IIII", 0x3705 << 16 | 3, 6, 1, 0))
    root.children["__attach_version1.0_#00000000"] = file
    return root


def load(data: bytes) -> list[Document | LoadProblem]:
    return list(MsgLoader().load(data, uri="/d/a.msg", key="a"))


def test_a_message_says_who_and_when_and_has_its_attachments() -> None:
    mail, fees = load(compound_file(message()))
    assert isinstance(mail, Document)
    assert isinstance(fees, Document)
    assert (mail.title, mail.text) == ("RE: The ferry", "It sails at six.\nBring boots.")
    assert mail.metadata["from"] == '"Ada Lund" <ada@example.org>'
    assert mail.metadata["to"] == ("Bo Ek <bo@example.org>",)
    assert mail.metadata["thread"] == "The ferry"
    assert str(mail.metadata["published"]).startswith("2024-01-")
    assert (fees.text, fees.uri) == ("Zone | Fee\nIn | 4", "/d/a.msg!/fees.csv")


def test_a_body_of_html_alone_is_read() -> None:
    page = message(None).data(0x1013, b"<p>It sails at <b>six</b>.</p>")
    mail = load(compound_file(page))[0]
    assert isinstance(mail, Document)
    assert mail.text == "It sails at six."


def test_a_message_that_is_cut_or_damaged_is_refused_or_read() -> None:
    whole = compound_file(message())
    for end in range(8, len(whole), 97):
        for data in (whole[:end], whole[:end] + b"\xff" + whole[end + 1 :]):
            with suppress(LoadError):
                load(data)


@pytest.mark.parametrize("data", [b"From: a", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900)])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError):
        load(data)
