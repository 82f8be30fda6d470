"""The lane of stored answers: the completions that are asked for most are answered here, without the framework."""

import asyncio
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from time import perf_counter
from typing import Any, cast

import msgspec
from litestar.types import HTTPReceiveMessage, HTTPScope, Receive, Send
from msgspec import Struct

from assistant.api.completion_shapes import (
    Asked,
    Clicks,
    CompletionBody,
    begun_headers,
    detailed,
    draft_request_of,
)
from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.auth.authorization import authorization_of
from assistant.auth.csrf import COOKIE, HEADER, check_csrf
from assistant.completion.answer import Answer, Begun, Entry
from assistant.completion.key import Meaning
from assistant.envelope import success
from assistant.errors import AssistantError, SlowBodyError
from assistant.front.recent_requests import Name, RecentRequests
from assistant.front.trust import Trust
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation
from assistant.metrics import Metrics
from assistant.telemetry import log, request_id
from assistant.web.language import language_of
from assistant.web.request_facts import RequestLine, facts_of
from assistant.web.shutdown import Stopping
from prompts.errors import PromptError

PATH = "/api/v1/ai/completion"
"""The operation whose stored answers are given here."""
_STREAM = b"text/event-stream"
_CSRF = HEADER.encode()
_decode = msgspec.json.Decoder(CompletionBody).decode
_encode = msgspec.json.Encoder().encode


class Passed(Struct, frozen=True):
    """A request that is no hit, as it goes on to its operation.

    Attributes:
        receive: from where it is read, from its beginning.
        asked: what was read of it already.
    """

    receive: Receive
    asked: Asked | None = None


