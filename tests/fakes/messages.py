"""Messages as Anthropic writes it; its input tokens leave out the cached ones."""

from typing import Any

from tests.fakes.bodies import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, Finish, event

__all__ = ["CLOSING", "answer", "error", "error_event", "events", "models"]

CLOSING = 2
_REASON = {"stop": "end_turn", "length": "max_tokens", "filtered": "refusal"}
_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_INPUT = {
    "input_tokens": INPUT_TOKENS - CACHED_TOKENS,
    "cache_read_input_tokens": CACHED_TOKENS,
    "cache_creation_input_tokens": 0,
}


def answer(text: str, model: str, finish: Finish) -> dict[str, Any]:
    """Return a whole answer."""
    return {
        **_frame(model),
        "content": [{"type": "text", "text": text, "citations": None}],
        "stop_reason": _REASON[finish],
        "usage": {**_INPUT, "output_tokens": OUTPUT_TOKENS},
    }


def events(pieces: list[str], model: str, finish: Finish) -> list[bytes]:
    """Return the events: start, a block of pieces, the stop reason with the usage, the end."""
    start = {"type": "message_start", "message": {**_frame(model), "usage": {**_INPUT, "output_tokens": 1}}}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    said = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in pieces
    ]
    reason = {"stop_reason": _REASON[finish], "stop_sequence": None}
    closing = {"type": "message_delta", "delta": reason, "usage": {"output_tokens": OUTPUT_TOKENS}}
    every: list[dict[str, Any]] = [
        start,
        {"type": "ping"},
        block,
        *said,
        {"type": "content_block_stop", "index": 0},
        closing,
        {"type": "message_stop"},
    ]
    return [event(content, content["type"]) for content in every]


def error(status: int, code: str, message: str, param: str | None) -> dict[str, Any]:
    """Return an error; this dialect names no parameter but in its message."""
    kind = code or _KINDS.get(status, "invalid_request_error")
    said = f"{param}: {message}" if param else message
    return {"type": "error", "error": {"type": kind, "message": said}, "request_id": "req_1"}


def error_event(code: str, message: str) -> bytes:
    """Return an error in the middle of a stream."""
    return event({"type": "error", "error": {"type": code, "message": message}}, "error")


def models(names: list[str]) -> dict[str, Any]:
    """Return the list of models."""
    data = [{"id": name, "type": "model", "display_name": name, "created_at": "2026-01-01T00:00:00Z"} for name in names]
    return {"data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]}


def _frame(model: str) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }
