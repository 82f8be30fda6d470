"""Where an answer comes from that is not known here: another replica that asks already, or the model."""

import asyncio

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer, Hear, coalesced
from assistant.completion.cache import CompletionCache
from assistant.completion.key import Keys, Question
from assistant.completion.leases import Lease, Leases
from assistant.completion.lifetime import lifetime_of
from assistant.completion.model_call import ModelCaller
from assistant.settings import Waits
from providers.errors import TimedOutError


class AnswerSource:
    """Asks a question once for all replicas, and stores its answer.

    Args:
        ttl: seconds for which an answer is fresh where its prompt does not say.
        waits: how long an answer is waited for.
        keys: names of stored answers.
        cache: finished answers.
        leases: see to it that one replica asks.
        model: asked by the one that has the lease.
    """

    def __init__(
        self, ttl: float, *, waits: Waits, keys: Keys, cache: CompletionCache, leases: Leases, model: ModelCaller
    ) -> None:
        self._ttl = ttl
        self._waits = waits
        self._keys = keys
        self._cache = cache
        self._leases = leases
        self._model = model

    async def answer(self, question: Question, actor: Actor, hear: Hear | None) -> Answer:
        """Find an answer.

        Args:
            question: what is asked.
            actor: who asks.
            hear: told the pieces of the answer if the model is asked here; None: no one reads them.

        Raises:
            BudgetExceededError: there is nothing left to spend.
            ProviderError: no provider answered as it should.
        """
        while True:
            async with self._leases.take(question.shared_key) as lease:
                answer = None if lease.mine else await self._handed_over(question, lease, streamed=hear is not None)
                if answer is None and lease.shared:
                    answer = await self._stored_meanwhile(question, lease)
                if answer is None and lease.mine:
                    answer = await self._model.answer(question.prepared, actor, hear, kept=True)
                    self._land(question, answer, lease)
                if answer is not None:
                    return answer

    async def _handed_over(self, question: Question, lease: Lease, *, streamed: bool) -> Answer | None:
        """Return what another replica hands over; it may be streaming, which takes its time."""
        prepared = question.prepared
        try:
            async with asyncio.timeout_at(None if streamed else prepared.deadline(self._waits)):
                answer = await lease.answer()
        except TimeoutError:
            raise TimedOutError(prepared.active.setting.provider) from None
        return None if answer is None else coalesced(answer)

    async def _stored_meanwhile(self, question: Question, lease: Lease) -> Answer | None:
        """Return what another replica stored since the cache was looked at; nothing stale."""
        found = await self._cache.known(question.key)
        if found is None:
            return None
        answer = Answer(entry=found.entry, prompt_key=question.prepared.prompt.key, cache="hit")
        return answer if lease.mine else structs.replace(answer, cache="coalesced")

    def _land(self, question: Question, answer: Answer, lease: Lease) -> None:
        """Keep an answer for its lifetime, under the provider that gave it, and hand it over to those who wait."""
        prepared, stored = question.prepared, None
        lifetime = lifetime_of(
            answer, prepared.prompt.cache, default=self._ttl, local=prepared.is_brief(answer.position)
        )
        key = self._keys.of(prepared, answer.position)
        if lifetime is not None and key == lease.key:
            stored = self._cache.land(key, answer.entry, lifetime.fresh, lifetime.stale)
        elif lifetime is not None:
            self._cache.put(key, answer.entry, lifetime.fresh, lifetime.stale)
        lease.land(answer, stored)
