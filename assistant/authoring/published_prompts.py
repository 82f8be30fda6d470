"""The prompts that agents get: the files, and the published edits over them; followed on every replica."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

from msgspec import structs

from assistant.authoring.prompt_ids import PromptRows, assign_ids
from assistant.authoring.versions import PromptState, PromptVersions
from assistant.database.database import Database
from assistant.errors import DatabaseUnavailableError
from assistant.live_settings.follower import Follower
from assistant.settings import Settings
from assistant.telemetry import log
from messages.sentences import Sentence
from prompts.compilations import Compilations, HeldBack
from prompts.errors import Problem, UnknownPromptError
from prompts.layers import Layer, read_layers
from prompts.live import LiveRegistry
from prompts.registry import PromptRegistry
from prompts.syntax import Source

T = TypeVar("T")

_POLL = 2.0  # seconds between two looks for another replica's change
_PATIENCE = 10.0  # seconds until a database that says nothing is asked again
_EDITS = "saved edits"


class PublishedPrompts:
    """Keeps the registry of prompts up to date with files and published edits.

    Args:
        directories: of an operator's files; the shipped ones lie below.
        settings: the values for `default_setting`.
        live: the registry that is kept up to date.
        versions: saved edits.
        database: where prompts get their ids.
        rows: the ids and dates, kept up to date.
        languages: those that the prompt that translates is listed for.

    Attributes:
        live: the registry.
        files: the layers of files.
        edits: the sources of the published edits, by key.
        states: of the prompts that were changed here, by key.
        compilations: what they are compiled with.
        broken: what is wrong with the files and edits that can't be used, by where they come from.
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
        self.compilations = Compilations(settings)
        self.broken: Mapping[str, tuple[Problem, ...]] = {}
        self._directories = directories
        self.live = live
        self._versions = versions
        self._database = database
        self._rows = rows
        self._languages = languages
        self._revision: int | None = None
        self._recorded: dict[str, str] = {}
        self._reading, self._building = asyncio.Lock(), asyncio.Lock()
        self._follower = Follower("prompts", self.reload, every=_POLL)
        self._reported: frozenset[Problem] = frozenset()
        self._told: dict[str, HeldBack] = {}

    def running(self) -> AbstractAsyncContextManager[None]:
        """Use the published edits, and follow other replicas' changes until the end.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        return self._follower.running()

    async def reload(self) -> None:
        """Use what is published, if it has changed: another replica says so, or it is time to look.

        Raises:
            DatabaseUnavailableError: the database does not answer; all stays as it is, and is looked at again soon.
        """
        async with self._reading:
            if await _patiently(self._versions.revision()) != self._revision:
                revision, states, edits = await _patiently(self._versions.published())
                async with self._building:
                    self.states, self.edits = states, edits
                    await self._build()
                self._revision = revision
            await _patiently(self._record())

    async def reload_files(self) -> None:
        """Read the files again, without waiting for the database.

        One that can't be read, or a whole folder, is taken as it was before; one that is broken changes nothing. Both
        are reported.
        """
        async with self._building:
            layers, unread = await asyncio.to_thread(self._read_files)
            if (layers, unread) != (self.files, self._unread):
                self.files, self._unread = layers, unread
                await self._build()
        self._follower.look()

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

    def owner(self, name: str) -> str | None:
        """Return the key of the prompt that a key or alias leads to; None if there is no such prompt."""
        try:
            return self.live.get(name).key
        except UnknownPromptError:
            return None

    def held_back(self, key: str) -> HeldBack | None:
        """Tell why a prompt is not served as written; nothing when it is."""
        return self.live.held_back.get(key)

    def _read_files(self) -> tuple[list[Layer], list[Problem]]:
        """Read all files; what can't be read is as it was before."""
        layers, unread = read_layers(self._directories)
        lost = {problem.file for problem in unread}
        return [_as_before(now, before, lost) for now, before in zip(layers, self.files, strict=True)], unread

    async def _build(self) -> None:
        compiled = await asyncio.to_thread(self.compilations.compile, self.layers(), self._unread)
        registry = PromptRegistry.of_compiled(compiled, self._unread)
        self.broken = compiled.failures
        self._report(registry)
        enabled = registry.without({key for key, state in self.states.items() if not state.enabled})
        self.live.adopt(enabled.translating(self._languages))

    async def _record(self) -> None:
        """Give new prompts their rows; those that the database was away for get theirs with the next look."""
        versions = {each.key: each.version for each in self.live.prompts}
        if versions != self._recorded:
            self._rows.update(await assign_ids(self._database, versions))
            self._recorded = versions

    def _report(self, registry: PromptRegistry) -> None:
        for problem in registry.problems:
            if problem not in self._reported:
                log.error("a prompt file has an error", file=problem.file, line=problem.line, reason=problem.reason)
        self._reported = frozenset(registry.problems)
        told, self._told = self._told, dict(registry.held_back)
        for key, held in self._told.items():
            if told.get(key) != held:
                log.error("a prompt is not served as written", prompt=key, serving=held.serving)
        if fixed := sorted(told.keys() - self._told.keys()):
            log.info("prompts are served as written again", prompts=", ".join(fixed))


def published_prompts(
    settings: Settings, *, live: LiveRegistry, versions: PromptVersions, database: Database, rows: PromptRows
) -> PublishedPrompts:
    """Return the prompts of a service with these settings; see `PublishedPrompts`."""
    return PublishedPrompts(
        settings.prompt_directories,
        {"language": settings.language},
        live=live,
        versions=versions,
        database=database,
        rows=rows,
        languages=settings.translate_to,
    )


async def _patiently(asked: Awaitable[T]) -> T:
    """Wait for the database, but not forever: a connection may be dead without notice."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await asked
    except TimeoutError:
        raise DatabaseUnavailableError(Sentence("The database does not answer. Try again in a moment.")) from None


def _as_before(now: Layer, before: Layer, lost: set[str]) -> Layer:
    """Return a layer with those files as they were before that can't be read now; all of them if the folder can't."""
    if now.name in lost:
        return before
    kept = {name: source for name, source in before.sources.items() if source.origin in lost}
    return structs.replace(now, sources={**now.sources, **kept})
