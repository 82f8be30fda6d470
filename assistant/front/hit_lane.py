"""The lane of stored answers: the completions that are asked for most are answered here, without the framework."""

import asyncio
import time
from functools import lru_cache
from typing import Any, TypeAlias, cast

import msgspec
from litestar.types import HTTPReceiveMessage, HTTPScope, Receive, Send
from msgspec import Struct, structs

from assistant.api.completion_shapes import Asked, Clicks, CompletionBody, begun_headers, detailed, draft_request_of
from assistant.auth.actor import Actor
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.completion.answer import Answer, Begun, Entry
from assistant.completion.key import Meaning
from assistant.completion.usage_recording import Recorder
from assistant.envelope import success
from assistant.errors import AssistantError, SlowBodyError
from assistant.front.callers import Callers
from assistant.front.recent_requests import Recent
from assistant.front.request_bodies import Bodies
from assistant.front.trust import Trust
from assistant.gateway.open_conversation import OpenConversation
from assistant.telemetry import request_id
from assistant.usage.hits import Hit
from assistant.web.language import language_of
from assistant.web.request_facts import facts_of
from assistant.web.shutdown import Stopping
from prompts.errors import PromptError

PATH = "/api/v1/ai/completion"
"""The operation whose stored answers are given here."""
_STREAM = b"text/event-stream"
_MOST_DIGITS = 12  # of a length that is read as a number
_decode = msgspec.json.Decoder(CompletionBody).decode
_encode = msgspec.json.Encoder().encode

_Name: TypeAlias = tuple[bytes, OpenConversation]
"""Of a request: of its body, and of what the agent has open."""


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
        bodies: the bodies that are awaited.
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
        bodies: Bodies,
        largest_body: int,
    ) -> None:
        self._callers = Callers(authenticator, clicks.conversations)
        self._completions = clicks.completions
        self._recorder = recorder
        self._stopping = stopping
        self._trust = trust
        self._bodies = bodies
        self._largest_body = largest_body
        self._recent = Recent[_Name, Meaning]()

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Passed | None:
        """Answer a hit, from top to bottom; all else is passed on, and its operation says what is wrong with it.

        Returns:
            The request as it goes on; None when it was answered.
        """
        started = time.perf_counter()
        headers = dict(list(scope["headers"])[::-1])  # of a header that came twice, the first counts, as for Litestar
        length = headers.get(b"content-length", b"")
        streamed = _STREAM in headers.get(b"accept", b"")  # which is no hit, but is read here as well
        if not length.isdigit() or len(length) > _MOST_DIGITS or int(length) > self._largest_body:
            return Passed(self._bodies.in_time(scope, receive))
        self._trust.believe(scope)
        caller = self._callers.caller(scope, headers)
        opened = self._callers.opened(caller) if caller else None
        if caller is None or opened is None:
            return Passed(self._bodies.in_time(scope, receive))

        actor, asked = caller.actor, None
        click = _Click(scope, headers, self._trust.request_id(scope), started)
        try:
            message = await self._bodies.wait(scope, receive)
            click.messages.append(message)
            body = message.get("body", b"")
            if len(body) != int(length) and message.get("more_body"):
                body = await self._bodies.rest(scope, receive, click.messages)
            name = self._recent.digest(body), opened
            meaning = None if streamed else self._same_as_before(name, headers, actor)
            if meaning is None:
                asked = await self._asked(body, click, actor, opened)
                meaning = asked.question.meaning if asked and not streamed else None
            entry = await self._completions.hit(meaning.key, actor) if meaning else None
            if meaning is None or entry is None:
                passed = structs.replace(asked, streamed=streamed) if asked else None
                return click.passed(self._rest_of(click, receive), passed)
            data = entry.text if asked is None else await self._told(name, meaning, entry, asked, scope)
        except (SlowBodyError, asyncio.CancelledError) as error:
            return click.passed(self._broken_off(error), None)

        content = _encode(success(data))
        head = [
            *_head(entry.provider, entry.model, entry.prompt_version),
            (b"content-length", b"%d" % len(content)),
            (b"x-request-id", click.request_id.encode()),
            *self._stopping.headers,
        ]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": content, "more_body": False})
        finally:
            self._recorder.write_hit(_hit(click, actor, meaning, entry))
        return None

    def _same_as_before(self, name: _Name, headers: dict[bytes, bytes], actor: Actor) -> Meaning | None:
        """Return what a request means that came a moment ago too; None when it has to be read."""
        meaning = self._recent.get(name)
        if meaning is None or b"cache-control" in headers:
            return None
        try:
            return meaning if self._completions.holds(meaning, actor) else None
        except (AssistantError, PromptError):
            return None

    async def _asked(self, body: bytes, click: "_Click", actor: Actor, opened: OpenConversation) -> Asked | None:
        """Read what is asked."""
        token = request_id.set(click.request_id)
        try:
            wanted = _decode(body)
            cache_control = click.headers.get(b"cache-control", b"").decode("latin-1")
            request = draft_request_of(wanted, cache_control, click.arrived, opened)
            return Asked(body=wanted, question=await self._completions.question(request, actor), actor=actor)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, AssistantError, PromptError):
            return None
        finally:
            request_id.reset(token)

    async def _told(self, name: _Name, meaning: Meaning, entry: Entry, asked: Asked, scope: HTTPScope) -> Any:  # noqa: ANN401 - any JSON value
        """Return what is told of an answer; one without details is told again if the same request comes again."""
        if asked.body.detail:
            answer = Answer(entry=entry, prompt_key=meaning.prompt.key, cache="hit")
            return await detailed(answer, asked.body, language_of(scope))
        self._recent.put(name, meaning)
        return entry.text

    def _rest_of(self, click: "_Click", receive: Receive) -> Receive:
        """Return from where what is left of a request is read; after its end nothing is due any more."""
        return self._bodies.in_time(click.scope, receive) if click.messages[-1].get("more_body") else receive

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
        request_id: its id.
        started: when it came, by `time.perf_counter`.
        messages: what was read of it.
    """

    scope: HTTPScope
    headers: dict[bytes, bytes]
    request_id: str
    started: float
    messages: list[Any] = []

    @property
    def arrived(self) -> float:
        """When it came, by the loop's time."""
        return asyncio.get_running_loop().time() - (time.perf_counter() - self.started)

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


@lru_cache(maxsize=200)
def _head(provider: str, model: str, prompt_version: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that all hits on one provider's answers to a prompt share."""
    told = begun_headers(Begun(cache="hit", provider=provider, model=model, prompt_version=prompt_version))
    shared = {**told, "Server-Timing": "provider;dur=0.0", "Content-Type": "application/json"}
    return [(name.lower().encode(), value.encode()) for name, value in shared.items()]


def _hit(click: _Click, actor: Actor, meaning: Meaning, entry: Entry) -> Hit:
    usage = entry.usage
    return Hit(
        time.time(),
        click.request_id,
        PATH,
        actor.id,
        actor.teams,
        meaning.prompt.key,
        meaning.prompt.version,
        entry.provider,
        entry.model,
        usage.input_tokens,
        usage.output_tokens,
        time.perf_counter() - click.started,
    )
