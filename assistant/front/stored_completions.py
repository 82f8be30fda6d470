"""Stored answers without the framework: the completions that are asked for most cost the least."""

from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Receive, Send

from assistant.api.completion_shapes import (
    ASKED,
    Asked,
    Clicks,
    CompletionBody,
    detailed,
    draft_request_of,
    headers_of,
    note,
)
from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.auth.authorization import authorization_of
from assistant.auth.csrf import COOKIE, HEADER, check_csrf
from assistant.completion.answer import Answer
from assistant.envelope import success
from assistant.errors import AssistantError
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of
from prompts.errors import PromptError

_PATH = b"/api/v1/ai/completion"
_STREAM = b"text/event-stream"
_decode = msgspec.json.Decoder(CompletionBody).decode
_encode = msgspec.json.Encoder().encode


class Shortcut:
    """Answers a completion at once when caller and answer are known; all else goes on to the operations.

    Args:
        ours: the operations.
        authenticator: who is known.
        clicks: what is known.
        largest_body: bytes of a body that the operation takes.
    """

    def __init__(
        self, ours: ASGIApp, authenticator: RememberingAuthenticator, clicks: Clicks, largest_body: int
    ) -> None:
        self._ours = ours
        self._authenticator = authenticator
        self._completions = clicks.completions
        self._conversations = clicks.conversations
        self._largest_body = largest_body

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        # of a header that came twice, the first counts, as for Litestar
        headers = dict(reversed(list(scope["headers"])))
        known = self._known(scope, headers)
        if known is None:
            await self._ours(scope, receive, send)
            return
        actor, opened = known
        messages, body = await _read(receive)
        facts = facts_of(scope)
        asked = await self._asked(body, headers, actor, facts.arrived, opened)
        answer = await self._completions.hit(asked.question, actor) if asked else None
        if asked and answer:
            facts.agent = actor.id
            note(facts, answer)
            await _send(answer, asked.body, language_of(scope), send)
            return
        token = ASKED.set(asked)
        try:
            await self._ours(scope, _again(messages, receive), send)
        finally:
            ASKED.reset(token)

    def _known(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> tuple[Actor, OpenConversation] | None:
        """Return the caller of a completion and what they have open, if both are known."""
        if scope["raw_path"] != _PATH or scope["method"] != "POST":
            return None
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length) > self._largest_body or _STREAM in headers.get(b"accept", b""):
            return None
        actor = self._caller(scope, headers)
        if actor is None:
            return None
        uuid = self._conversations.uuid(scope)
        opened = self._conversations.known(actor, uuid) if uuid else UNKNOWN
        return None if opened is None else (actor, opened)

    def _caller(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> Actor | None:
        """Return the caller if they are known, and, with cookies, have proved where they come from."""
        authorization = authorization_of(scope["headers"])
        if authorization:
            return self._authenticator.known(Credentials(authorization=authorization))
        cookie = headers.get(b"cookie", b"").decode("latin-1")
        if not cookie:
            return None
        try:
            pair = SimpleCookie(cookie).get(COOKIE)
            header = headers.get(HEADER.encode(), b"").decode("latin-1")
            check_csrf("POST", {COOKIE: pair.value if pair else ""}, {HEADER: header})
        except (AssistantError, CookieError):
            return None
        return self._authenticator.known(Credentials(cookie=cookie, secure=scope["scheme"] == "https"))

    async def _asked(
        self, body: bytes, headers: dict[bytes, bytes], actor: Actor, arrived: float, opened: OpenConversation
    ) -> Asked | None:
        """Read what is asked; what is wrong with a request, its operation says."""
        try:
            wanted = _decode(body)
            draft_request = draft_request_of(
                wanted, headers.get(b"cache-control", b"").decode("latin-1"), arrived, opened
            )
            return Asked(body=wanted, question=await self._completions.question(draft_request, actor), actor=actor)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, AssistantError, PromptError):
            return None


async def _read(receive: Receive) -> tuple[list[Any], bytes]:
    messages: list[Any] = [await receive()]
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    return messages, b"".join([message.get("body", b"") for message in messages])


def _again(messages: list[Any], receive: Receive) -> Receive:
    """Give what was read once more, then what comes."""
    left = iter(messages)

    async def receive_again() -> HTTPReceiveMessage:
        for message in left:
            return message  # type: ignore[no-any-return] # as it came
        return await receive()  # type: ignore[return-value] # likewise

    return receive_again


async def _send(answer: Answer, wanted: CompletionBody, language: str, send: Send) -> None:
    body = _encode(success(await detailed(answer, wanted, language) if wanted.detail else answer.entry.text))
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(answer).items()]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
