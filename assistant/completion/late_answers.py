"""Answers that come when no one waits for them any more, since the provider had to load its model."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer
from assistant.completion.cache import CompletionCache
from assistant.completion.key import Keys
from assistant.completion.lifetime import lifetime_of
from assistant.completion.prepared import Prepared
from assistant.completion.usage_recording import Recorder


class LateAnswers:
    """Stores late answers for whoever asks again, and writes down what they took.

    Args:
        ttl: seconds for which an answer is fresh where its prompt does not say.
        keys: names of stored answers.
        cache: finished answers.
        recorder: writes down what was answered.
    """

    def __init__(self, ttl: float, *, keys: Keys, cache: CompletionCache, recorder: Recorder) -> None:
        self._ttl = ttl
        self._keys = keys
        self._cache = cache
        self._recorder = recorder
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, prepared: Prepared, actor: Actor, answers: AsyncGenerator[Answer], *, kept: bool) -> None:
        """Take the answers to a request as they come.

        Args:
            prepared: what was asked.
            actor: who asked.
            answers: from each provider that is still at it.
            kept: whether they are stored.
        """
        task = asyncio.create_task(self._followed(prepared, actor, answers, kept=kept))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Take no more answers."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _followed(self, prepared: Prepared, actor: Actor, answers: AsyncGenerator[Answer], *, kept: bool) -> None:
        async with aclosing(answers):
            async for answer in answers:
                if kept:
                    self._keep(prepared, answer)
                with self._recorder.recording(prepared.request, actor, streamed=False) as recording:
                    recording.prepared, recording.answer = prepared, answer

    def _keep(self, prepared: Prepared, answer: Answer) -> None:
        options, local = prepared.prompt.cache, prepared.is_brief(answer.position)
        lifetime = lifetime_of(answer, options, default=self._ttl, local=local)
        if lifetime is not None:
            key = self._keys.of(prepared, answer.position)
            self._cache.put(key, answer.entry, lifetime.fresh, lifetime.stale)
