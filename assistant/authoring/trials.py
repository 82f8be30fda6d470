"""Trying versions of a prompt on a draft, side by side, on one provider or several."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from typing import TypeAlias

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.answer import Piece
from assistant.completion.prepared import Prepared
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


class Unanswered(Struct, frozen=True, kw_only=True):
    """A run without an answer, and why."""

    run: int
    version: int | str
    provider: str
    error: Exception


Part: TypeAlias = Written | Ended | Unanswered


async def try_all(runs: Sequence[Run], asker: PromptAsker, actor: Actor) -> AsyncGenerator[Part, None]:
    """Ask for all answers at once, and give their parts as they come; when no one reads on, the calls end."""
    parts: asyncio.Queue[Part] = asyncio.Queue()
    tasks = [asyncio.create_task(_ask(number, run, asker, actor, parts)) for number, run in enumerate(runs)]
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


async def _ask(number: int, run: Run, asker: PromptAsker, actor: Actor, parts: "asyncio.Queue[Part]") -> None:
    started = time.perf_counter()

    def emit(piece: Piece) -> None:
        if piece.text:
            parts.put_nowait(Written(run=number, text=piece.text))

    try:
        answer = await asker.ask(run.job, actor, emit)
    except Exception as error:  # noqa: BLE001 - it is shown beside the other runs, as an answer would be
        parts.put_nowait(Unanswered(run=number, version=run.version, provider=run.provider, error=error))
        return
    entry = answer.entry
    ended = Ended(
        run=number,
        version=run.version,
        provider=entry.provider,
        model=entry.model,
        text=entry.text,
        warnings=[str(each) for each in entry.warnings],
        guards=list(answer.breaches),
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        usage=entry.usage,
        cost=asker.billed(answer),
    )
    parts.put_nowait(ended)
