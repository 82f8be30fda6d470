"""Whole answers on their way to the client, and those that need no framework on the way."""

from collections.abc import Coroutine
from typing import Any

import msgspec
from litestar import Request
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from assistant.api.completion_shapes import ASKED, Asked, CompletionBody, detailed, headers_of, note
from assistant.api.leaving import while_there
from assistant.api.streamed_answers import streamed_answer
from assistant.completion.answer import Answer
from assistant.completion.service import CompletionService
from assistant.envelope import success
from assistant.web.application import answer_error
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of

_PATIENCE = 0.05  # seconds after which it is worth looking whether the client is still there; most answers come before
_CLOSED = 499  # what nginx writes into its log for a client that left
_encode = msgspec.json.Encoder().encode


class WholeAnswer(ASGIResponse):
    """Answers once some work has brought the answer; nothing is sent before.

    Args:
        work: brings the answer; cancelled when the client leaves.
        wanted: what was asked for.
    """

    def __init__(self, work: Coroutine[Any, Any, Answer], wanted: CompletionBody) -> None:
        self._work = work
        self._wanted = wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the answer and send it; raises what the work does."""
        answer = await while_there(receive, self._work, patience=_PATIENCE)
        if answer is None:
            await _send(send, _CLOSED, {}, b"")  # no one reads it
            return
        note(facts_of(scope), answer)
        data = await self.data(answer, language_of(scope))
        headers = {**headers_of(answer), "Content-Type": "application/json"}
        await _send(send, 200, headers, _encode(success(data)))

    async def data(self, answer: Answer, language: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what the client gets of an answer: its text, or all that is known of it."""
        return await detailed(answer, self._wanted, language) if self._wanted.detail else answer.entry.text


class AskedCompletions:
    """Answers requests for completions that were read and found to be in order before; all else the operations answer.

    Args:
        operations: all of them.
        completions: the pipeline.

    Attributes:
        operations: as given.
    """

    def __init__(self, operations: ASGIApp, completions: CompletionService) -> None:
        self.operations = operations
        self._completions = completions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        asked = ASKED.get()
        if asked is None:
            await self.operations(scope, receive, send)
            return
        facts_of(scope).agent = asked.actor.id
        try:
            await self._answer_to(asked, scope)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered as the framework's handler does
            request = Request[Any, Any, Any](scope)
            answer = answer_error(request, error).to_asgi_response(None, request)
            await answer(scope, receive, send)

    def _answer_to(self, asked: Asked, scope: Scope) -> ASGIResponse:
        question, completions = asked.question, self._completions
        request = question.prepared.request
        if asked.streamed:
            stream = completions.stream
            return streamed_answer(scope, asked.body, lambda listen: stream(request, asked.actor, listen, question))
        return WholeAnswer(completions.complete(request, asked.actor, question), asked.body)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    lines.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body, "more_body": False})
