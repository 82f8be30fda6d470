"""Asking the model: mask, write, call, unmask, clean, look at the answer, and ask once more where it broke a rule."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.budgets.budgets import Budgets
from assistant.budgets.reservation import Reservation, estimated
from assistant.completion.answer import NOTHING, Answer, Entry, Hear, Piece
from assistant.completion.late_answers import LateAnswers
from assistant.completion.losses import refusal_of
from assistant.completion.messages import longest_optional, request_for, second_request
from assistant.completion.prepared import Prepared
from assistant.completion.reply import Reply, check_reply
from assistant.errors import InvalidOutputError
from assistant.settings import Waits
from assistant.telemetry import log
from assistant.text.answers.streaming import StreamText
from assistant.text.guards.facts import Facts
from assistant.text.masking.masking import Mask
from assistant.text.offloading import offload, size_of
from assistant.usage.prices import Bill
from messages.sentences import Sentence
from providers.asking.asking import Asking
from providers.asking.deadline import Deadlines
from providers.asking.loads import LateCall
from providers.asking.trace import Attempt, Trace
from providers.asking.upstream import first_available
from providers.base import Completion, CompletionRequest, Usage
from providers.errors import ContentFilteredError, ContextTooLongError, MalformedReplyError, ProviderError

_LENGTH = Sentence("The answer reached the length limit and may end early.")
_SHORTENED = Sentence("The text was too long for the model, so a part of what surrounds the draft was left out.")
_LONG_PIECE = 1024  # characters of a delta that are read at once
_CHARACTERS = 3  # of a token, at least
_ENOUGH = 1.0  # seconds that must be left for a second try

Called = Callable[[Attempt], None]
"""Told of each call to a provider, for the figures."""


class ModelCaller:
    """Asks the providers in use.

    Args:
        waits: how long an answer is waited for.
        budgets: what may be spent.
        called: told of each call to a provider.
        late: takes the answers that come too late.
    """

    def __init__(self, waits: Waits, budgets: Budgets, called: Called, late: LateAnswers) -> None:
        self._waits = waits
        self._budgets = budgets
        self._called = called
        self._late = late

    async def answer(self, prepared: Prepared, actor: Actor, hear: Hear | None = None, *, kept: bool = False) -> Answer:
        """Return the model's answer.

        Args:
            prepared: what is asked.
            actor: who asks, and whose budgets it counts towards.
            hear: told the pieces of the answer as they come; None: no one reads them.
            kept: whether an answer that comes too late is stored for the next one who asks.

        Raises:
            BudgetExceededError: there is nothing left to spend.
            ProviderError: no provider answered as it should.
        """
        call = _ModelCall(prepared, self._waits, hear)
        try:
            return await _looked_at(await call.answer(self._budgets, actor), prepared)
        finally:
            for attempt in call.trace.attempts:
                self._called(attempt)
            for attempt in call.trace.for_admins:
                log.error(
                    "a provider refuses its key, model or address",
                    provider=attempt.provider,
                    model=attempt.model,
                    error=attempt.error,
                )
            if call.trace.late:
                self._late.follow(prepared, actor, call.late_answers(), kept=kept)


class _ModelCall:
    """One request on its way through the model."""

    def __init__(self, prepared: Prepared, waits: Waits, hear: Hear | None) -> None:
        self._prepared = prepared
        self._hear = None if prepared.prompt.output else hear  # no piece of JSON can be shown before all is looked at
        self._deadlines = Deadlines(arrived=prepared.request.arrived, seconds=prepared.seconds(waits), total=waits.long)
        self._mask = Mask(prepared.rules)
        self._draft = Facts(prepared.draft, html=prepared.html)
        self._warnings: list[Sentence] = []
        self._bills: list[Bill] = []
        self._first_ms: float | None = None
        self._held = Reservation()
        self._replaced = 0  # answers that could not be used and in whose place another call is held
        self._emitted = 0  # characters of a call that is under way
        self._overtold = False  # whether the pieces of a stream held more than its answer
        self.trace = Trace()

    async def answer(self, budgets: Budgets, actor: Actor) -> Answer:
        started = time.perf_counter()
        prepared = self._prepared
        request = self._request = await self._written()
        upstream = prepared.active.upstreams[first_available(prepared.active.upstreams)]
        held = self._held = await budgets.reserve(
            actor,
            prepared.prompt.key,
            provider=upstream.provider.name,
            model=upstream.model,
            request=upstream.habit.roomy(request),
        )
        try:
            completion = await self._tried()
            first = await self._judged(completion, self._request, self._position)
            best = await self._better(first)
            self._check_empty(best)
        except BaseException as error:
            self._bills.extend(self._broken_off(error))
            prepared.paid.extend((*self._bills, *self._in_vain()))
            raise
        finally:
            self._bills.extend(self._in_vain())
            if not self.trace.late:
                held.settle(*self._bills)
        replaced = self._overtold or best is not first
        return self._answer(best, (time.perf_counter() - started) * 1000, self._bills, replaced=replaced)

    async def late_answers(self) -> AsyncGenerator[Answer]:
        """Give the answers of the calls that went on; what was held for them is held until then."""
        try:
            for call in self.trace.late:
                with suppress(ProviderError, InvalidOutputError):
                    yield await _looked_at(await self._late_answer(call), self._prepared)
        finally:
            self._held.settle(*self._bills)

    async def _late_answer(self, call: LateCall) -> Answer:
        started = time.perf_counter()
        upstream = self._prepared.active.upstreams[call.position]
        try:
            completion = await upstream.late(call)
        except ProviderError as error:
            self._bills.append(self._bill(upstream.provider.name, upstream.model, upstream.model, error.spent))
            raise
        bill = self._bill(upstream.provider.name, completion.model, upstream.model, completion.usage)
        self._bills.append(bill)
        reply = await self._judged(completion, call.request, call.position)
        self._check_empty(reply)
        answer = self._answer(reply, (time.perf_counter() - started) * 1000, [bill], replaced=False)
        return structs.replace(
            answer, first_ms=None, whole=answer.whole and call.request.messages == self._request.messages
        )

    async def _written(self, *, cut: str | None = None) -> CompletionRequest:
        """Write the request, beside the loop where that may take its time: a long text, or administrators' patterns."""
        prepared = self._prepared
        return await offload(prepared.masking_size, request_for, prepared, self._mask, cut=cut)

    async def _tried(self) -> Completion:
        """Ask; where the text is too long for the model, once more with less around the draft."""
        while True:
            try:
                return await (self._completed(self._request) if self._hear is None else self._shown(self._hear))
            except ContextTooLongError:
                cut = longest_optional(self._prepared)
                if cut is None or self._warnings or self._first_ms is not None:
                    raise
                self._warnings.append(_SHORTENED)
                self._mask = Mask(self._prepared.rules)
                self._request = await self._written(cut=cut)

    async def _completed(self, request: CompletionRequest) -> Completion:
        return self._billed(await self._asking(may_load=not self._bills).answer(request))

    async def _shown(self, hear: Hear) -> Completion:
        """Stream a completion, and show as much of it as is safe."""
        prepared = self._prepared
        shown = await offload(size_of(prepared.draft), StreamText, self._mask, html=prepared.html, draft=prepared.draft)
        source: tuple[str, str] | None = None

        async def show(text: str) -> None:
            nonlocal source
            if source is None:
                source = self._source()
                self._first_ms = (asyncio.get_running_loop().time() - prepared.request.arrived) * 1000
            self._emitted += len(text)
            hear(Piece(shown.feed(text[:_LONG_PIECE]), *source))
            for start in range(_LONG_PIECE, len(text), _LONG_PIECE):  # others have their turn in between
                await asyncio.sleep(0)
                hear(Piece(shown.feed(text[start : start + _LONG_PIECE]), *source))

        completion = await self._asking().answer(self._request, show)
        hear(Piece(shown.finish(), *self._source()))
        self._overtold = self._emitted > len(completion.text)
        return self._billed(completion)

    def _asking(self, *, may_load: bool = True) -> Asking:
        upstreams, deadlines = self._prepared.active.upstreams, self._deadlines
        return Asking(upstreams, deadlines, trace=self.trace, admit=self._admit, may_load=may_load)

    async def _better(self, first: Reply) -> Reply:
        """Tell the model what it broke, if time and budgets have room for that; the better of both answers counts."""
        if not first.breaches or self._prepared.is_brief(first.position) or self._left() <= _ENOUGH:
            return first
        again = second_request(self._request, first.completion.text, first.breaches)
        if not await self._held.extend(self._prepared.active.upstreams[self._position].habit.roomy(again)):
            return first
        try:
            second = await self._judged(await self._completed(again), again, self._position)
        except ProviderError:
            return first
        return second if second.worse < first.worse else first

    def _billed(self, completion: Completion) -> Completion:
        """Put a completion on the bill, whatever becomes of it."""
        provider, asked = self._source()
        self._bills.append(self._bill(provider, completion.model, asked, completion.usage))
        self._emitted = 0
        if completion.finish == "filtered":
            raise ContentFilteredError(completion.provider)
        return completion

    def _broken_off(self, error: BaseException) -> tuple[Bill, ...]:
        """Return the bill of a call that was broken off: it costs what it wrote, although that is no answer."""
        broken_off = self._emitted > 0 or (isinstance(error, asyncio.CancelledError) and self.trace.calls > 0)
        if not broken_off or self.trace.attempts[-1:] == self.trace.in_vain[-1:]:  # the last one's bill is known
            return ()
        provider, model = self._asked_last()
        usage = Usage(input_tokens=estimated(self._request).input_tokens, output_tokens=self._emitted // _CHARACTERS)
        return (self._bill(provider, model, model, usage),)

    def _bill(self, provider: str, model: str, asked: str, usage: Usage) -> Bill:
        estimate = self._held.estimate(provider, asked)
        return Bill(provider=provider, model=model, asked=asked, usage=usage, estimate=estimate)

    def _in_vain(self) -> list[Bill]:
        """Return the bills of answers that could not be used."""
        return [self._bill(each.provider, each.model, each.model, each.spent) for each in self.trace.in_vain]

    async def _admit(self, position: int, request: CompletionRequest) -> bool:
        """Tell whether the budgets have room for a call.

        They may not where it costs more than what is held for it, at another provider or with more room for thoughts,
        and where what is held was spent in vain.
        """
        upstream = self._prepared.active.upstreams[position]
        roomy, in_vain = upstream.habit.roomy(request), len(self.trace.in_vain)
        if in_vain > self._replaced and not await self._held.extend(roomy):
            return False
        self._replaced = in_vain
        return await self._held.admit(upstream.provider.name, upstream.model, roomy)

    def _asked_last(self) -> tuple[str, str]:
        """Return who was asked when it was broken off: it bills that, whoever answered before."""
        attempts = [attempt for attempt in self.trace.attempts if attempt.called]
        return (attempts[-1].provider, attempts[-1].model) if attempts else self._source()

    @property
    def _position(self) -> int:
        return self.trace.answering or 0

    def _source(self) -> tuple[str, str]:
        upstream = self._prepared.active.upstreams[self._position]
        return upstream.provider.name, upstream.model

    async def _judged(self, completion: Completion, request: CompletionRequest, position: int) -> Reply:
        """Make an answer of what the model wrote, and look for what it lost or made up."""
        size = self._prepared.size + size_of(completion.text)
        return await offload(
            size, check_reply, self._prepared, self._mask, request, completion, position, draft=self._draft
        )

    def _check_empty(self, best: Reply) -> None:
        if best.empty and self._prepared.prompt.output is not None:
            raise InvalidOutputError
        if best.empty:
            raise MalformedReplyError(best.completion.provider, detail="it is empty")

    def _left(self) -> float:
        return self._deadlines.arrived + self._deadlines.seconds - asyncio.get_running_loop().time()

    def _answer(self, best: Reply, elapsed: float, bills: Sequence[Bill], *, replaced: bool) -> Answer:
        completion, prepared = best.completion, self._prepared
        cut = (_LENGTH,) if completion.finish == "length" else ()
        return Answer(
            entry=Entry(
                text=best.finished.text,
                provider=completion.provider,
                model=completion.model,
                prompt_version=prepared.prompt.version,
                usage=_sum(bills),
                missing=best.missing,
                warnings=(*cut, *self._warnings, *dict.fromkeys(each.message for each in best.breaches)),
            ),
            prompt_key=prepared.prompt.key,
            cache="bypass" if prepared.request.fresh else "miss",
            breaches=tuple(dict.fromkeys(each.guard for each in best.breaches)),
            whole=completion.finish == "stop" and not self._warnings,
            provider_ms=elapsed,
            first_ms=self._first_ms,
            replaced=replaced,
            position=best.position,
            refusal=NOTHING if best.tolerated else refusal_of(best.breaches),
            bills=tuple(bills),
        )


async def _looked_at(answer: Answer, prepared: Prepared) -> Answer:
    """Return an answer that says whether the conversation has gone on while it was written."""
    look = prepared.request.look
    return structs.replace(answer, stale=True) if look and await look() else answer


def _sum(bills: Sequence[Bill]) -> Usage:
    return Usage(
        input_tokens=sum(each.usage.input_tokens for each in bills),
        output_tokens=sum(each.usage.output_tokens for each in bills),
        cached_input_tokens=sum(each.usage.cached_input_tokens for each in bills),
    )
