"""Files inside a file: zip packages and archives, read within bounds; XML without surprises."""

import io
import lzma
import re
import zipfile
import zlib
from typing import Any

from index.errors import LoadError
from index.text.encoding import decode, is_damaged_utf8

MAX_MEMBER = 256 << 20
"""Bytes that one inner file may unpack to."""
MAX_TOTAL = 1 << 30
MAX_RATIO = 200
"""Unpacked over packed bytes; real documents stay far below."""
_SMALL = 1 << 20
MAX_MEMBERS = 20_000
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_DAMAGE = (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


def open_zip(data: bytes, what: str) -> zipfile.ZipFile:
    """Open a zip file; its directory is checked, and nothing is unpacked.

    Raises:
        LoadError: when it is damaged, encrypted, or would unpack to too much.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise LoadError(f"it is not {what} or is cut short ({error}); save it anew") from error
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise LoadError(f"it holds {len(members)} files, more than the {MAX_MEMBERS} allowed")
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL or (total > _SMALL and total > MAX_RATIO * max(len(data), 1)):
        raise LoadError(f"it unpacks to {total} bytes from {len(data)}, which is not allowed")
    return package


def read_member(package: zipfile.ZipFile, name: str) -> bytes:
    """Return an inner file's bytes.

    Raises:
        LoadError: when it is not there, damaged, encrypted or larger than it says.
    """
    try:
        with package.open(name) as file:
            data = file.read(MAX_MEMBER + 1)
    except KeyError as error:
        raise LoadError(f"its part {name!r} is missing; save it anew") from error
    except NotImplementedError as error:
        raise LoadError(f"its part {name!r} is packed in a way that is not read") from error
    except RuntimeError as error:
        raise LoadError("it is encrypted; save a copy without a password") from error
    except _DAMAGE as error:
        raise LoadError(f"its part {name!r} is damaged ({error}); save it anew") from error
    if len(data) > MAX_MEMBER:
        raise LoadError(f"its part {name!r} is larger than {MAX_MEMBER} bytes")
    return data


def parse_xml(data: bytes, part: str) -> Any:
    """Return the root of an XML document; entities are not resolved and nothing is fetched.

    Raises:
        LoadError: when it is malformed, or nests too deep.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False
    )
    try:
        return etree.fromstring(_valid_utf8(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LoadError(f"{part} is malformed XML: {error}") from error


def _valid_utf8(data: bytes) -> bytes:
    """Return UTF-8, with U+FFFD where it is damaged; what declares another encoding as it is."""
    declared = _DECLARED.match(data)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8"):
        return data
    if data.startswith((b"\xff", b"\xfe")) or b"\0" in data:
        return data
    if is_damaged_utf8(data, weight=1):
        return data.decode("utf-8", "replace").encode()
    return decode(data).text.encode()


def xml_of(package: zipfile.ZipFile, name: str) -> Any:
    """Return the root of an inner XML file.

    Raises:
        LoadError: as `read_member` and `parse_xml` do.
    """
    return parse_xml(read_member(package, name), f"its part {name!r}")
