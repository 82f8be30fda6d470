"""Responses as OpenAI writes it."""

from typing import Any

from tests.fakes.bodies import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, Finish, event
from tests.fakes.bodies import openai_error as error
from tests.fakes.bodies import openai_models as models

__all__ = ["CLOSING", "answer", "error", "error_event", "events", "models"]

CLOSING = 1
_REASON = {"length": "max_output_tokens", "filtered": "content_filter"}


def answer(text: str, model: str, finish: Finish) -> dict[str, Any]:
    """Return a whole answer."""
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    ended = finish == "stop"
    return {
        **_frame(model, "completed" if ended else "incomplete"),
        "incomplete_details": None if ended else {"reason": _REASON[finish]},
        "output": [item],
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS, "cache_write_tokens": 0},
            "output_tokens": OUTPUT_TOKENS,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    }


def events(pieces: list[str], model: str, finish: Finish) -> list[bytes]:
    """Return the events: created, the pieces, the finished response."""
    whole = answer("".join(pieces), model, finish)
    created = {"type": "response.created", "sequence_number": 0, "response": _frame(model, "in_progress")}
    said = [_delta(number, piece) for number, piece in enumerate(pieces, 1)]
    kind = f"response.{whole['status']}"
    closing = event({"type": kind, "sequence_number": len(pieces) + 1, "response": whole}, kind)
    return [event(created, "response.created"), *said, closing]


def error_event(code: str, message: str) -> bytes:
    """Return an error in the middle of a stream."""
    return event({"type": "error", "code": code, "message": message, "param": None, "sequence_number": 2}, "error")


def _frame(model: str, status: str) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "model": model,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }


def _delta(number: int, piece: str) -> bytes:
    kind = "response.output_text.delta"
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
    return event({"type": kind, "sequence_number": number, "delta": piece, **place}, kind)
