"""How the versions of a prompt did."""

from collections.abc import Mapping
from functools import partial

from msgspec import structs

from assistant.authoring.drafts import Drafts
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.versions import FILE
from assistant.text.offloading import offload_always
from assistant.usage.prompt_use import PromptUses, VersionUse
from prompts.errors import BrokenTemplateError
from prompts.layers import compile_on

_MOST_COMPILED = 20  # versions whose hash is looked up


class VersionResult(VersionUse, frozen=True, kw_only=True):
    """How one version did; `number` is null where it can't be told: it was made with other shared parts."""

    number: int | None


class PromptResults:
    """Tells how the versions of a prompt did.

    Args:
        published: the published prompts.
        drafts: the saved versions.
        uses: of prompts.
    """

    def __init__(self, published: PublishedPrompts, drafts: Drafts, uses: PromptUses) -> None:
        self._published = published
        self._drafts = drafts
        self._uses = uses

    async def of(self, key: str) -> list[VersionResult]:
        """Return the use of each version of a prompt in the last 30 days, that which was used last first.

        Raises:
            NotFoundError: there is no such prompt.
        """
        uses = await self._uses.by_version(key)
        texts = {each.number: each.source for each in (await self._drafts.versions(key))[:_MOST_COMPILED]}
        if self._drafts.has_file(key):
            texts[FILE] = await self._drafts.source(key, FILE)
        numbers = await offload_always(partial(self._numbers, key, texts)) if uses else {}
        return [VersionResult(**structs.asdict(each), number=numbers.get(each.prompt_version)) for each in uses]

    def _numbers(self, key: str, texts: Mapping[int, str]) -> dict[str, int]:
        """Return the number of each version by its hash; the newest one of several that are the same."""
        layers, found = self._published.layers(without=key), dict[str, int]()
        for number, text in sorted(texts.items()):
            try:
                found[compile_on(layers, key, text, settings=self._published.settings).version] = number
            except BrokenTemplateError:
                continue
        return found
