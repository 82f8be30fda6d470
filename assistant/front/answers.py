"""Answers on their way out: what is added to them, what the log says of them, and how a restart ends them."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
from litestar.enums import HttpMethod
from litestar.response.base import ASGIResponse
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from assistant.api.event_stream import event
from assistant.envelope import ErrorEnvelope, render
from assistant.errors import AssistantError, StoppingError
from assistant.gateway.headers import listed
from assistant.telemetry import log
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of
from assistant.web.shutdown import Stopping


class Outgoing:
    """An answer on its way out.

    Args:
        send: sends it.
        stopping: how far the end of this process has come.
        events: called when it is a stream of events.

    Attributes:
        status: of the answer; 0 while none has left.
    """

    def __init__(self, send: Send, stopping: Stopping, events: Callable[[], None]) -> None:
        self._send = send
        self._stopping = stopping
        self._events = events
        self.status = 0

    async def send(self, message: Message) -> None:
        """Send a part of it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            message["headers"] = [*headers, *self._further()]
            if listed(headers, b"content-type").startswith(b"text/event-stream"):
                self._events()
        await self._send(message)

    def _further(self) -> list[tuple[bytes, bytes]]:
        """Return headers of ours."""
        return self._stopping.headers


class Exchange(Outgoing):
    """One request and its answer, as the log sees them."""

    def __init__(self, scope: HTTPScope, send: Send, stopping: Stopping, request_id: str) -> None:
        super().__init__(send, stopping, self._speak_in_events)
        self.request_id = request_id
        self._scope = scope
        self._method = str(scope["method"])  # HEAD becomes another one on its way
        self._in_events = self._refused = False
        self._facts = facts = facts_of(scope)
        facts.request_id = request_id
        facts.started = facts.started or time.perf_counter()
        facts.arrived = facts.arrived or asyncio.get_running_loop().time()

    def _speak_in_events(self) -> None:
        self._in_events = True

    def _further(self) -> list[tuple[bytes, bytes]]:
        return [(b"x-request-id", self.request_id.encode()), *super()._further()]

    async def send(self, message: Message) -> None:
        """Send a part of it, unless it was answered in another way."""
        if not self._refused:
            await super().send(message)

    async def refuse(self) -> None:
        """Say that the service stops, unless an answer has begun; what comes of it later goes nowhere."""
        if not self.status:
            self._refused = True
            self._note_stop()
            await send_error(StoppingError(), self._scope, _receive_nothing, super().send)

    async def break_off(self) -> None:
        """Say that the service stops, in the last event of a stream; half an answer of another kind is cut."""
        if self._in_events:
            error = event("error", self._note_stop())
            await self.send({"type": "http.response.body", "body": error, "more_body": False})

    def _note_stop(self) -> ErrorEnvelope:
        envelope = render(StoppingError(), language_of(self._scope)).envelope
        self._facts.error = envelope.data.code
        return envelope

    def write_log(self) -> None:
        """Write what happened: who, what, how long, how it ended; 0 when no answer left."""
        log.info(
            "request",
            method=self._method,
            path=self._scope["path"],
            status=self.status,
            milliseconds=round((time.perf_counter() - self._facts.started) * 1000, 1),
            **self._facts.known(),
        )


def as_get(scope: HTTPScope) -> HTTPScope:
    """Ask for what HEAD is about (RFC 9110, 9.3.2); Litestar has no HEAD by itself."""
    scope["method"] = HttpMethod.GET.value
    return scope


def without_body(send: Send) -> Send:
    """Send the head of an answer alone."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


async def send_error(error: AssistantError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with an error's envelope."""
    rendered = render(error, language_of(scope))
    response = ASGIResponse(
        body=msgspec.json.encode(rendered.envelope),
        status_code=rendered.status_code,
        headers=rendered.headers,
        media_type="application/json",
    )
    await response(scope, receive, send)


async def _receive_nothing() -> Any:  # noqa: ANN401 - nothing ever
    """Stand for a client whose request no one reads on."""
    await asyncio.get_running_loop().create_future()
