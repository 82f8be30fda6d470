"""The lane of stored answers: the completions that are asked for most are answered here, without the framework."""

import asyncio
import time
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any, cast

import msgspec
from litestar.types import HTTPReceiveMessage, HTTPScope, Receive, Send
from msgspec import Struct, structs

from assistant.api.completion_shapes import Asked, Clicks, CompletionBody, begun_headers, detailed, draft_request_of
from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.auth.authorization import authorization_of
from assistant.auth.csrf import COOKIE, HEADER, check_csrf
from assistant.completion.answer import Answer, Begun, Entry
from assistant.completion.key import Meaning
from assistant.completion.usage_recording import Recorder
from assistant.envelope import success
from assistant.errors import AssistantError, SlowBodyError
from assistant.front.recent_requests import Name, RecentRequests
from assistant.front.trust import Trust
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation
from assistant.telemetry import request_id
from assistant.usage.hits import Hit
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of
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
        recorder: writes down what was answered.
        stopping: how far the end of this process has come.
        trust: whose word on a request's id and scheme counts.
        largest_body: bytes of a body that the operation takes.
    """

    def __init__(
        self,
        authenticator: RememberingAuthenticator,
        clicks: Clicks,
        recorder: Recorder,
        *,
        stopping: Stopping,
        trust: Trust,
        largest_body: int,
    ) -> None:
        self._authenticator = authenticator
        self._completions = clicks.completions
        self._conversations = clicks.conversations
        self._recorder = recorder
        self._stopping = stopping
        self._trust = trust
        self._largest_body = largest_body
        self._recent = RecentRequests()

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Passed | None:
        """Answer a hit, from top to bottom; all else is passed on, and its operation says what is wrong with it.

        Returns:
            The request as it goes on; None when it was answered.
        """
        started = time.perf_counter()
        headers = dict(list(scope["headers"])[::-1])  # of a header that came twice, the first counts, as for Litestar
        length = headers.get(b"content-length", b"")
        streamed = _STREAM in headers.get(b"accept", b"")  # which is no hit, but is read here as well
        if not length.isdigit() or int(length) > self._largest_body:
            return Passed(receive)
        self._trust.believe(scope)
        actor = self._caller(scope, headers)
        opened = self._opened(scope, headers, actor) if actor else None
        if actor is None or opened is None:
            return Passed(receive)

        click = _Click(scope, headers, actor, opened, self._trust.request_id(scope), started)
        token = request_id.set(click.request_id)
        asked = None
        try:
            body = await _read(receive, click.messages)
            name = self._recent.name(body, opened)
            meaning = None if streamed else self._same_as_before(name, click)
            if meaning is None:
                asked = await self._asked(body, click)
                meaning = asked.question.meaning if asked and not streamed else None
            entry = await self._completions.hit(meaning.key, actor) if meaning else None
            if meaning is None or entry is None:
                return click.passed(receive, structs.replace(asked, streamed=streamed) if asked else None)
            data = entry.text if asked is None else await self._told(name, meaning, entry, asked, scope)
        except (SlowBodyError, asyncio.CancelledError) as error:
            return click.passed(self._broken_off(error), None)
        finally:
            request_id.reset(token)

        content = _encode(success(data))
        head = [
            *_head(entry.provider, entry.model, entry.prompt_version),
            (b"content-length", str(len(content)).encode()),
            (b"x-request-id", click.request_id.encode()),
            *self._stopping.headers,
        ]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": content, "more_body": False})
        finally:
            self._recorder.write_hit(_hit(click, meaning, entry))
        return None

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

    def _same_as_before(self, name: Name, click: "_Click") -> Meaning | None:
        """Return what a request means that came a moment ago too; None when it has to be read."""
        meaning = self._recent.get(name)
        if meaning is None or b"cache-control" in click.headers:
            return None
        try:
            return meaning if self._completions.holds(meaning, click.actor) else None
        except (AssistantError, PromptError):
            return None

    async def _asked(self, body: bytes, click: "_Click") -> Asked | None:
        """Read what is asked."""
        try:
            wanted = _decode(body)
            cache_control = click.headers.get(b"cache-control", b"").decode("latin-1")
            request = draft_request_of(wanted, cache_control, click.arrived, click.opened)
            question = await self._completions.question(request, click.actor)
            return Asked(body=wanted, question=question, actor=click.actor)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, AssistantError, PromptError):
            return None

    async def _told(self, name: Name, meaning: Meaning, entry: Entry, asked: Asked, scope: HTTPScope) -> Any:  # noqa: ANN401 - any JSON value
        """Return what is told of an answer; one without details is told again if the same request comes again."""
        if asked.body.detail:
            answer = Answer(entry=entry, prompt_key=meaning.prompt.key, cache="hit")
            return await detailed(answer, asked.body, language_of(scope))
        self._recent.put(name, meaning)
        return entry.text

    def _broken_off(self, error: BaseException) -> Receive:
        """Return what is received of a request that did not come in time, or that the end of this process broke off."""
        if isinstance(error, asyncio.CancelledError):
            if not self._stopping.over:
                raise error
            cast("asyncio.Task[Any]", asyncio.current_task()).uncancel()  # it is answered, and says so

        async def receive() -> HTTPReceiveMessage:
            raise error

        return receive


class _Click(Struct):
    """A request of someone who is known.

    Attributes:
        scope: the request.
        headers: by name.
        actor: who sends it.
        opened: what they have open.
        request_id: its id.
        started: when it came, by `time.perf_counter`.
        arrived: the same by the loop's time.
        messages: what was read of it.
    """

    scope: HTTPScope
    headers: dict[bytes, bytes]
    actor: Actor
    opened: OpenConversation
    request_id: str
    started: float
    arrived: float = 0.0
    messages: list[Any] = []

    def __post_init__(self) -> None:
        self.arrived = asyncio.get_running_loop().time()

    def passed(self, receive: Receive, asked: Asked | None) -> Passed:
        """Pass it on, with what is known of it."""
        facts = facts_of(self.scope)
        facts.request_id, facts.started, facts.arrived = self.request_id, self.started, self.arrived
        left = iter(self.messages)

        async def receive_again() -> HTTPReceiveMessage:
            for message in left:
                return message  # type: ignore[no-any-return] # as it came
            return await receive()  # type: ignore[return-value] # likewise

        return Passed(receive_again, asked)


async def _read(receive: Receive, messages: list[Any]) -> bytes:
    """Return a body, read to its end, or until the client leaves; what was read is in the list, whatever happens."""
    message: Any = await receive()
    messages.append(message)
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()
        messages.append(message)
    return b"".join([message.get("body", b"") for message in messages])


@lru_cache(maxsize=200)
def _head(provider: str, model: str, prompt_version: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that all hits on one provider's answers to a prompt share."""
    told = begun_headers(Begun(cache="hit", provider=provider, model=model, prompt_version=prompt_version))
    shared = {**told, "Server-Timing": "provider;dur=0.0", "Content-Type": "application/json"}
    return [(name.lower().encode(), value.encode()) for name, value in shared.items()]


def _hit(click: _Click, meaning: Meaning, entry: Entry) -> Hit:
    usage = entry.usage
    return Hit(
        time.time(),
        click.request_id,
        PATH,
        click.actor.id,
        click.actor.teams,
        meaning.prompt.key,
        meaning.prompt.version,
        entry.provider,
        entry.model,
        usage.input_tokens,
        usage.output_tokens,
        time.perf_counter() - click.started,
    )
