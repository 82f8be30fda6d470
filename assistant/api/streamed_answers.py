"""Answers that are sent in pieces, while the model writes them."""

from collections.abc import Awaitable, Callable

import msgspec
from litestar.types import Scope

from assistant.api.completion_shapes import CompletionBody, begun_headers, detailed, note
from assistant.api.event_stream import Emit, EventStream, event
from assistant.completion.answer import Answer, Begun, Listen, Piece
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of

_encode = msgspec.json.Encoder().encode


def streamed_answer(scope: Scope, wanted: CompletionBody, answer: Callable[[Listen], Awaitable[Answer]]) -> EventStream:
    """Return the events of an answer, as it comes.

    Args:
        scope: the request.
        wanted: what was asked for.
        answer: brings the answer, and tells how it begins and the pieces of it.
    """
    headers: dict[str, str] = {}

    async def write(emit: Emit) -> bytes:
        async def listen(part: Begun | Piece) -> None:
            if isinstance(part, Piece):
                await emit(b'event: delta\ndata: {"text":%b}\n\n' % _encode(part.text))
            else:
                headers.update(begun_headers(part))

        found = await answer(listen)
        note(facts_of(scope), found)
        done = await detailed(found, wanted, language_of(scope))
        return event("done", {**done, "replaced": found.replaced})

    return EventStream(write, headers)
