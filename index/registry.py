"""Implementations by name: ours and third parties' alike.

A registry holds references in the form that entry points have, `module:attribute [extra]`, and
imports one when it is asked for. Ours are listed where the registry is made; a third party adds
its own as entry points in the registry's group, which are scanned only when a name is not one of
ours (a scan costs tens of milliseconds).
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar

from index.errors import InputError, ModelError

T = TypeVar("T")

_REFERENCE = re.compile(r"\s*([\w.]+)\s*:\s*(\w+)\s*(?:\[\s*([\w,\s-]+?)\s*\])?\s*")


class Registry(Generic[T]):
    """The implementations of one protocol.

    Args:
        group: the entry-point group that third parties use, such as `excerpt.loaders`.
        kind: what one of them is called in messages, such as `loader`.
        builtin: our own, as `{name: "module:attribute [extra]"}`.
    """

    def __init__(self, group: str, kind: str, builtin: Mapping[str, str]) -> None:
        self.group = group
        self.kind = kind
        self._builtin = frozenset(builtin)
        self._references = dict(builtin)
        self._loaded: dict[str, T] = {}
        self._scanned = False

    def register(self, name: str, reference: str) -> None:
        """Add an implementation by reference; a name that is taken keeps its first owner."""
        self._references.setdefault(name, reference)

    def is_builtin(self, name: str) -> bool:
        """Return whether an implementation is one of ours."""
        return name in self._builtin

    def builtin_names(self) -> list[str]:
        """Return the names known so far, in registration order, without a scan."""
        return list(self._references)

    def names(self) -> list[str]:
        """Return every name, third parties' included, without importing any of them."""
        self.scan()
        return list(self._references)

    def scan(self) -> None:
        """Register the entry points of the group, once."""
        if self._scanned:
            return
        self._scanned = True
        for name, reference in scanned_points(self.group):
            self.register(name, reference)

    def reference(self, name: str) -> str:
        """Return where a known implementation is."""
        return self._references[name]

    def unknown(self, name: str) -> InputError:
        """Return the error for a name that nobody has; the message lists those there are."""
        known = ", ".join(sorted(self._references))
        return InputError(f"there is no {self.kind} called {name!r}; there are: {known}")

    def get(self, name: str) -> T:
        """Import and return the implementation called `name`.

        Raises:
            InputError: when there is none; the message lists those there are.
            ModelError: when it, or something that it needs, is not installed, or it raises when
                it is imported.
        """
        if name not in self._references:
            self.scan()
        if name not in self._references:
            raise self.unknown(name)
        if name not in self._loaded:
            self._loaded[name] = self._import(name, self._references[name])
        return self._loaded[name]

    def _import(self, name: str, reference: str) -> T:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise ModelError(
                f"the {self.kind} {name!r} is registered as {reference!r}, "
                "which is not of the form 'module:attribute'; correct its entry point"
            )
        module, attribute, extra = match.groups()
        try:
            value: Any = getattr(import_module(module), attribute)
        except ImportError as error:
            raise ModelError(self._missing(name, error, extra)) from error
        except AttributeError as error:
            raise ModelError(
                f"the {self.kind} {name!r} is registered as {reference!r}, "
                f"and {module} has no {attribute!r}; correct its entry point"
            ) from error
        except Exception as error:  # whatever a plug-in raises stays with it
            raise ModelError(
                f"the {self.kind} {name!r} ({reference}) raises {type(error).__name__} when it is "
                f"imported: {error}; correct or uninstall it"
            ) from error
        implementation: T = value
        return implementation

    def _missing(self, name: str, error: ImportError, extra: str | None) -> str:
        what = f"the {self.kind} {name!r} cannot be used: {error}"
        return f"{what}; install it with: pip install 'excerpt[{extra}]'" if extra else what


def scanned_points(group: str) -> Iterator[tuple[str, str]]:
    """Yield the names and references of a group's entry points; costs tens of milliseconds."""
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        yield point.name, point.value
