"""Every address that the page links to. Each names all that it shows, so that it can be kept."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from index.types import Span

Parameter = str | int | Iterable[str] | None
Parameters = Mapping[str, Parameter]


def ask(q: str, more: Parameters | None = None, **parameters: Parameter) -> str:
    """Return the address of a question's answers.

    >>> ask("who leads?", mode="search")
    '/?q=who+leads%3F&mode=search'
    """
    return _with("/", {"q": q, **parameters, **(more or {})})


def read(
    document_id: str,
    span: Span | None = None,
    more: Parameters | None = None,
    *,
    anchor: str = "quote",
    **parameters: Parameter,
) -> str:
    """Return the address of a document, opened at a span where one is given.

    >>> read("a.txt", Span(3, 9), view="text")
    '/read/a.txt?start=3&end=9&view=text#quote'
    """
    place = {} if span is None else {"start": span.start, "end": span.end}
    fragment = f"#{anchor}" if anchor and (span is not None or anchor != "quote") else ""
    return _with(f"/read/{quote(document_id)}", {**place, **parameters, **(more or {})}) + fragment


def pairs(parameters: Parameters) -> list[tuple[str, str]]:
    """Return the parameters of an address one by one, for the hidden fields of a form.

    >>> pairs({"q": "who?", "find": None, "also": ["1-2", "5-9"]})
    [('q', 'who?'), ('also', '1-2'), ('also', '5-9')]
    """
    return [(name, str(value)) for name, values in parameters.items() for value in _each(values)]


def cite(document_id: str, span: Span, form: str) -> str:
    """Return the address of a citation in one form."""
    return _with(f"/cite/{quote(document_id)}", {"start": span.start, "end": span.end, "as": form})


def page_picture(document_id: str, page: int, version: str) -> str:
    """Return the address of the picture of a page."""
    return _with(f"/picture/{quote(document_id)}", {"page": page, "v": version})


def documents(**parameters: Parameter) -> str:
    """Return the address of the list of documents."""
    return _with("/documents", parameters)


def spans(several: Iterable[Span]) -> list[str]:
    """Return spans as an address carries them.

    >>> spans([Span(3, 9)])
    ['3-9']
    """
    return [f"{span.start}-{span.end}" for span in several]


def _with(path: str, parameters: Parameters) -> str:
    found = pairs(parameters)
    return f"{path}?{urlencode(found, errors='replace')}" if found else path


def _each(values: Parameter) -> Iterable[str | int]:
    if values is None or values == "":
        return ()
    return (values,) if isinstance(values, str | int) else values
