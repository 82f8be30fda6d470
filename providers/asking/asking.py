"""Asking the providers of a setting: all that stands between a request and its answer, from the outside in.

- `answer`: one provider after the other, until one answers.
- `_persist`: each again, after an error that may pass. A wait holds no place.
- `_attempt`: once. It is written down, and needs a breaker that is closed, money, and a place. The breaker stands
  before the queue, so that no one waits for a place at a provider that is left alone.
- `_reply`: the reply, without the model's thoughts and the marks of its format. An answer of thoughts alone can't be
  used, and is an error that may pass.
- `_call`: what the provider says in time. A model whose thoughts arrive is at work. A call goes on without us where the
  provider may be loading its model.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import inf
from random import Random
from typing import TypeAlias

from msgspec import Struct

from providers.asking.breaker import Call
from providers.asking.deadline import Deadlines, TimedCall
from providers.asking.reply import Hear, reply_of, shown_reply
from providers.asking.retries import RETRIES, Retries, wait_after
from providers.asking.trace import Running, Trace
from providers.asking.upstream import Upstream
from providers.base import Completion, CompletionRequest
from providers.errors import ModelLoadingError, NotAdmittedError, ProviderError, ThoughtsOnlyError, TimedOutError

Admit: TypeAlias = Callable[[int, CompletionRequest], Awaitable[bool]]
"""Tells whether the provider at a place in the chain may be asked this; called right before it would be."""
_SHARE = 0.6  # of the time that is left goes to a provider that others follow
_LONGEST_WAIT = 1.0  # seconds that a provider may ask to wait while another one could be asked
_RANDOM = Random()  # noqa: S311 - spreads waits; nothing secret hangs on it


class _Place(Struct, frozen=True):
    """A provider in its place of the chain; `until`: the loop's time until which its answer is there, or begins."""

    position: int
    upstream: Upstream
    until: float
    last: bool

    @property
    def name(self) -> str:
        return self.upstream.provider.name