class HitLane:
    """Answers a completion at once when caller and answer are known.

    Args:
        authenticator: who is known.
        clicks: what is known.
        metrics: counts what was answered.
        stopping: how far the end of this process has come.
        trust: whose word on a request's id and scheme counts.
        largest_body: bytes of a body that the operation takes.
    """

    def __init__(
        self,
        authenticator: RememberingAuthenticator,
        clicks: Clicks,
        metrics: Metrics,
        *,
        stopping: Stopping,
        trust: Trust,
        largest_body: int,
    ) -> None:
        self._authenticator = authenticator
        self._completions = clicks.completions
        self._conversations = clicks.conversations
        self._metrics = metrics
        self._stopping = stopping
        self._trust = trust
        self._largest_body = largest_body
        self._recent = RecentRequests()

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Passed | None:
        """Answer a completion, from top to bottom; all that is no hit is passed on, and its operation says why.

        Returns:
            The request as it goes on; None when it was answered.
        """
        started = perf_counter()
        headers = dict(list(scope["headers"])[::-1])  # of a header that came twice, the first counts, as for Litestar
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length) > self._largest_body or _STREAM in headers.get(b"accept", b""):
            return Passed(receive)
        self._trust.believe(scope)
        actor = self._caller(scope, headers)
        opened = self._opened(scope, headers, actor) if actor else None
        if actor is None or opened is None:
            return Passed(receive)

        arrived = asyncio.get_running_loop().time()
        click = _Click(scope, headers, actor, opened, self._trust.request_id(scope), started, arrived)
        token = request_id.set(click.request_id)
        try:
            return await self._answer(click, receive, send)
        finally:
            request_id.reset(token)

    async def _answer(self, click: "_Click", receive: Receive, send: Send) -> Passed | None:
        """Answer what a known caller asks, if that is known too."""
        messages: list[Any] = []
        asked: Asked | None = None
        try:
            body = await _read(receive, messages)
            name = self._recent.name(body, click.opened)
            if await self._answer_again(click, name, send):
                return None
            asked = await self._asked(click, body)
            if asked and await self._answer_asked(click, name, asked, send):
                return None
        except (SlowBodyError, asyncio.CancelledError) as error:
            receive = self._broken_off(error)
        facts = facts_of(click.scope)
        facts.request_id, facts.started, facts.arrived = click.request_id, click.started, click.arrived
        return Passed(_again(messages, receive), asked)

    async def _answer_again(self, click: "_Click", name: Name, send: Send) -> bool:
        """Answer a request that came a moment ago too, and means the same; false when it has to be read."""
        meaning = self._recent.get(name)
        if meaning is None or b"cache-control" in click.headers or not self._holds(meaning, click.actor):
            return False
        entry = await self._completions.hit(meaning.key, meaning.prompt, click.actor, click)
        if entry is None:
            return False
        await self._send(click, entry, meaning.prompt.key, entry.text, send)
        return True

    def _holds(self, meaning: Meaning, actor: Actor) -> bool:
        try:
            return self._completions.holds(meaning, actor)
        except (AssistantError, PromptError):
            return False  # why, the operation says

    async def _answer_asked(self, click: "_Click", name: Name, asked: Asked, send: Send) -> bool:
        """Answer what was read, if it is known; false, and nothing is counted, when it is not."""
        question, wanted = asked.question, asked.body
        prompt = question.prepared.prompt
        entry = await self._completions.hit(question.shared_key, prompt, click.actor, click)
        if entry is None:
            return False
        if wanted.detail:
            answer = Answer(entry=entry, prompt_key=prompt.key, cache="hit")
            data: Any = await detailed(answer, wanted, language_of(click.scope))
        else:
            self._recent.put(name, question.meaning)
            data = entry.text
        await self._send(click, entry, prompt.key, data, send)
        return True

    def _broken_off(self, error: BaseException) -> Receive:
        """Return what is received of a request that did not come in time, or that the end of this process broke off."""
        if isinstance(error, asyncio.CancelledError):
            if not self._stopping.over:
                raise error
            cast("asyncio.Task[Any]", asyncio.current_task()).uncancel()  # it is answered, and says so

        async def receive() -> HTTPReceiveMessage:
            raise error

        return receive

    def _caller(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> Actor | None:
        """Return the caller if they are known, and, with cookies, have proved where they come from."""
        first = headers.get(b"authorization")
        known = self._authenticator.known(Credentials(authorization=first.decode("latin-1"))) if first else None
        if known is not None:
            return known
        authorization = authorization_of(scope["headers"])
        if authorization:
            return self._authenticator.known(Credentials(authorization=authorization))
        cookie = headers.get(b"cookie", b"").decode("latin-1")
        if not cookie:
            return None
        try:
            pair = SimpleCookie(cookie).get(COOKIE)
            header = headers.get(_CSRF, b"").decode("latin-1")
            check_csrf("POST", {COOKIE: pair.value if pair else ""}, {HEADER: header})
        except (AssistantError, CookieError):
            return None
        return self._authenticator.known(Credentials(cookie=cookie, secure=scope["scheme"] == "https"))

    def _opened(self, scope: HTTPScope, headers: dict[bytes, bytes], actor: Actor) -> OpenConversation | None:
        """Return the conversation that the caller has open, if what has to be known of it is."""
        uuid = self._conversations.uuid(scope) if b"referer" in headers else ""
        return self._conversations.known(actor, uuid) if uuid else UNKNOWN

    async def _asked(self, click: "_Click", body: bytes) -> Asked | None:
        """Read what is asked; what is wrong with a request, its operation says."""
        try:
            wanted = _decode(body)
            cache_control = click.headers.get(b"cache-control", b"").decode("latin-1")
            request = draft_request_of(wanted, cache_control, click.arrived, click.opened)
            return Asked(body=wanted, question=await self._completions.question(request, click.actor))
        except (msgspec.MsgspecError, UnicodeError, RecursionError, AssistantError, PromptError):
            return None

    async def _send(self, click: "_Click", entry: Entry, prompt_key: str, data: Any, send: Send) -> None:  # noqa: ANN401 - any JSON value
        """Send an answer, and write its line."""
        identity = click.request_id
        body = _encode(success(data))
        headers = [
            *_head(entry.provider, entry.model, entry.prompt_version),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", identity.encode()),
            *self._stopping.headers,
        ]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})
        finally:
            self._metrics.request(PATH, 200)
            line = RequestLine(
                request_id=identity,
                method="POST",
                path=PATH,
                status=200,
                milliseconds=round((perf_counter() - click.started) * 1000, 1),
                agent=click.actor.id,
                prompt=prompt_key,
                cache="hit",
                provider=entry.provider,
                input_tokens=entry.usage.input_tokens,
                output_tokens=entry.usage.output_tokens,
            )
            log.take(line)


class _Click(Struct):
    """A request of someone who is known: its headers by name, who sends it, what they have open, and since when."""

    scope: HTTPScope
    headers: dict[bytes, bytes]
    actor: Actor
    opened: OpenConversation
    request_id: str
    started: float
    arrived: float


async def _read(receive: Receive, messages: list[Any]) -> bytes:
    """Return a body, read to its end, or until the client leaves; what was read is in the list, whatever happens."""
    message: Any = await receive()
    messages.append(message)
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()
        messages.append(message)
    return b"".join([message.get("body", b"") for message in messages])


def _again(messages: list[Any], receive: Receive) -> Receive:
    """Give what was read once more, then what comes."""
    left = iter(messages)

    async def receive_again() -> HTTPReceiveMessage:
        for message in left:
            return message  # type: ignore[no-any-return] # as it came
        return await receive()  # type: ignore[return-value] # likewise

    return receive_again


@lru_cache(maxsize=200)
def _head(provider: str, model: str, prompt_version: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that all hits on one provider's answers to a prompt share."""
    told = begun_headers(Begun(cache="hit", provider=provider, model=model, prompt_version=prompt_version))
    shared = {**told, "Server-Timing": "provider;dur=0.0", "Content-Type": "application/json"}
    return [(name.lower().encode(), value.encode()) for name, value in shared.items()]
