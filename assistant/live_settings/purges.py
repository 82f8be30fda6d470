"""Purging the cache: each answer is stored under the numbers of its time, and a purge raises one of them.

What was stored before is never found again, on any replica, and goes by its own time to live.
"""

import time

from msgspec import Struct, structs

from assistant.live_settings.documents import Documents, LiveDocument

NAME = "cache"
"""The document's name, also in messages between replicas."""


class PurgeCounts(Struct, frozen=True, kw_only=True):
    """How often everything, a prompt's and a provider's answers were purged."""

    all: int = 0
    prompts: dict[str, int] = {}
    providers: dict[str, int] = {}

    def of(self, prompt: str, provider: str) -> tuple[int, ...]:
        """Return the numbers for a prompt's answers by a provider."""
        return (self.all, self.prompts.get(prompt, 0), self.providers.get(provider, 0))


class Purges(LiveDocument[PurgeCounts]):
    """Makes purges; whoever asks a model notes the current numbers before, and stores its answer under them."""

    def __init__(self, documents: Documents) -> None:
        super().__init__(documents, NAME, PurgeCounts(), instead=_never_used)

    async def purge(self, *, prompt: str | None, provider: str | None, agent_id: int) -> None:
        """Forget a prompt's answers, a provider's, or all when neither is named."""

        def raised(saved: PurgeCounts) -> PurgeCounts:
            if prompt is None and provider is None:
                return structs.replace(saved, all=saved.all + 1)
            return structs.replace(
                saved, prompts=_raised(saved.prompts, prompt), providers=_raised(saved.providers, provider)
            )

        await self.update(raised, agent_id=agent_id)


def _never_used() -> PurgeCounts:
    """Return numbers under which nothing is stored: which answers were purged can't be read, so none is found."""
    return PurgeCounts(all=time.time_ns() // 1_000_000)


def _raised(numbers: dict[str, int], name: str | None) -> dict[str, int]:
    return numbers if name is None else {**numbers, name: numbers.get(name, 0) + 1}
