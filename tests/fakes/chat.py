"""Chat Completions as OpenAI writes it."""

from typing import Any

from tests.fakes.bodies import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, Finish, event
from tests.fakes.bodies import openai_error as error
from tests.fakes.bodies import openai_models as models

__all__ = ["CLOSING", "answer", "error", "error_event", "events", "models"]

CLOSING = 3
_REASON = {"stop": "stop", "length": "length", "filtered": "content_filter"}
_HEAD = {"id": "chatcmpl-1", "created": 1}
_USAGE = {
    "prompt_tokens": INPUT_TOKENS,
    "completion_tokens": OUTPUT_TOKENS,
    "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
}


def answer(text: str, model: str, finish: Finish) -> dict[str, Any]:
    """Return a whole answer."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _REASON[finish]}
    return {**_HEAD, "object": "chat.completion", "model": model, "choices": [choice], "usage": _USAGE}


def events(pieces: list[str], model: str, finish: Finish) -> list[bytes]:
    """Return the chunks: the role, the pieces, the finish reason, the usage, the end."""
    said = [_chunk(model, {"content": piece}) for piece in pieces]
    closing = [_chunk(model, {}, _REASON[finish]), event({**_frame(model), "choices": [], "usage": _USAGE})]
    return [_chunk(model, {"role": "assistant", "content": ""}), *said, *closing, b"data: [DONE]\n\n"]


def error_event(code: str, message: str) -> bytes:
    """Return an error in the middle of a stream."""
    return event({"error": {"message": message, "type": code, "code": code, "param": None}})


def _frame(model: str) -> dict[str, Any]:
    return {**_HEAD, "object": "chat.completion.chunk", "model": model}


def _chunk(model: str, delta: dict[str, Any], reason: str | None = None) -> bytes:
    return event({**_frame(model), "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": None})
