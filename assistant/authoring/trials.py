"""Trying versions of a prompt on a draft, side by side, on one provider or several."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from typing import TypeAlias

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.answer import Answer, Piece
from assistant.completion.prepared import Prepared
from assistant.envelope import ErrorEnvelope, render
from providers.base import Usage


class Run(Struct, frozen=True, kw_only=True):
    """One version on one provider; `version` is a number, `draft`, `published`, or `source` for an unsaved text."""

    version: int | str
    provider: str
    job: Prepared


class Written(Struct, frozen=True, kw_only=True):
    """More of a run's answer."""

    run: int
    text: str


class Ended(Struct, frozen=True, kw_only=True, tag_field="outcome", tag="answered"):
    """A run's whole answer, and what it took; `cost` is in US dollars, null when no price is known."""

    run: int
    version: int | str
    provider: str
    model: str
    text: str
    warnings: list[str]
    guards: list[str]
    milliseconds: float
    usage: Usage
    cost: float | None


class Failed(Struct, frozen=True, kw_only=True, tag_field="outcome", tag="failed"):
    """Why a run has no answer."""

    run: int
    version: int | str
    provider: str
    error: ErrorEnvelope


Part: TypeAlias = Written | Ended | Failed


async def try_all(runs: Sequence[Run], asker: PromptAsker, actor: Actor) -> AsyncGenerator[Part, None]:
    """Ask for all answers at once, and give their parts as they come; whoever stops reading ends the calls."""
    parts: asyncio.Queue[Part] = asyncio.Queue()
    trial = _Trial(asker, actor, parts)
    tasks = [asyncio.create_task(trial.run(number, each)) for number, each in enumerate(runs)]
    left = len(tasks)
    try:
        while left:
            part = await parts.get()
            left -= not isinstance(part, Written)
            yield part
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Trial:
    """Who asks whom, and where the parts go."""

    def __init__(self, asker: PromptAsker, actor: Actor, parts: "asyncio.Queue[Part]") -> None:
        self._asker = asker
        self._actor = actor
        self._parts = parts

    async def run(self, number: int, run: Run) -> None:
        started = time.perf_counter()

        def emit(piece: Piece) -> None:
            if piece.text:
                self._parts.put_nowait(Written(run=number, text=piece.text))

        try:
            answer = await self._asker.ask(run.job, self._actor, emit)
        except Exception as error:  # noqa: BLE001 - it is shown beside the other runs, as an answer would be
            envelope = render(error).envelope
            self._parts.put_nowait(Failed(run=number, version=run.version, provider=run.provider, error=envelope))
            return
        self._parts.put_nowait(self._ended(number, run, answer, (time.perf_counter() - started) * 1000))

    def _ended(self, number: int, run: Run, answer: Answer, milliseconds: float) -> Ended:
        entry = answer.entry
        return Ended(
            run=number,
            version=run.version,
            provider=entry.provider,
            model=entry.model,
            text=entry.text,
            warnings=list(entry.warnings),
            guards=list(answer.breaches),
            milliseconds=round(milliseconds, 1),
            usage=entry.usage,
            cost=self._asker.billed(answer),
        )
