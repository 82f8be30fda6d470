"""Asking the model: mask, write, call, unmask, clean, look at the answer, and ask once more where it broke a rule."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.budgets.budgets import Budgets
from assistant.budgets.reservation import Reservation, estimated
from assistant.completion.flight import Emit, Piece
from assistant.completion.job import Job
from assistant.completion.losses import certain, led_out, lost
from assistant.completion.order import Answer, Entry
from assistant.completion.refusal import refusal_of
from assistant.completion.writing import longest_optional, request_for, second_request
from assistant.settings import Settings
from assistant.telemetry import log
from assistant.text.answers.finishing import Finished, finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.emptiness import is_empty
from assistant.text.guards.base import Breach, GuardOptions
from assistant.text.guards.facts import Facts
from assistant.text.guards.redaction import redaction_of
from assistant.text.guards.registry import check
from assistant.text.masking.masking import Mask
from assistant.text.offloading import offload
from assistant.usage.prices import Bill
from providers.base import Completion, CompletionRequest, Delta, Usage
from providers.errors import ContentFilteredError, ContextTooLongError, MalformedReplyError, ProviderError
from providers.wrappers.assembly import Deadlines, assemble, first_available
from providers.wrappers.chain import Chain
from providers.wrappers.trace import Attempt, Trace

_LENGTH = "The answer reached the length limit and may end early."
_SHORTENED = "The text was too long for the model, so a part of what surrounds the draft was left out."
_EMPTY = Breach("length", "The answer is empty.", "Your answer is empty. Write the whole reply.")
_LONG_PIECE = 1024  # characters of a delta that are read at once
_CHARACTERS = 3  # of a token, at least
_ENOUGH = 1.0  # seconds that must be left for a second try

Called = Callable[[Attempt], None]
"""Told of each call to a provider, for the figures."""


class _Try(Struct, frozen=True, kw_only=True):
    """One answer of a model, and what is wrong with it."""

    completion: Completion
    finished: Finished
    breaches: tuple[Breach, ...]
    empty: bool
    position: int

    @property
    def worse(self) -> tuple[bool, int, int]:
        """How bad it is: an answer that says nothing is none, then what is lost for certain counts."""
        return self.empty, sum(each.refuses for each in self.breaches), len(self.breaches)


class Asker:
    """Asks the providers in charge.

    Args:
        settings: for the deadlines.
        budgets: what may be spent.
        called: told of each call to a provider.
    """

    def __init__(self, settings: Settings, budgets: Budgets, called: Called) -> None:
        self._settings = settings
        self._budgets = budgets
        self._called = called

    async def ask(self, job: Job, actor: Actor, emit: Emit | None) -> Answer:
        """Return the model's answer.

        Args:
            job: what is asked.
            actor: who asks, and whose budgets it counts towards.
            emit: takes pieces of the answer on the way; None when nobody reads them.

        Raises:
            BudgetExceededError: there is nothing left to spend.
            ProviderError: no provider answered as it should.
        """
        asking = _Asking(job, self._settings, emit)
        try:
            return await asking.run(self._budgets, actor)
        finally:
            for attempt in asking.trace.attempts:
                self._called(attempt)
            for attempt in asking.trace.for_admins:
                log.error(
                    "a provider refuses its key, model or address",
                    provider=attempt.provider,
                    model=attempt.model,
                    error=attempt.error,
                )


class _Asking:
    """One job on its way through the model."""

    def __init__(self, job: Job, settings: Settings, emit: Emit | None) -> None:
        self._job = job
        self._emit = emit
        self._deadlines = Deadlines(
            arrived=job.order.arrived,
            seconds=settings.long_timeout if job.prompt.deadline == "long" else settings.request_timeout,
            total=settings.long_timeout,
        )
        self._mask = Mask(job.rules)
        self._warnings: list[str] = []
        self._bills: list[Bill] = []
        self._first_ms: float | None = None
        self._held = Reservation()
        self._emitted = 0  # characters of a call that is under way
        self._overtold = False  # whether the pieces of a stream held more than its answer
        self.trace = Trace()

    async def run(self, budgets: Budgets, actor: Actor) -> Answer:
        """Ask, and ask again where that helps."""
        started = time.perf_counter()
        job = self._job
        request = await self._written()
        upstream = job.active.upstreams[first_available(job.active.upstreams)]
        held = self._held = await budgets.reserve(
            actor, job.prompt.key, provider=upstream.provider.name, model=upstream.model, request=request
        )
        with held:
            try:
                request, best = await self._tried(request)
                replaced = self._overtold
                if best.breaches and not job.is_brief(best.position) and self._left() > _ENOUGH:
                    second = await self._second(request, best, held)
                    replaced = replaced or second is not best
                    best = second
                _check_empty(best)
            except BaseException as error:
                held.settle(*self._bills, *self._broken_off(request, error))
                raise
            held.settle(*self._bills)
        return self._answer(best, (time.perf_counter() - started) * 1000, replaced=replaced)

    async def _written(self, *, cut: str | None = None) -> CompletionRequest:
        """Write the request, beside the loop where that may take its time: a long text, or administrators' patterns."""
        return await offload(self._job.masking_size, request_for, self._job, self._mask, cut=cut)

    def _broken_off(self, request: CompletionRequest, error: BaseException) -> tuple[Bill, ...]:
        """Return the bill of a call that was broken off: it costs what it wrote, although that is no answer."""
        broken_off = self._emitted > 0 or (isinstance(error, asyncio.CancelledError) and self.trace.calls > 0)
        if not broken_off:
            return ()
        provider, model = self._asked_last()
        usage = Usage(input_tokens=estimated(request).input_tokens, output_tokens=self._emitted // _CHARACTERS)
        return (self._bill(provider, model, model, usage),)

    def _bill(self, provider: str, model: str, asked: str, usage: Usage) -> Bill:
        estimate = self._held.estimate(provider, asked)
        return Bill(provider=provider, model=model, asked=asked, usage=usage, estimate=estimate)

    async def _tried(self, request: CompletionRequest) -> tuple[CompletionRequest, _Try]:
        """Ask; where the text is too long for the model, once more with less around the draft."""
        try:
            completion = await self._call(request, self._emit)
        except ContextTooLongError:
            cut = longest_optional(self._job)
            if cut is None or self._first_ms is not None:
                raise
            self._mask = Mask(self._job.rules)
            self._warnings.append(_SHORTENED)
            request = await self._written(cut=cut)
            completion = await self._call(request, self._emit)
        return request, await self._judged(completion, request)

    async def _second(self, request: CompletionRequest, first: _Try, held: Reservation) -> _Try:
        """Tell the model what it broke, if the budgets have room for that; the better of both answers counts."""
        again = second_request(request, first.completion.text, first.breaches)
        if not await held.extend(again):
            return first
        try:
            second = await self._judged(await self._call(again, None), again)
        except ProviderError:
            return first
        return second if second.worse < first.worse else first

    async def _call(self, request: CompletionRequest, emit: Emit | None) -> Completion:
        chain = assemble(self._job.active.upstreams, self._deadlines, trace=self.trace, admit=self._admit)
        if emit is None:
            completion = await chain.complete(request)
        else:
            completion = await self._stream(chain, request, emit)
        provider, asked = self._source()
        self._bills.append(self._bill(provider, completion.model, asked, completion.usage))
        self._emitted = 0
        if completion.finish == "filtered":
            raise ContentFilteredError(completion.provider)
        return completion

    async def _admit(self, position: int, request: CompletionRequest) -> bool:
        """Tell whether the budgets have room for a provider that may cost more than the one they were asked about."""
        upstream = self._job.active.upstreams[position]
        return await self._held.admit(upstream.provider.name, upstream.model, request)

    def _asked_last(self) -> tuple[str, str]:
        """Return who was asked when it was broken off: it bills that, whoever answered before."""
        attempts = [attempt for attempt in self.trace.attempts if attempt.called]
        return (attempts[-1].provider, attempts[-1].model) if attempts else self._source()

    async def _stream(self, chain: Chain, request: CompletionRequest, emit: Emit) -> Completion:
        job = self._job
        shown = await offload(len(job.draft), StreamText, self._mask, html=job.html, draft=job.draft)
        source: tuple[str, str] | None = None
        completion: Completion | None = None
        async with aclosing(chain.stream(request)) as pieces:
            async for piece in pieces:
                if source is None:
                    source = self._source()
                    self._first_ms = (asyncio.get_running_loop().time() - self._job.order.arrived) * 1000
                if isinstance(piece, Delta):
                    self._emitted += len(piece.text)
                    async for part in _parts(piece.text):
                        emit(Piece(shown.feed(part), *source))
                else:
                    emit(Piece(shown.finish(), *source))
                    self._overtold = self._emitted > len(piece.text)
                    completion = piece
        if completion is None:
            raise AssertionError("a stream ends with a completion or an error")
        return completion

    @property
    def _position(self) -> int:
        return self.trace.answering or 0

    def _tolerates(self, best: _Try) -> bool:
        """Tell whether an answer is given whatever it lost: a tiny model's, or one that an agent may have wished so."""
        job = self._job
        return job.is_brief(best.position) or job.prompt.on_breach == "warn" or bool(job.order.instruction.strip())

    def _source(self) -> tuple[str, str]:
        upstream = self._job.active.upstreams[self._position]
        return upstream.provider.name, upstream.model

    async def _judged(self, completion: Completion, request: CompletionRequest) -> _Try:
        """Make an answer of what the model wrote, and look for what it lost or made up."""
        return await offload(self._job.size + len(completion.text), self._judge, completion, request)

    def _judge(self, completion: Completion, request: CompletionRequest) -> _Try:
        job, mask = self._job, self._mask
        finished = finish_text(completion.text, mask=mask, draft=job.draft, html=job.html)
        language = job.values.get("language")
        options = GuardOptions(
            language=language if isinstance(language, str) else None,
            names=tuple(job.order.opened.contact_name.split()),
        )
        said = (*(each.content for each in request.messages if each.role != "system"), completion.text)
        shown = redaction_of({thing.value: token for token, thing in mask.tokens.items()}, said)
        found = certain(self._breaches(finished.text, options, shown), finished)
        missing = lost(finished, found, shown)
        empty = is_empty(finished.text, html=job.html)
        breaches = (*found, *missing, *led_out(finished, shown), *((_EMPTY,) if empty else ()))
        return _Try(completion=completion, finished=finished, breaches=breaches, empty=empty, position=self._position)

    def _breaches(self, text: str, options: GuardOptions, shown: Callable[[str], str]) -> tuple[Breach, ...]:
        """Return what the answer lost of the draft, and what it made up: neither draft nor instruction has it."""
        job, guards, answer = self._job, self._job.prompt.guards, Facts(text, html=self._job.html)
        found = check(guards, job.draft, answer, html=job.html, options=options, shown=shown)
        if not job.order.instruction or not any(breach.invented for breach in found):
            return found
        asked = f"{job.draft}\n\n{job.order.instruction}"
        made_up = check(guards, asked, answer, html=job.html, options=options, shown=shown)
        return (
            *(breach for breach in found if not breach.invented),
            *(breach for breach in made_up if breach.invented),
        )

    def _left(self) -> float:
        return self._deadlines.arrived + self._deadlines.seconds - asyncio.get_running_loop().time()

    def _answer(self, best: _Try, elapsed: float, *, replaced: bool) -> Answer:
        completion, job = best.completion, self._job
        cut = (_LENGTH,) if completion.finish == "length" else ()
        return Answer(
            entry=Entry(
                text=best.finished.text,
                provider=completion.provider,
                model=completion.model,
                prompt_version=job.prompt.version,
                usage=_sum(self._bills),
                warnings=(*cut, *self._warnings, *dict.fromkeys(each.message for each in best.breaches)),
            ),
            prompt_key=job.prompt.key,
            cache="bypass" if job.order.fresh else "miss",
            breaches=tuple(dict.fromkeys(each.guard for each in best.breaches)),
            whole=completion.finish == "stop" and not self._warnings,
            provider_ms=elapsed,
            first_ms=self._first_ms,
            replaced=replaced,
            position=best.position,
            refusal="" if self._tolerates(best) else refusal_of(best.breaches),
            bills=tuple(self._bills),
        )


async def _parts(text: str) -> AsyncIterator[str]:
    """Cut a piece that is long into some that are read in a moment, with a chance for others in between."""
    yield text[:_LONG_PIECE]
    for start in range(_LONG_PIECE, len(text), _LONG_PIECE):
        await asyncio.sleep(0)
        yield text[start : start + _LONG_PIECE]


def _check_empty(best: _Try) -> None:
    if best.empty:
        raise MalformedReplyError(best.completion.provider, detail="it is empty")


def _sum(bills: Sequence[Bill]) -> Usage:
    return Usage(
        input_tokens=sum(each.usage.input_tokens for each in bills),
        output_tokens=sum(each.usage.output_tokens for each in bills),
        cached_input_tokens=sum(each.usage.cached_input_tokens for each in bills),
    )
