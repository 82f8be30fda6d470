"""What a dialect's module gives to the fake provider, and small tools for all three."""

from typing import Any, Literal, Protocol, TypeAlias

import msgspec

Finish: TypeAlias = Literal["stop", "length", "filtered"]
INPUT_TOKENS, OUTPUT_TOKENS, CACHED_TOKENS = 20, 7, 4
"""What every scripted answer claims to have used; the cached ones are part of the input."""


class Dialect(Protocol):
    """How one dialect writes answers, events and errors."""

    def answer(self, text: str, model: str, finish: Finish) -> dict[str, Any]:
        """Return a whole answer."""
        ...

    def events(self, pieces: list[str], model: str, finish: Finish) -> list[bytes]:
        """Return a stream's events; the last `CLOSING` of them say that it is finished."""
        ...

    def error(self, status: int, code: str, message: str, param: str | None) -> dict[str, Any]:
        """Return the body of an error answer."""
        ...

    def error_event(self, code: str, message: str) -> bytes:
        """Return an error in the middle of a stream."""
        ...

    def models(self, names: list[str]) -> dict[str, Any]:
        """Return the list of models."""
        ...

    CLOSING: int


def event(content: dict[str, Any], name: str = "") -> bytes:
    """Return one server-sent event."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + msgspec.json.encode(content) + b"\n\n"


def openai_models(names: list[str]) -> dict[str, Any]:
    """Return a list of models as OpenAI writes it."""
    data = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in names]
    return {"object": "list", "data": data}


def openai_error(status: int, code: str, message: str, param: str | None) -> dict[str, Any]:
    """Return an error as OpenAI writes it."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code or None}}
