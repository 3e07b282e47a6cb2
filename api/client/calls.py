"""Each request, and what is made of its answer, whoever sends it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from api.client.errors import ApiError
from api.client.parsing import parsed
from api.client.types import (
    Document,
    DocumentPage,
    Explanation,
    Job,
    QuotedSpan,
    Response,
    SearchResponse,
)

T = TypeVar("T")

File = Path | tuple[str, bytes]
"""A file to upload: where it lies, or its name and content."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that is sent as text."""

    text: str
    title: str = ""
    id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Return the object that is sent."""
        named = {} if self.id is None else {"id": self.id}
        return {
            **named,
            "text": self.text,
            "title": self.title,
            "metadata": dict(self.metadata),
        }


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request: what is sent, and what the answer stands for."""

    method: str
    path: str
    parse: Callable[[httpx.Response], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    files: Sequence[tuple[str, tuple[str | None, bytes]]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """Return what httpx takes beside method and path."""
        return {
            "params": {name: value for name, value in self.params.items() if value is not None},
            "json": self.json,
            "files": list(self.files) or None,
            "headers": dict(self.headers),
        }


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """What a question may say beside its words; None leaves it to the server."""

    k: int | None = None
    filter: str | None = None
    risk: float | None = None
    passages: int | None = None
    generation: int | None = None
    min_generation: int | None = None

    def json(self) -> dict[str, Any]:
        """Return the members of the object that is sent."""
        return {
            name: value for name in self.__slots__ if (value := getattr(self, name)) is not None
        }


def ask(question: str, asked: QuestionOptions) -> Call[Response]:
    """Return the call that answers a question."""
    body = {"question": question, **asked.json()}
    return Call("POST", "/v1/ask", _as(Response), json=body)


def ask_all(
    questions: Sequence[str], asked: QuestionOptions
) -> Call[tuple[Response | ApiError, ...]]:
    """Return the call that answers several questions from one generation."""
    requests = [{"question": each, **asked.json()} for each in questions]
    return Call("POST", "/v1/ask/batch", _results, json={"requests": requests})


def search(query: str, asked: QuestionOptions) -> Call[SearchResponse]:
    """Return the call that finds passages."""
    body = {"query": query, **asked.json()}
    return Call("POST", "/v1/search", _as(SearchResponse), json=body)


def explain(question: str, expected: str, asked: QuestionOptions) -> Call[Explanation]:
    """Return the call that follows expected words."""
    body = {"question": question, "expected": expected, **asked.json()}
    return Call("POST", "/v1/explain", _as(Explanation), json=body)


def documents(params: Mapping[str, Any]) -> Call[DocumentPage]:
    """Return the call for a page of documents."""
    return Call("GET", "/v1/documents", _as(DocumentPage), params)


def document(document_id: str, generation: int | None) -> Call[Document]:
    """Return the call for a document."""
    return Call("GET", _place(document_id), _as(Document), {"generation": generation})


def span(document_id: str, params: Mapping[str, Any]) -> Call[QuotedSpan]:
    """Return the call for a span."""
    return Call("GET", f"{_place(document_id)}/span", _as(QuotedSpan), params)


def original(document_id: str) -> Call[bytes]:
    """Return the call for the file that a document came from."""
    return Call("GET", f"{_place(document_id)}/original", _content)


def page(document_id: str, number: int, params: Mapping[str, Any]) -> Call[bytes]:
    """Return the call for a page as a PNG."""
    return Call("GET", f"{_place(document_id)}/pages/{number}", _content, params)


def upload(
    files: Sequence[File], replace: bool, metadata: Mapping[str, Mapping[str, Any]] | None
) -> Call[Job]:
    """Return the call that uploads files, with metadata of some of them by their names."""
    named: list[tuple[str, tuple[str | None, bytes]]] = [("files", _named(each)) for each in files]
    if metadata:
        about = json.dumps({name: dict(each) for name, each in metadata.items()})
        named.append(("meta", (None, about.encode())))
    params = {"replace": "true" if replace else "false"}
    return Call("POST", "/v1/uploads", _as(Job), params, files=named, headers=_once())


def add(new: Sequence[NewDocument], replace: bool) -> Call[Job]:
    """Return the call that adds texts."""
    body = {"documents": [each.json() for each in new], "replace": replace}
    return Call("POST", "/v1/documents", _as(Job), json=body, headers=_once())


def put(document_id: str, new: NewDocument) -> Call[Job]:
    """Return the call that puts a text under an id."""
    body = {key: value for key, value in new.json().items() if key != "id"}
    return Call("PUT", _place(document_id), _as(Job), json=body, headers=_once())


def delete(document_id: str) -> Call[Job]:
    """Return the call that deletes a document."""
    return Call("DELETE", _place(document_id), _as(Job), headers=_once())


def delete_upload(path: str) -> Call[Job]:
    """Return the call that deletes an upload."""
    return Call("DELETE", f"/v1/uploads/{quote(path)}", _as(Job), headers=_once())


def sync() -> Call[Job]:
    """Return the call that brings the index in step with its folders."""
    return Call("POST", "/v1/sync", _as(Job), headers=_once())


def job(job_id: str) -> Call[Job]:
    """Return the call for a job."""
    return Call("GET", f"/v1/jobs/{quote(job_id, safe='')}", _as(Job))


def cancel(job_id: str) -> Call[Job]:
    """Return the call that cancels a job."""
    return Call("POST", f"/v1/jobs/{quote(job_id, safe='')}/cancel", _as(Job))


def checked(response: httpx.Response) -> httpx.Response:
    """Return a response that is none of the server's refusals.

    Raises:
        ApiError: when it is one.
    """
    if response.is_success:
        return response
    raise refusal(response)


def refusal(response: httpx.Response) -> ApiError:
    """Return the error of a response, whoever on the way wrote it."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"title": response.reason_phrase, "detail": response.text[:200]}
    return ApiError(response.status_code, problem)


def _as(cls: type[T]) -> Callable[[httpx.Response], T]:
    return lambda response: parsed(cls, response.json())


def _content(response: httpx.Response) -> bytes:
    return response.content


def _results(response: httpx.Response) -> tuple[Response | ApiError, ...]:
    return tuple(
        ApiError(int(each["problem"]["status"]), each["problem"])
        if each["problem"]
        else parsed(Response, each["response"])
        for each in response.json()["results"]
    )


def _place(document_id: str) -> str:
    return f"/v1/documents/{quote(document_id)}"


def _named(file: File) -> tuple[str, bytes]:
    return (file.name, file.read_bytes()) if isinstance(file, Path) else file


def _once() -> dict[str, str]:
    """Return the header that keeps a write from being done twice."""
    return {"Idempotency-Key": uuid4().hex}
