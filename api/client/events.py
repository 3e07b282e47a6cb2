"""Server-sent events, a line at a time."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, and its data as JSON."""

    name: str
    data: Any


@dataclass(slots=True)
class EventReader:
    """Puts events together from their lines."""

    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, line: str) -> Event | None:
        """Take the next line; return the event that it ends, if it ends one."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif not line and self._data:
            event = Event(self._name, json.loads("\n".join(self._data)))
            self._name, self._data = "", []
            return event
        return None
