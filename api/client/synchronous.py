"""The client for ordinary code, written from `asynchronous.py` by `make client`."""

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from api.client import calls
from api.client.calls import Call, File, NewDocument, QuestionOptions
from api.client.errors import ApiError, JobFailedError
from api.client.events import Event, EventReader
from api.client.parsing import parsed
from api.client.retrying import Retrying
from api.client.types import (
    Document,
    DocumentHead,
    DocumentPage,
    Explanation,
    Job,
    QuotedSpan,
    Response,
    SearchResponse,
)

T = TypeVar("T")

_POLL = 0.1
_SLOWEST = 2.0


class Excerpt:
    """A server, asked over HTTP; close it, or use it in a `with`. Thread-safe."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout: float = 60.0,
        retrying: Retrying | None = None,
    ) -> None:
        """Name the server.

        Args:
            url: its address.
            key: an API key, where it asks for one.
            timeout: seconds that one request may take.
            retrying: what is sent again, and when.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)
        self._retrying = retrying or Retrying()

    def ask(
        self,
        question: str,
        k: int | None = None,
        filter: str | None = None,
        *,
        risk: float | None = None,
        passages: int | None = None,
        generation: int | None = None,
        min_generation: int | None = None,
    ) -> Response:
        """Return at most k answers to a question, each cited, or that the documents do not say."""
        asked = QuestionOptions(k, filter, risk, passages, generation, min_generation)
        return self._do(calls.ask(question, asked))

    def ask_all(
        self, questions: Sequence[str], k: int | None = None, filter: str | None = None
    ) -> tuple[Response | ApiError, ...]:
        """Return what becomes of each question (100 at most), all asked of one generation."""
        return self._do(calls.ask_all(questions, QuestionOptions(k, filter)))

    def stream(
        self, question: str, k: int | None = None, filter: str | None = None
    ) -> Iterator[Event]:
        """Yield `passages` as soon as they are found, each `answer`, and `done` with everything."""
        body = {"question": question, **QuestionOptions(k, filter).json()}
        for event in self._events("POST", "/v1/ask/stream", json=body):
            yield event

    def search(
        self,
        query: str,
        k: int | None = None,
        filter: str | None = None,
        *,
        generation: int | None = None,
        min_generation: int | None = None,
    ) -> SearchResponse:
        """Return the k passages nearest to a query."""
        asked = QuestionOptions(k, filter, generation=generation, min_generation=min_generation)
        return self._do(calls.search(query, asked))

    def explain(
        self, question: str, expected: str, k: int | None = None, filter: str | None = None
    ) -> Explanation:
        """Return where expected words were lost on the way to the answer."""
        return self._do(calls.explain(question, expected, QuestionOptions(k, filter)))

    def documents(self, filter: str | None = None) -> Iterator[DocumentHead]:
        """Yield the documents that pass a filter, a page at a time, in the order of their ids."""
        cursor: str | None = None
        while True:
            page = self.document_page(filter, cursor=cursor, limit=500)
            for head in page.documents:
                yield head
            if (cursor := page.next) is None:
                return

    def document_page(
        self,
        filter: str | None = None,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        facets: Sequence[str] = (),
    ) -> DocumentPage:
        """Return one page of the documents, with how many have which value of some fields."""
        params = {"filter": filter, "cursor": cursor, "limit": limit, "facet": list(facets)}
        return self._do(calls.documents(params))

    def document(self, document_id: str, *, generation: int | None = None) -> Document:
        """Return a document with its text."""
        return self._do(calls.document(document_id, generation))

    def span(
        self, document_id: str, start: int, end: int, *, context: int | None = None
    ) -> QuotedSpan:
        """Return the words of a span as a citation, with the text around it."""
        params = {"start": start, "end": end, "context": context}
        return self._do(calls.span(document_id, params))

    def original(self, document_id: str) -> bytes:
        """Return the file that a document came from."""
        return self._do(calls.original(document_id))

    def page(
        self,
        document_id: str,
        number: int,
        spans: Sequence[tuple[int, int]] = (),
        *,
        scale: float | None = None,
    ) -> bytes:
        """Return a page of a PDF as a PNG, some spans marked on it."""
        marked = [f"{start}-{end}" for start, end in spans]
        return self._do(calls.page(document_id, number, {"span": marked, "scale": scale}))

    def upload(
        self,
        *files: File,
        replace: bool = False,
        metadata: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Job:
        """Upload files: paths, or names with their content; return the job.

        `metadata` holds fields of some of them by their names, `title` among them.
        """
        return self._do(calls.upload(files, replace, metadata))

    def add(self, *documents: NewDocument, replace: bool = False) -> Job:
        """Add documents that are sent as text; return the job."""
        return self._do(calls.add(documents, replace))

    def put(self, document_id: str, document: NewDocument) -> Job:
        """Put a text under an id, in place of what came as text before; return the job."""
        return self._do(calls.put(document_id, document))

    def delete(self, document_id: str) -> Job:
        """Delete a document, with its upload; return the job."""
        return self._do(calls.delete(document_id))

    def delete_upload(self, path: str) -> Job:
        """Delete an upload with all its documents; return the job."""
        return self._do(calls.delete_upload(path))

    def sync(self) -> Job:
        """Bring the index in step with its recorded folders; return the job."""
        return self._do(calls.sync())

    def job(self, job_id: str) -> Job:
        """Return how far a job is, or what came of it."""
        return self._do(calls.job(job_id))

    def cancel(self, job_id: str) -> Job:
        """Cancel a job; what it began is undone."""
        return self._do(calls.cancel(job_id))

    def wait(self, job: Job, timeout: float = 600.0) -> Job:
        """Return a job once it is done.

        Raises:
            JobFailedError: when it fails, or is cancelled.
            TimeoutError: when it is not done in time.
        """
        until = time.monotonic() + timeout
        delay = _POLL
        while job.ended is None:
            if time.monotonic() > until:
                raise TimeoutError(f"the job {job.id} is still {job.state}")
            time.sleep(delay)
            delay = min(_SLOWEST, 1.5 * delay)
            job = self.job(job.id)
        if job.state != "done":
            raise JobFailedError(job)
        return job

    def follow(self, job: Job) -> Iterator[Job]:
        """Yield a job at each change, as it goes, until it has ended."""
        path = f"/v1/jobs/{job.id}/events"
        for event in self._events("GET", path):
            yield parsed(Job, event.data)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _do(self, call: Call[T]) -> T:
        """Send a request, again where that is safe, and return what its answer stands for."""
        attempt = 0
        while True:
            attempt += 1
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = self._http.request(call.method, call.path, **call.options())
            except httpx.TransportError as error:
                outcome = error
            delay = self._retrying.delay(attempt, outcome)
            if delay is not None:
                time.sleep(delay)
            elif isinstance(outcome, httpx.TransportError):
                raise outcome
            else:
                return call.parse(calls.checked(outcome))

    def _events(self, method: str, path: str, **options: Any) -> Iterator[Event]:
        with self._http.stream(method, path, **options) as response:
            if not response.is_success:
                response.read()
                raise calls.refusal(response)
            reader = EventReader()
            for line in response.iter_lines():
                if (event := reader.feed(line)) is not None:
                    yield event
