"""All prompts as their authors see them, with what agents make of them."""

import time
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Select, and_, select, tuple_

from assistant.authoring.drafts import Drafts
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.versions import FILE
from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.queries import Query, Row
from assistant.database.tables import PromptStateRow, PromptVersionRow
from assistant.text.offloading import offload_always
from assistant.usage.prompt_use import PromptUse, PromptUses
from prompts.errors import BrokenTemplateError
from prompts.front_matter import Scope
from prompts.layers import compile_on, is_part, parts_for
from prompts.template import Prompt

State: TypeAlias = Literal["shipped", "edited", "new", "draft", "disabled"]
"""A file as it is, a file with a published edit, a prompt that was made here and published or not, or switched off."""

_SECONDS = 0.02  # for looking at drafts in one request
_MOST_READ = 50  # drafts that are read for it
_MOST_KEPT = 5000  # drafts about which it is remembered what they are


class DraftNote(Struct, frozen=True, kw_only=True):
    """A draft that is not published; `works` tells whether it can be, null while it was not looked at yet."""

    number: int
    by: int
    at: Moment
    message: str
    works: bool | None


class AuthorsPrompt(Struct, frozen=True, kw_only=True):
    """A prompt, or a shared part, in the list for authors.

    `published` is the number of the version that agents get, 0 is the file's. `file_newer` tells that the file has
    changed since the edit was made from it, `held_back` that agents get an older text. `use` is that of the last 30
    days. `changed_by` is an agent's id; null when nothing was changed here.
    """

    key: str
    title: str
    description: str
    part: bool
    state: State
    enabled: bool
    published: int
    draft: DraftNote | None
    has_file: bool
    file_newer: bool
    held_back: bool
    context: str
    scope: Scope
    changed_by: int | None
    changed_at: Moment | None
    use: PromptUse


class _Look(Struct, frozen=True, kw_only=True):
    """What a draft is, with the shared parts that there were; `parts` is their hash."""

    parts: int
    works: bool
    title: str
    description: str


class PromptList:
    """Lists all prompts: one query for what was changed here, and the figures of use.

    Args:
        database: where edits are.
        published: the published prompts.
        drafts: knows files.
        uses: of prompts.
    """

    def __init__(self, database: Database, published: PublishedPrompts, drafts: Drafts, uses: PromptUses) -> None:
        self._database = database
        self._published = published
        self._drafts = drafts
        self._uses = uses
        self._looks: dict[tuple[str, int], _Look] = {}

    async def all(self) -> list[AuthorsPrompt]:
        """Return all prompts and shared parts, by title.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        files = {name.removesuffix(".j2") for layer in self._published.files for name in layer.sources}
        rows = {row["key"]: row for row in await self._database.rows(_STATES) if _is_there(row, files)}
        uses = await self._uses.by_prompt()
        parts = hash(frozenset(parts_for(self._published.layers(), len(self._published.files) + 1).items()))
        await self._look(_drafts_of(rows.values()), parts)
        return await offload_always(self._all, rows, uses, files)

    def _all(
        self, rows: Mapping[str, Row], uses: Mapping[str, PromptUse], files: Collection[str]
    ) -> list[AuthorsPrompt]:
        """List all prompts; with thousands of them that takes longer than others should wait."""
        keys = {*files, *rows}
        listed = [self._listed(key, rows.get(key, {}), uses, has_file=key in files) for key in keys]
        return sorted(listed, key=lambda each: (each.title.casefold(), each.key))

    def _listed(self, key: str, here: Row, uses: Mapping[str, PromptUse], *, has_file: bool) -> AuthorsPrompt:
        draft, published = here.get("draft", FILE), here.get("published", FILE)
        prompt, look = self._published.live.current.find(key), self._looks.get((key, draft))
        about = prompt or look
        enabled = bool(here.get("enabled", True))
        return AuthorsPrompt(
            key=key,
            title=about.title if about else "",
            description=about.description if about else "",
            part=is_part(key),
            state=_state(enabled=enabled, has_file=has_file, published=published),
            enabled=enabled,
            published=published,
            draft=_note(here, look) if _has_draft(here) else None,
            has_file=has_file,
            file_newer=self._drafts.file_is_newer(key, here.get("file_hash")),
            held_back=self._drafts.held_back(key) is not None,
            context=prompt.context if prompt else "draft",
            scope=prompt.scope if prompt else Scope(),
            changed_by=here.get("changed_by"),
            changed_at=here.get("changed_at"),
            use=uses.get(key, _UNUSED),
        )

    async def _look(self, drafts: Iterable[tuple[str, int]], parts: int) -> None:
        """Look at drafts that were not looked at yet with these parts: some now, the others with the next list."""
        unknown = [each for each in drafts if each not in self._looks or self._looks[each].parts != parts]
        if not unknown:
            return
        if len(self._looks) > _MOST_KEPT:
            self._looks.clear()
        chosen = unknown[:_MOST_READ]
        place = tuple_(PromptVersionRow.key, PromptVersionRow.number)
        columns = PromptVersionRow.key, PromptVersionRow.number, PromptVersionRow.source
        async with self._database.reading() as session:
            found = [tuple(row) for row in await session.execute(select(*columns).where(place.in_(chosen)))]
        self._looks.update(await offload_always(self._looked, found, parts))

    def _looked(self, drafts: Iterable[tuple[str, int, str]], parts: int) -> dict[tuple[str, int], _Look]:
        end, looks = time.perf_counter() + _SECONDS, dict[tuple[str, int], _Look]()
        layers = self._published.layers()
        for key, number, source in drafts:
            prompt: Prompt | None = None
            try:
                prompt = None if is_part(key) else compile_on(layers, key, source, settings=self._published.settings)
                works = True
            except BrokenTemplateError:
                works = False
            title, description = (prompt.title, prompt.description) if prompt else ("", "")
            looks[key, number] = _Look(parts=parts, works=works, title=title, description=description)
            if time.perf_counter() > end:
                break
        return looks


_UNUSED = PromptUse()


def _is_there(row: Row, files: Container[str]) -> bool:
    """Tell whether what was made here counts: a deleted prompt starts over, and one whose file is gone needs a text."""
    return not row["deleted"] and (row["key"] in files or bool(row["draft"] or row["published"]))


def _has_draft(row: Row) -> bool:
    return bool(row) and row["draft"] not in {row["published"], FILE}


def _drafts_of(rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    return ((row["key"], row["draft"]) for row in rows if _has_draft(row))


def _note(row: Row, look: _Look | None) -> DraftNote:
    return DraftNote(
        number=row["draft"],
        by=row["author_id"],
        at=row["at"],
        message=row["message"],
        works=None if look is None else look.works,
    )


def _state(*, enabled: bool, has_file: bool, published: int) -> State:
    if not enabled:
        return "disabled"
    if has_file:
        return "edited" if published else "shipped"
    return "new" if published else "draft"


def _states() -> Select[tuple[object, ...]]:
    state, version = PromptStateRow, PromptVersionRow
    return select(
        state.key,
        state.draft,
        state.published,
        state.enabled,
        state.deleted,
        state.changed_by,
        state.changed_at,
        version.author_id,
        version.at,
        version.message,
        version.file_hash,
    ).outerjoin(version, and_(version.key == state.key, version.number == state.draft))


_STATES = Query(_states, long=True)
