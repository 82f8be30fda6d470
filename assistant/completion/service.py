"""The pipeline of a completion, top to bottom."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing

from msgspec import Struct, structs

from assistant.auth.actor import Actor
from assistant.budgets.budgets import Budgets
from assistant.completion.asking import Asker
from assistant.completion.cache import CompletionCache
from assistant.completion.flight import Emit, Flight, Flights
from assistant.completion.job import Job, Keys, job_for
from assistant.completion.order import Answer, Order
from assistant.completion.parts import Part, as_heard, begun_of, parts_of
from assistant.completion.record import Record, Recorder
from assistant.completion.shared_flights import Landed, SharedFlights
from assistant.errors import AnswerRefusedError, AssistantError, BudgetExceededError, OutOfScopeError
from assistant.live_settings.purges import Epochs
from assistant.provider_setting.active import ActiveProvider
from assistant.settings import Settings
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import offload
from prompts.live import LiveRegistry
from providers.errors import ProviderError, TimedOutError
from providers.wrappers.assembly import first_available

_GRACE = 0.5  # seconds that one's own call may take to say that its time is over


class Question(Struct, frozen=True, kw_only=True):
    """An order that was found to be in order, and the name of its answer."""

    job: Job
    key: str


class CompletionService:
    """Answers orders.

    Args:
        settings: for the time to live.
        prompts: the registry.
        active: the providers in charge.
        masking: returns what is masked at the moment.
        keys: names of stored answers.
        epochs: numbers that a purge raises.
        cache: finished answers.
        shared: flights across replicas; None where there is one process only.
        budgets: what may be spent.
        asker: asks the providers.
        recorder: writes down what was answered.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        prompts: LiveRegistry,
        active: ActiveProvider,
        masking: Callable[[], MaskingRules],
        keys: Keys,
        epochs: Epochs,
        cache: CompletionCache,
        shared: SharedFlights | None,
        budgets: Budgets,
        asker: Asker,
        recorder: Recorder,
    ) -> None:
        self._settings = settings
        self._prompts = prompts
        self._active = active
        self._masking = masking
        self._keys = keys
        self._epochs = epochs
        self._cache = cache
        self._shared = shared
        self._budgets = budgets
        self._asker = asker
        self._recorder = recorder
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self.flights = Flights()

    async def question(self, order: Order, actor: Actor) -> Question:
        """Decide what an order means; what takes its time is done beside the loop.

        Raises:
            OutOfScopeError: the prompt is for others.
            EmptyContentError, TooLargeError: the content can't be used.
            MaskingUnknownError: what has to be hidden from the provider can't be read.
            PromptError: the prompt is unknown, or its variables are wrong.
        """
        prompt = self._prompts.get(order.prompt_key)
        if not prompt.scope.allows(actor.teams, order.inbox_id):
            raise OutOfScopeError
        active, epochs = self._active.current, self._epochs.current
        job = await offload(order.size, job_for, order, prompt, active, self._masking, epochs)
        return Question(job=job, key=self._key(job))

    async def complete(self, order: Order, actor: Actor, question: Question | None = None) -> Answer:
        """Answer an order, from the cache when the same was asked before.

        Args:
            order: what is asked.
            actor: who asks.
            question: of the order, if it is known.

        Raises:
            AnswerRefusedError: the answer lost what it must not lose, and the caller would not be told.
            EmptyContentError, TooLargeError: the content can't be used.
            BudgetExceededError: a budget is used up.
            PromptError: the prompt is unknown, or its variables are wrong.
            ProviderError: no provider answered as it should.
        """
        with self._recorder.recording(order, actor, streamed=False) as record:
            question = question or await self.question(order, actor)
            job, key = question.job, question.key
            record.job = job
            await self._budgets.take_request(actor)
            answer = record.answer = await self._known(job, key, actor) or await self._fly(job, key, actor)
            if order.bare and answer.refusal:
                raise AnswerRefusedError(answer.refusal)
            return answer

    async def stream(self, order: Order, actor: Actor) -> AsyncGenerator[Part, None]:
        """Answer an order in parts; ends with the answer. Raises as `complete` does, also between pieces."""
        with self._recorder.recording(order, actor, streamed=True) as record:
            question = await self.question(order, actor)
            job, key = question.job, question.key
            record.job = job
            await self._budgets.take_request(actor)
            answer = await self._known(job, key, actor)
            if answer is not None:
                record.answer = answer
                for part in parts_of(answer):
                    yield part
                return
            async with aclosing(self._stream(job, key, actor)) as parts:
                async for part in parts:
                    if isinstance(part, Answer):
                        record.answer = part
                    yield part

    async def hit(self, question: Question, actor: Actor) -> Answer | None:
        """Answer a question if its answer is known and the agent's budget has room; else nothing is counted."""
        job = question.job
        found = None if job.order.fresh else await self._cache.get(question.key)
        if found is None or found.stale or not self._budgets.allows_request_now(actor):
            return None
        answer = Answer(entry=found.entry, prompt_key=job.prompt.key, cache="hit")
        self._recorder.write(Record(job=job, answer=answer), job.order, actor)
        return answer

    async def aclose(self) -> None:
        """Stop refreshing."""
        refreshing = list(self._refreshing.values())
        for task in refreshing:
            task.cancel()
        await asyncio.gather(*refreshing, return_exceptions=True)

    def _key(self, job: Job, position: int | None = None) -> str:
        """Return the key of a job, as the provider at a place answers it; by default of the one asked now."""
        active = job.active
        place = first_available(active.upstreams) if position is None else position
        return self._keys.key(job, active.settings[place])

    async def _known(self, job: Job, key: str, actor: Actor) -> Answer | None:
        """Return the stored answer; one that is stale is refreshed behind the agent's back."""
        if job.order.fresh:
            return None
        found = await self._cache.get(key)
        if found is None:
            return None
        if found.stale:
            self._refresh(job, key, actor)
        return Answer(entry=found.entry, prompt_key=job.prompt.key, cache="hit")

    async def _fly(self, job: Job, key: str, actor: Actor) -> Answer:
        while True:
            async with self._seat(job, key, actor, streamed=False) as (flight, own):
                try:
                    if own:
                        return await flight.answer()
                    async with asyncio.timeout_at(self._deadline(job)):
                        return as_heard(await flight.answer(), own=False)
                except TimeoutError:
                    raise TimedOutError(job.active.setting.provider) from None
                except (BudgetExceededError, TimedOutError):
                    if own or self._deadline(job) <= self._now():
                        raise
                    # It was the other one's budget, or time: ask for oneself.

    async def _stream(self, job: Job, key: str, actor: Actor) -> AsyncGenerator[Part, None]:
        while True:
            async with self._seat(job, key, actor, streamed=True) as (flight, own), aclosing(flight.pieces()) as pieces:
                begun = False
                async for piece in pieces:
                    if not begun:
                        begun = True
                        yield begun_of(job, piece, own=own)
                    yield piece
                try:
                    answer = as_heard(await flight.answer(), own=own)
                except BudgetExceededError:
                    if own or begun:
                        raise
                    continue  # it was the other one's budget: ask for oneself
                for part in (answer,) if begun else parts_of(answer):
                    yield part
                return

    def _deadline(self, job: Job) -> float:
        """Return the loop's time until which a whole answer is waited for."""
        settings = self._settings
        return job.order.arrived + (
            settings.long_timeout if job.prompt.deadline == "long" else settings.request_timeout
        )

    def _seat(
        self, job: Job, key: str, actor: Actor, *, streamed: bool
    ) -> AbstractAsyncContextManager[tuple[Flight, bool]]:
        shared_key = None if job.order.fresh else key
        return self.flights.seat(shared_key, lambda emit: self._lead(job, key, actor, emit if streamed else None))

    async def _lead(self, job: Job, key: str, actor: Actor, emit: Emit | None) -> Answer:
        """Find the answer for everybody who waits for it."""

        async def ask() -> Landed:
            answer = await self._asker.ask(job, actor, emit)
            return Landed(answer=answer, stored=self._store(job, key, answer))

        async def known() -> Answer | None:
            found = await self._cache.known(key)
            return None if found is None else Answer(entry=found.entry, prompt_key=job.prompt.key, cache="hit")

        if self._shared is None or job.order.fresh:
            return (await ask()).answer
        if emit is not None:
            return await self._shared.fly(key, ask, known)
        try:  # one's own call keeps to its deadline; another replica's may be a stream, which takes its time
            async with asyncio.timeout_at(self._deadline(job) + _GRACE):
                return await self._shared.fly(key, ask, known)
        except TimeoutError:
            raise TimedOutError(job.active.setting.provider) from None

    def _store(self, job: Job, key: str, answer: Answer) -> tuple[bytes, int] | None:
        """Keep an answer that is whole and broke no guard, under the provider that gave it.

        Returns what a shared flight stores in the same breath as it lands; None when there is nothing left to do.
        """
        if not answer.whole or (answer.breaches and not job.is_brief(answer.position)):
            return None
        options = job.prompt.cache
        ttl: float = self._settings.cache_ttl if options.ttl is None else options.ttl
        stale = options.stale or 0
        if not ttl + stale:
            return None
        own = self._key(job, answer.position)
        if own != key or self._shared is None or job.order.fresh:
            self._cache.put(own, answer.entry, ttl, stale)
            return None
        return self._cache.land(own, answer.entry, ttl, stale)

    def _refresh(self, job: Job, key: str, actor: Actor) -> None:
        """Ask for an answer anew, unless that is being done."""
        if key in self._refreshing:
            return
        again = structs.replace(job, order=structs.replace(job.order, arrived=self._now()))
        self._refreshing[key] = task = asyncio.create_task(self._refreshed(again, key, actor))
        task.add_done_callback(lambda _: self._refreshing.pop(key, None))

    async def _refreshed(self, job: Job, key: str, actor: Actor) -> None:
        """Ask, unless another replica does; an error is written down, and the stale answer stays."""
        with (
            contextlib.suppress(AssistantError, ProviderError),
            self._recorder.recording(job.order, actor, streamed=False) as record,
        ):
            record.job = job
            try:
                record.answer = answer = await self._lead(job, key, actor, None)
            except asyncio.CancelledError:  # the service stops: no client left, since none was waiting
                record.unasked = True
                raise
            record.unasked = answer.cache in {"hit", "coalesced"}

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
