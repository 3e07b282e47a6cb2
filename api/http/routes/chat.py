"""Chat completions as OpenAI's clients ask for them, so that chat front ends can ask."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from api import chat_models
from api.chat_markdown import sections
from api.http import problems
from api.http.access import REFUSALS, ReadAccess
from api.http.dependencies import CurrentAdmission, CurrentLiveEngine, CurrentMetrics
from api.http.responses import Json
from api.http.server_sent_events import MEDIA_TYPE, event_response
from api.http.streaming import AnswerStream
from api.problem_details import field_errors, invalid_request, problem_of
from api.request_models import AskRequest
from api.schemas import JsonObject, response_json, to_json
from index.errors import ExcerptError, InputError
from retrieval import types

router = APIRouter(prefix="/v1", tags=["chat"])

_MODEL = "excerpt"
_PROBLEMS = problems.describe(400, *REFUSALS, 404, 409, 413, 422, 429, 500, 503)
_STREAM: dict[str, Any] = {MEDIA_TYPE: {"schema": {"description": "Chunks, with `stream: true`."}}}


@router.get(
    "/models",
    response_model=chat_models.ChatModels,
    responses=problems.describe(*REFUSALS, 429, 500),
    summary="List what can be asked: one",
)
def models(_access: ReadAccess) -> Json:
    """Return the one name that a front end may choose."""
    described = {"id": _MODEL, "object": "model", "created": 0, "owned_by": _MODEL}
    return Json({"object": "list", "data": [described]})


@router.post(
    "/chat/completions",
    response_model=chat_models.ChatCompletion,
    responses={200: {"content": _STREAM}, **_PROBLEMS},
    summary="Answer the last question of a conversation with quotes and their sources",
)
async def complete(
    body: chat_models.ChatRequest,
    request: Request,
    access: ReadAccess,
    live: CurrentLiveEngine,
    admission: CurrentAdmission,
    metrics: CurrentMetrics,
) -> Response:
    """Say what the documents say, word for word, or plainly that they do not.

    Nothing is generated. Earlier messages are not read.
    """
    asked = _ask_request(body)
    stream = AnswerStream(request, access, live, admission, metrics)
    await stream.begin(asked)
    identity = f"chatcmpl-{uuid4().hex}"
    if body.stream:
        return event_response(_chunks(stream, identity, body.model))
    response = await _response(stream)
    return Json(_completion(response, identity, body.model))


def _ask_request(body: chat_models.ChatRequest) -> AskRequest:
    """Return what is asked.

    Raises:
        InputError: when it cannot be asked.
    """
    members = {"question": question_of(body), "k": body.k, "filter": body.filter}
    try:
        return AskRequest.model_validate(members)
    except ValidationError as error:
        raise InputError(invalid_request(field_errors(error.errors())).detail) from error


def question_of(body: chat_models.ChatRequest) -> str:
    """Return the user's last message.

    Raises:
        InputError: when there is none with words.
    """
    for message in reversed(body.messages):
        if message.role == "user":
            content = message.content or ""
            parts = [content] if isinstance(content, str) else [each.text for each in content]
            return "\n".join(parts)
    raise InputError("no message is the user's; send the question as one with the role `user`")


async def _response(stream: AnswerStream) -> types.Response:
    last = None
    async for piece in stream.pieces():
        last = piece
    assert isinstance(last, types.Response), "the response comes last"
    return last


async def _chunks(stream: AnswerStream, identity: str, model: str) -> AsyncIterator[bytes]:
    yield _chunk(identity, model, {"role": "assistant", "content": ""})
    try:
        response = await _response(stream)
    except ExcerptError as error:
        problem = problem_of(error)
        error_object = {"message": problem.detail, "type": problem.slug, "code": problem.status}
        yield _data({"error": error_object})
        return
    for number, section in enumerate(sections(response)):
        text = section if number == 0 else f"\n\n{section}"
        yield _chunk(identity, model, {"content": text})
    yield _chunk(identity, model, {}, finish="stop")
    yield b"data: [DONE]\n\n"


def _chunk(identity: str, model: str, delta: JsonObject, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _data({**_head(identity, "chat.completion.chunk", model), "choices": [choice]})


def _completion(response: types.Response, identity: str, model: str) -> JsonObject:
    message = {"role": "assistant", "content": "\n\n".join(sections(response))}
    return {
        **_head(identity, "chat.completion", model),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "excerpt": response_json(response),
    }


def _head(identity: str, kind: str, model: str) -> JsonObject:
    return {"id": identity, "object": kind, "created": int(time.time()), "model": model}


def _data(content: JsonObject) -> bytes:
    return f"data: {to_json(content)}\n\n".encode()
