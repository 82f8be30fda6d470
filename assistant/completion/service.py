"""The pipeline of a completion, top to bottom."""

import asyncio
import contextlib
from collections.abc import Callable

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.budgets.budgets import Budgets
from assistant.completion.answer import Answer, Begun, CacheOutcome, Entry, Listen, Piece, coalesced
from assistant.completion.cache import CompletionCache, Found
from assistant.completion.flights import Flights, Seat
from assistant.completion.key import Keys, Meaning, Question
from assistant.completion.prepared import NO_MASKING, prepare
from assistant.completion.request import DraftRequest
from assistant.completion.source import AnswerSource
from assistant.completion.usage_recording import Recorder
from assistant.errors import AnswerRefusedError, AssistantError, BudgetExceededError, OutOfScopeError
from assistant.live_settings.purges import Purges
from assistant.provider_setting.active import ActiveProvider
from assistant.settings import Waits
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import offload
from prompts.live import LiveRegistry
from prompts.template import Prompt
from providers.asking.upstream import first_available
from providers.errors import ProviderError, TimedOutError


class CompletionService:
    """Answers requests for completions.

    Args:
        waits: how long an answer is waited for.
        prompts: the registry.
        active: the providers in use.
        masking: returns what is masked at the moment.
        keys: names of stored answers.
        epochs: numbers that a purge raises.
        cache: finished answers.
        budgets: what may be spent.
        source: gives the answers that are not known.
        recorder: writes down what was answered.
    """

    def __init__(
        self,
        waits: Waits,
        *,
        prompts: LiveRegistry,
        active: ActiveProvider,
        masking: Callable[[], MaskingRules],
        keys: Keys,
        epochs: Purges,
        cache: CompletionCache,
        budgets: Budgets,
        source: AnswerSource,
        recorder: Recorder,
    ) -> None:
        self._waits = waits
        self._prompts = prompts
        self._active = active
        self._masking = masking
        self._keys = keys
        self._epochs = epochs
        self._cache = cache
        self._budgets = budgets
        self._source = source
        self._recorder = recorder
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self.flights = Flights()

    async def complete(self, request: DraftRequest, actor: Actor, question: Question | None = None) -> Answer:
        """Answer a request, from the cache when the same was asked before.

        Args:
            request: what is asked.
            actor: who asks.
            question: of the request, if it is known.

        Raises:
            AnswerRefusedError: the answer lost what it must not lose, and the caller would not be told.
            EmptyContentError, TooLargeError: the content can't be used.
            BudgetExceededError: a budget is used up.
            PromptError: the prompt is unknown, or its variables are wrong.
            ProviderError: no provider answered as it should.
        """
        return await self._answered(request, actor, question)

    async def stream(
        self, request: DraftRequest, actor: Actor, listen: Listen, question: Question | None = None
    ) -> Answer:
        """Answer a request, and tell how the answer begins and the pieces of it as they come.

        Raises as `complete` does, but for AnswerRefusedError, and also between pieces.
        """
        return await self._answered(request, actor, question, listen)

    def holds(self, meaning: Meaning, actor: Actor) -> bool:
        """Tell whether a request still means what it meant, and the agent may ask it.

        Raises:
            MaskingUnknownError: what has to be hidden from the provider can't be read.
            PromptError: there is no such prompt any more.
        """
        active, rules = meaning.active, meaning.rules
        return (
            self._prompts.get(meaning.prompt_key) is meaning.prompt
            and meaning.prompt.scope.allows(actor.teams, meaning.inbox_id)
            and active is self._active.current
            and first_available(active.upstreams) == meaning.position
            and meaning.epochs is self._epochs.current
            and (rules is NO_MASKING or rules is self._masking())
        )

    async def hit(self, key: str | None, actor: Actor) -> Entry | None:
        """Return a stored answer, if there is one and the agent's budget has room; else nothing is counted.

        Args:
            key: its name; None for a request that is asked afresh.
            actor: who asks.
        """
        found = None if key is None else self._cache.here(key) or await self._cache.get(key)
        if found is None or found.stale or not self._budgets.allows_request_now(actor):
            return None
        return found.entry

    async def stored(self, question: Question) -> Entry | None:
        """Return the stored answer to a question, if there is one; nothing is counted."""
        found = await self._stored(question)
        return found.entry if found else None

    def prompt(self, key: str) -> Prompt:
        """Return a prompt by its key or alias; raises UnknownPromptError."""
        return self._prompts.get(key)

    async def question(self, request: DraftRequest, actor: Actor) -> Question:
        """Decide what a request means; what takes its time is done beside the loop.

        Raises:
            OutOfScopeError: the prompt is for others.
            EmptyContentError, TooLargeError: the content can't be used.
            MaskingUnknownError: what has to be hidden from the provider can't be read.
            PromptError: the prompt is unknown, or its variables are wrong.
        """
        prompt = self._prompts.get(request.prompt_key)
        if not prompt.scope.allows(actor.teams, request.inbox_id):
            raise OutOfScopeError
        active, epochs = self._active.current, self._epochs.current
        return self._keys.question(await offload(request.size, prepare, request, prompt, active, self._masking, epochs))

    async def aclose(self) -> None:
        """Stop refreshing."""
        refreshing = list(self._refreshing.values())
        for task in refreshing:
            task.cancel()
        await asyncio.gather(*refreshing, return_exceptions=True)

    async def _answered(
        self, request: DraftRequest, actor: Actor, question: Question | None = None, listen: Listen | None = None
    ) -> Answer:
        """Take a request all the way, and write down what came of it."""
        with self._recorder.recording(request, actor, streamed=listen is not None) as recording:
            question = question or await self.question(request, actor)
            recording.prepared = question.prepared
            await self._budgets.take_request(actor)
            recording.answer = answer = await self._found(question, actor, listen)
            if answer.refusal and request.bare and listen is None:
                raise AnswerRefusedError(answer.refusal)
            return answer

    async def _found(self, question: Question, actor: Actor, listen: Listen | None) -> Answer:
        """Return the stored answer, or else join whoever asks; one that is stale is refreshed behind the agent."""
        found = await self._stored(question)
        if found is None:
            return await self._shared(question, actor, listen)
        if found.stale:
            self._refresh(question, actor)
        answer = _hit(question, found)
        if listen is not None:
            await _tell(question, answer, listen)
        return answer

    async def _stored(self, question: Question) -> Found | None:
        return None if question.shared_key is None else await self._cache.get(question.shared_key)

    async def _shared(self, question: Question, actor: Actor, listen: Listen | None) -> Answer:
        """Return an answer that is asked for once, however many wait for it."""
        while True:
            with self.flights.take(question.shared_key) as seat:
                flight = seat.flight
                if seat.mine:
                    flight.start(self._source.answer(question, actor, flight.hear if listen else None))
                passenger = _Passenger(question, seat, listen)
                try:
                    return await passenger.answer(question.prepared.deadline(self._waits))
                except (BudgetExceededError, TimedOutError) as error:
                    streamed = listen is not None
                    late = question.prepared.deadline(self._waits) <= self._now()
                    over = isinstance(error, TimedOutError) if streamed else late
                    if seat.mine or passenger.begun or over:
                        raise
                    # It was the other one's budget, or time for a whole answer: ask for oneself.

    def _refresh(self, question: Question, actor: Actor) -> None:
        """Ask for an answer again, unless that is being done."""
        if question.key in self._refreshing:
            return
        prepared = question.prepared
        request = structs.replace(prepared.request, arrived=self._now())
        again = structs.replace(question, prepared=structs.replace(prepared, request=request))
        self._refreshing[question.key] = task = asyncio.create_task(self._refreshed(again, actor))
        task.add_done_callback(lambda _: self._refreshing.pop(question.key, None))

    async def _refreshed(self, question: Question, actor: Actor) -> None:
        """Ask, unless another replica does; an error is written down, and the stale answer stays."""
        with (
            contextlib.suppress(AssistantError, ProviderError),
            self._recorder.recording(question.prepared.request, actor, streamed=False) as recording,
        ):
            recording.prepared = question.prepared
            try:
                recording.answer = answer = await self._source.answer(question, actor, None)
            except asyncio.CancelledError:  # the service stops: no client left, since none was waiting
                recording.unasked = True
                raise
            recording.unasked = answer.cache in {"hit", "coalesced"}

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _hit(question: Question, found: Found) -> Answer:
    return Answer(entry=found.entry, prompt_key=question.prepared.prompt.key, cache="hit")


