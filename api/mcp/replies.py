"""Replies that an assistant can hold: bounded in size, and saying what was left out."""

from api.schemas import JsonObject, to_json

MOST = 100_000
"""Characters of a reply's JSON."""

_LISTS = ("passages", "documents", "answers", "steps", "expected", "facets")
"""What a reply can do with less of, in the order in which it is shortened."""


def bounded(value: JsonObject, most: int = MOST) -> JsonObject | None:
    """Return a reply of at most so many characters, or None where it cannot be made so short.

    Lists lose their last items; `notes`, where a reply has them, say so.
    """
    length = len(to_json(value))
    for name in _LISTS:
        items = value.get(name)
        if length <= most:
            break
        if isinstance(items, list) and items:
            kept = _that_fit(items, most - (length - len(to_json(items))))
            value = _shortened(value, name, kept)
            length = len(to_json(value))
    return value if length <= most else None


def _that_fit(items: list[object], room: int) -> list[object]:
    """Return the first items that fit into so many characters."""
    kept: list[object] = []
    room -= 200  # The note that says so.
    for item in items:
        room -= len(to_json(item)) + 2
        if room < 0:
            break
        kept.append(item)
    return kept


def _shortened(value: JsonObject, name: str, kept: list[object]) -> JsonObject:
    left_out = len(value[name]) - len(kept)
    note = (
        f"{left_out} of the {name} are left out to keep the reply short; ask for fewer, or narrower"
    )
    notes = {"notes": [*value["notes"], note]} if "notes" in value else {}
    return {**value, name: kept, **notes}
