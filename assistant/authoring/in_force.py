"""Which prompts are in force: the files, and the published edits over them; followed on every replica."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.errors import AssistantError
from assistant.store.database import Database
from assistant.store.prompt_rows import PromptRows, record_prompts
from assistant.store.prompt_versions import PromptState, PromptVersions
from assistant.telemetry import log
from prompts.errors import Problem
from prompts.layers import Layer, read_layers
from prompts.live import LiveRegistry
from prompts.registry import PromptRegistry
from prompts.syntax import Source

_POLL = 2.0  # seconds between two looks for another replica's change
_EDITS = "saved edits"


class PromptsInForce:
    """Puts prompts in force.

    Args:
        directories: of an operator's files; the shipped ones lie below.
        settings: the values for `default_setting`.
        live: the registry that everybody looks into.
        versions: saved edits.
        database: where prompts get their ids.
        rows: the ids and dates, kept up to date.
        languages: those that the prompt that translates is listed for.

    Attributes:
        files: the layers of files.
        edits: the sources of the published edits, by key.
        states: of the prompts that were changed here, by key.
    """

    def __init__(
        self,
        directories: Sequence[Path],
        settings: Mapping[str, str],
        *,
        live: LiveRegistry,
        versions: PromptVersions,
        database: Database,
        rows: PromptRows,
        languages: Sequence[str] = (),
    ) -> None:
        self.files, self._unread = read_layers(directories)
        self.edits: dict[str, str] = {}
        self.states: dict[str, PromptState] = {}
        self.settings = settings
        self._directories = directories
        self._live = live
        self._versions = versions
        self._database = database
        self._rows = rows
        self._languages = languages
        self._revision = 0
        self._lock = asyncio.Lock()
        self._reported: frozenset[Problem] = frozenset()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Put the published edits in force, and follow other replicas' changes until the end.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._lock:
            await self._read_edits()
            await self._build()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def reload(self) -> None:
        """Put in force what is published, if that is something else: another replica says so, or it is time to look.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._lock:
            if await self._versions.revision() != self._revision:
                await self._read_edits()
                await self._build()

    async def reload_files(self) -> None:
        """Read the files again; one that is broken now changes nothing, and is reported."""
        async with self._lock:
            layers, unread = await asyncio.to_thread(read_layers, self._directories)
            self.files, broken = await asyncio.to_thread(self._mended, layers)
            self._unread = [*unread, *broken]
            await self._build()

    def layers(self, *, without: str = "") -> list[Layer]:
        """Return all layers, the edits on top; leaving out the edit of one key."""
        edits = {
            f"{key}.j2": Source(f"{key}.j2 ({_EDITS})", text) for key, text in self.edits.items() if key != without
        }
        return [*self.files, Layer(name=_EDITS, sources=edits)]

    def file_source(self, key: str) -> Source | None:
        """Return what the topmost file of a prompt or shared part holds."""
        return next(
            (layer.sources[f"{key}.j2"] for layer in reversed(self.files) if f"{key}.j2" in layer.sources), None
        )

    async def _read_edits(self) -> None:
        self._revision, self.states, self.edits = await self._versions.published()

    async def _build(self) -> None:
        registry = await asyncio.to_thread(self._registry, self.layers())
        self._report(registry.problems)
        self._live.adopt(registry)
        self._rows.update(await record_prompts(self._database, {each.key: each.version for each in registry.prompts}))

    def _registry(self, layers: Sequence[Layer]) -> PromptRegistry:
        registry = PromptRegistry.of_layers(layers, settings=self.settings, problems=self._unread)
        enabled = registry.without({key for key, state in self.states.items() if not state.enabled})
        return enabled.translating(self._languages)

    def _mended(self, layers: list[Layer]) -> tuple[list[Layer], list[Problem]]:
        """Return layers whose broken files are as they were when they were good, and what is wrong with them now."""
        before = {source.origin: source for layer in self.files for source in layer.sources.values()}
        known = {problem.file for problem in PromptRegistry.of_layers(self.files, settings=self.settings).problems}
        found = PromptRegistry.of_layers(layers, settings=self.settings).problems
        broken = {problem.file for problem in found if problem.file in before} - known
        mended = [
            Layer(
                name=layer.name,
                sources={
                    name: before[source.origin] if source.origin in broken else source
                    for name, source in layer.sources.items()
                },
            )
            for layer in layers
        ]
        return mended, [problem for problem in found if problem.file in broken]

    def _report(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            if problem not in self._reported:
                log.error("a prompt is left out", file=problem.file, line=problem.line, reason=problem.reason)
        self._reported = frozenset(problems)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_POLL)
            try:
                await self.reload()
            except AssistantError:
                continue  # the database is asked again in a moment; readiness tells
            except Exception as error:  # noqa: BLE001 - the next look may go better
                log.error("prompts could not be read", exception=error)
