"""What Office Open XML files share: parts, relations and core properties."""

import posixpath
import zipfile
from typing import Any

from index.errors import LoadError
from index.loaders.containers import open_zip, xml_of
from index.loaders.contents import mistaken
from index.types import MetadataValue

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OLE = b"\xd0\xcf\x11\xe0"
_CORE = {
    "creator": "author",
    "created": "published",
    "modified": "modified",
    "subject": "subject",
    "keywords": "keywords",
    "language": "language",
    "description": "description",
}


def open_office(data: bytes, what: str) -> zipfile.ZipFile:
    """Open an office file, which is a zip package.

    Raises:
        LoadError: when it is encrypted, damaged, of the old binary form, or something else.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith(_OLE):
        raise LoadError(
            "it is encrypted, or of the old binary form; save a copy without a password "
            "in today's form"
        )
    if not data.startswith(b"PK"):
        raise mistaken(what, data)
    return open_zip(data, what)


def core_properties(package: zipfile.ZipFile) -> tuple[str, dict[str, MetadataValue]]:
    """Return the title, and author, dates and the like, as far as they are there."""
    try:
        root = xml_of(package, "docProps/core.xml")
    except LoadError:
        return "", {}
    fields = {local(child.tag): (child.text or "").strip() for child in root}
    values: dict[str, MetadataValue] = {
        ours: fields[name] for name, ours in _CORE.items() if fields.get(name)
    }
    return fields.get("title", ""), values


def relations(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the parts that a part refers to, by relation id; those outside are left out."""
    folder, name = posixpath.split(part)
    try:
        root = xml_of(package, f"{folder}/_rels/{name}.rels")
    except LoadError:
        return {}
    values = {}
    for relation in root:
        if relation.get("TargetMode") != "External" and (target := relation.get("Target")):
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            values[relation.get("Id", "")] = path
    return values


def local(tag: Any) -> str:
    """Return an element's name without its namespace; "" for comments."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
