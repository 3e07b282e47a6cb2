"""What chat front ends send and expect: the part of OpenAI's chat completions that asking needs."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from api.model_fields import HowManyOrDefault
from api.models import AskResponse


class Lenient(BaseModel):
    """Passes over what it does not know: front ends send the settings of generators."""

    model_config = ConfigDict(extra="ignore")


class TextPart(Lenient):
    """A part of a message; only those of the type `text` are read."""

    type: StrictStr
    text: StrictStr = ""


class ChatMessage(Lenient):
    """A message; the last one of the user is the question."""

    role: StrictStr
    content: StrictStr | list[TextPart] | None = None


class ChatRequest(Lenient):
    """A conversation, whose last question is answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "excerpt",
                    "messages": [
                        {"role": "user", "content": "who leads Operation Southern Spear?"}
                    ],
                }
            ]
        }
    )

    model: StrictStr = "excerpt"
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1_000)]
    stream: StrictBool = False
    k: HowManyOrDefault = Field(3, description="At most this many answers.")
    filter: StrictStr | None = Field(None, description="Only documents that pass.")


class ChatReply(BaseModel):
    """What the assistant says, in Markdown."""

    role: Literal["assistant"]
    content: str


class ChatChoice(BaseModel):
    """The one reply."""

    index: int
    message: ChatReply
    finish_reason: Literal["stop"]


class ChatUsage(BaseModel):
    """Nothing is generated, so nothing is counted."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """A reply, with the response that it was written from."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: ChatUsage
    excerpt: AskResponse = Field(description="The object of `POST /v1/ask`.")


class ChatModel(BaseModel):
    """What can be asked."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ChatModels(BaseModel):
    """The list of them: one."""

    object: Literal["list"]
    data: list[ChatModel]