class _Passenger:
    """One who waits for a flight; who wants a whole answer needs no pieces.

    Args:
        question: what they asked.
        seat: in the flight.
        listen: told how the answer begins and its pieces; None: a whole answer is wanted.

    Attributes:
        begun: whether a piece was told.
    """

    def __init__(self, question: Question, seat: Seat, listen: Listen | None) -> None:
        self.begun = False
        self._question = question
        self._seat = seat
        self._listen = listen

    async def answer(self, deadline: float) -> Answer:
        """Return the answer as it looks from this seat.

        Args:
            deadline: the loop's time until which one who joined waits for a whole answer.

        Raises:
            TimedOutError: it takes too long; besides, whatever kept the answer from coming.
        """
        seat, listen = self._seat, self._listen
        until = deadline if listen is None and not seat.mine else None
        try:
            found = await seat.flight.answer(self._hear if listen else None, until)
        except TimeoutError:
            raise TimedOutError(self._question.prepared.active.setting.provider) from None
        answer = found if seat.mine else coalesced(found)
        if listen is not None and not self.begun:
            await _tell(self._question, answer, listen)
        return answer

    async def _hear(self, piece: Piece) -> None:
        assert self._listen is not None  # noqa: S101 - for the types: no one else is told pieces
        if not self.begun:
            self.begun = True
            await self._listen(_begun(self._question, piece, mine=self._seat.mine))
        await self._listen(piece)


async def _tell(question: Question, answer: Answer, listen: Listen) -> None:
    """Tell an answer as a stream has it, all of its text in one piece; of JSON there are no pieces."""
    await listen(answer.begun)
    if question.prepared.prompt.output is None:
        await listen(answer.piece)


def _begun(question: Question, piece: Piece, *, mine: bool) -> Begun:
    """Return what is known of an answer from its first piece; `mine`: it was asked for by this request."""
    prepared = question.prepared
    cache: CacheOutcome = "bypass" if prepared.request.fresh else "miss" if mine else "coalesced"
    return Begun(cache=cache, provider=piece.provider, model=piece.model, prompt_version=prepared.prompt.version)
