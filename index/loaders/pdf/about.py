"""What a PDF says of itself: title, author, dates; its outline and the labels of its pages."""

import re
from collections.abc import Iterator
from typing import Any

from index.loaders.pdf.text_builder import TextBuilder
from index.places import Place
from index.types import Heading, MetadataValue, Span

_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-]\d\d)'?(\d\d)?'?)?"
)
_FIELDS = {
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "CreationDate": "published",
    "ModDate": "modified",
}


def metadata(pdf: Any) -> tuple[str, dict[str, MetadataValue]]:
    """Return the title and the other fields."""
    fields: dict[str, str] = pdf.get_metadata_dict(skip_empty=True)
    values: dict[str, MetadataValue] = {"pages": len(pdf)}
    for name, ours in _FIELDS.items():
        value = fields.get(name, "").strip()
        value = iso_date(value) if name.endswith("Date") else value
        if value:
            values[ours] = value
    return " ".join(fields.get("Title", "").split()), values


def iso_date(written: str) -> str:
    """Return a PDF's date in ISO 8601 form, "" where it is none.

    >>> iso_date("D:20240229101500+02'00'"), iso_date("D:2024"), iso_date("yesterday")
    ('2024-02-29T10:15:00+02:00', '2024', '')
    """
    match = _DATE.fullmatch(written.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, zulu, zone, zone_minutes = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if hour is None:
        return date
    offset = "Z" if zulu else f"{zone}:{zone_minutes or '00'}" if zone else ""
    return f"{date}T{hour}:{minute}:{second or '00'}{offset}"


def _pages(written: TextBuilder) -> Iterator[Place]:
    return (place for place in written.places if place.kind == "page")


def labels(pdf: Any, written: TextBuilder) -> Iterator[Place]:
    """Yield the label of each page that has one which is not its number."""
    for place in _pages(written):
        label = pdf.get_page_label(int(place.value) - 1)
        if label and label != place.value:
            yield Place(place.span, "label", label)


def outline(pdf: Any, written: TextBuilder) -> list[Heading]:
    """Return the outline's titles where they stand in the text; those not met are left out."""
    starts: dict[int, Span] = {}
    for place in _pages(written):
        starts.setdefault(int(place.value), place.span)
    text = written.text
    headings: list[Heading] = []
    for bookmark in pdf.get_toc():
        title = " ".join((bookmark.get_title() or "").split())
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        page = None if index is None else starts.get(index + 1)
        if not title or page is None:
            continue
        pattern = r"\s+".join(map(re.escape, title.split()))
        match = re.compile(pattern).search(text, page.start, page.end)
        if match and match.start() >= (headings[-1].span.start if headings else 0):
            words = " ".join(match[0].split())
            headings.append(Heading(Span(*match.span()), bookmark.level + 1, words))
    return headings