class Asking:
    """Asks for the answer to one request.

    While others follow, a provider gets six tenths of the time that would be left for all of them, so that one that
    hangs leaves time for the next; what it doesn't need is theirs.

    Args:
        upstreams: the providers in their order; at least one.
        deadlines: how long the caller waits.
        trace: where each attempt is written down, and each call that goes on.
        retries: how often, and after how long, a provider is asked again.
        admit: tells whether a provider may be asked; one that may not is passed over. None: all may.
        may_load: whether silence may be the load of a model; not where it has just answered.
        random: where the waits' jitter comes from.
    """

    def __init__(
        self,
        upstreams: Sequence[Upstream],
        deadlines: Deadlines,
        *,
        trace: Trace,
        retries: Retries = RETRIES,
        admit: Admit | None = None,
        may_load: bool = True,
        random: Random = _RANDOM,
    ) -> None:
        self._upstreams = upstreams
        self._deadlines = deadlines
        self._trace = trace
        self._retries = retries
        self._admit = admit
        self._may_load = may_load
        self._random = random
        self._begun = False  # whether a piece was heard: two beginnings don't make an answer

    async def answer(self, request: CompletionRequest, hear: Hear | None = None) -> Completion:
        """Ask until a provider answers.

        An error that lies in the text itself (`about_text`) ends it: no provider is asked to answer what another one
        filtered, and what is too long should be shortened. All other errors lead on, a wrong key or model too, lest
        agents wait for the admin; but none does once a piece was heard.

        Args:
            request: what is asked.
            hear: told each piece of the reply as it comes; None: a whole answer is asked for.

        Raises:
            ProviderError: no provider answered; the error that tells most.
        """
        failed: list[ProviderError] = []
        left, last = self._deadlines.seconds, len(self._upstreams) - 1
        for position, upstream in enumerate(self._upstreams):
            left = left * (1 - _SHARE) if position < last else 0.0
            until = self._deadlines.arrived + self._deadlines.seconds - left
            try:
                return await self._persist(_Place(position, upstream, until, position == last), request, hear)
            except ProviderError as error:
                if self._begun or error.about_text:
                    raise
                failed.append(error)
        raise _telling(failed)

    async def _persist(self, place: _Place, request: CompletionRequest, hear: Hear | None) -> Completion:
        failed: list[ProviderError] = []
        while True:
            try:
                return await self._attempt(place, request, hear)
            except ProviderError as error:
                if self._begun:
                    raise
                failed.append(error)
            left = place.until - asyncio.get_running_loop().time()
            longest = inf if place.last else _LONGEST_WAIT
            await asyncio.sleep(wait_after(failed, self._retries, left=left, longest=longest, random=self._random))

    async def _attempt(self, place: _Place, request: CompletionRequest, hear: Hear | None) -> Completion:
        upstream = place.upstream
        with (
            self._trace.attempt(place.position, place.name, upstream.model) as attempt,
            upstream.breaker.call() as call,
        ):
            if self._admit is not None and not await self._admit(place.position, request):
                raise NotAdmittedError(place.name)
            await upstream.slots.take(place.name, place.until)
            try:
                return await self._reply(place, request, hear and self._noting(attempt, call, hear))
            except ProviderError as error:
                upstream.failed(error)
                raise
            finally:
                upstream.slots.give()

    def _noting(self, attempt: Running, call: Call, hear: Hear) -> Hear:
        """Return what takes note of the first piece, and passes all of them on."""

        async def noted(piece: str) -> None:
            if not self._begun:
                self._begun = True
                attempt.answering()
                call.answering()
            await hear(piece)

        return noted

    async def _reply(self, place: _Place, request: CompletionRequest, hear: Hear | None) -> Completion:
        habit = place.upstream.habit
        had, asked = habit.room, habit.roomy(request)
        try:
            completion = await self._call(place, asked, hear)
            return await reply_of(completion, request, habit, had=had)
        except ThoughtsOnlyError as error:
            habit.make_room(had)
            error.again = habit.room > had
            raise

    async def _call(self, place: _Place, request: CompletionRequest, hear: Hear | None) -> Completion:
        upstream, deadlines = place.upstream, self._deadlines
        if asyncio.get_running_loop().time() >= place.until:
            raise TimedOutError(place.name)
        reply = hear and await shown_reply(request, upstream.habit, hear)
        end = max(deadlines.arrived + deadlines.total, place.until)
        call = TimedCall(place.until, between=deadlines.between, end=end)
        if reply is None:
            call.ask(upstream.provider.complete(request))
        else:
            call.stream(upstream.provider.stream(request), reply)
        completion = await call.answer()
        if completion is None:
            raise await self._given_up(call, place, request)
        return completion

    async def _given_up(self, call: TimedCall, place: _Place, request: CompletionRequest) -> ProviderError:
        """Give up on a call that is too slow, and return what its caller is told.

        The call goes on where its server took it and says nothing: servers that load a model stop loading when the one
        who asked for it leaves, so the next one would wait as long. One at a time does, and those who come meanwhile
        and ask in vain are told the same.
        """
        loads = place.upstream.loads if self._may_load else None
        if loads is not None and call.silent and loads.may_begin(call.started):
            self._trace.late.append(
                loads.keep(place.name, call.go_on(), request, position=place.position, started=call.started)
            )
            await asyncio.sleep(0)  # it begins, and can be ended from now on
        else:
            await call.end()
        loading = loads is not None and loads.under_way and call.unanswered
        return ModelLoadingError(place.name) if loading else TimedOutError(place.name)


def _telling(failed: list[ProviderError]) -> ProviderError:
    """Return the first provider's error; if it was not even asked, the first that passes of one that was."""
    first, *others = failed
    if first.called:
        return first
    return next((error for error in others if error.called and error.retryable), first)
