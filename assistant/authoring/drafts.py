"""The drafts of prompts: what there is, and saving an edit."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.authoring.checks import check_part, check_prompt, check_together
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.versions import FILE, PromptChange, PromptState, PromptVersions, SavedVersion, hash_of
from assistant.errors import InvalidRequestError, NotFoundError, PreconditionError
from assistant.text.offloading import offload_always
from prompts.compilations import HeldBack
from prompts.layers import is_part, with_newlines
from prompts.syntax import Source
from prompts.template import Prompt

_LONGEST_MESSAGE = 500
_LARGEST = 2**31 - 1  # that a database keeps


class Drafts:
    """Reads prompts as their authors see them, and saves drafts.

    Args:
        versions: the saved versions.
        published: the published prompts.
    """

    def __init__(self, versions: PromptVersions, published: PublishedPrompts) -> None:
        self._versions = versions
        self._published = published

    async def state(self, key: str) -> PromptState:
        """Return which versions of a prompt are its draft and its published one.

        Raises:
            NotFoundError: there is no such prompt.
        """
        return self.current(await self._versions.state(key))

    async def revision(self, key: str) -> int:
        """Return the revision of a prompt; 0 before its first change."""
        return (await self._versions.state(key)).revision

    async def revisions(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the revisions of prompts."""
        return {key: await self.revision(key) for key in keys}

    async def versions(self, key: str) -> list[SavedVersion]:
        """Return the saved versions of a prompt, the newest first; those of a deleted one too."""
        found = await self._versions.versions(key)
        if not found and not self.has_file(key):
            raise _unknown(key)
        return found

    async def source(self, key: str, number: int) -> str:
        """Return the text of a version; number 0 is the file's. Raises NotFoundError if there is no such version."""
        if number == FILE:
            file = self._published.file_source(key)
            if file is None:
                raise NotFoundError(f"The prompt {key!r} has no file: it was created here. Its versions start at 1.")
            return file.text
        saved = await self._versions.version(key, number) if 0 < number <= _LARGEST else None
        if saved is None:
            raise NotFoundError(f"There is no version {number} of the prompt {key!r}; GET …/versions lists them.")
        return saved.source

    async def prompt(self, key: str, number: int) -> Prompt:
        """Return a version, ready to render.

        Raises:
            NotFoundError: there is no such version.
            BrokenTemplateError: it can't be used any more.
        """
        return await self.compile(key, await self.source(key, number))

    def has_file(self, key: str) -> bool:
        """Tell whether the prompt has a file, so that there is something to go back to."""
        return self._published.file_source(key) is not None

    def held_back(self, key: str) -> HeldBack | None:
        """Tell why agents get an older text than the published one or the file; None if they don't."""
        return self._published.held_back(key)

    async def compile(self, key: str, source: str) -> Prompt:
        """Return what a source would be as the prompt's next version; it is compiled in a thread, as it may be long.

        Raises:
            BrokenTemplateError: it is refused; the error says why.
        """
        return await offload_always(check_prompt, self._published, key, with_newlines(source))

    async def check(self, key: str, source: str) -> Prompt | None:
        """Check a source as the next version; returns the prompt, None for a shared part.

        Raises:
            BrokenTemplateError: it is refused, or a prompt could not be used with it.
        """
        if not is_part(key):
            return await self.compile(key, source)
        await check_part(self._published, key, with_newlines(source))
        return None

    async def save(
        self, key: str, source: str, message: str, *, actor: Actor, based_on: int | None, file_seen: bool = False
    ) -> PromptState:
        """Save a source as the draft of a prompt, or of a shared part.

        Args:
            key: of the prompt; one that begins with `_` is a shared part.
            source: front matter and template as one text.
            message: what was changed, in the author's words.
            actor: who saves it.
            based_on: the revision that it was made from; 0: there is none yet; None: not said.
            file_seen: whether the author has looked at the file as it is now.

        Raises:
            PreconditionError: the prompt is there already, and `based_on` was not said.
            StaleEditError: someone else was quicker.
            InvalidRequestError: the message is too long.
            BrokenTemplateError: the source is refused.
        """
        _check_message(message)
        state = await self._versions.state(key)
        if self._is_gone(state):
            based_on = based_on or state.revision  # there is nothing that it could be based on
        elif based_on is None and state.revision:
            raise PreconditionError(
                "Send If-Match with the ETag of the version that you edited, so that no edit is lost."
            )
        await self.check(key, source)
        async with self._versions.changing(actor.id) as change:
            return await self.add(change, key, source, message, based_on or 0, file_seen=file_seen)

    async def check_all(self, texts: Mapping[str, str], message: str) -> dict[str, Prompt]:
        """Return what several edits would make, prompts alone, by key; they are checked as if all were published.

        Raises:
            InvalidRequestError: the message is too long.
            BrokenTemplateError: one is refused, or a prompt could not be used with them.
        """
        _check_message(message)
        sources = {key: Source(f"{key}.j2", with_newlines(text)) for key, text in texts.items()}
        return await offload_always(check_together, self._published, sources)

    async def save_together(self, texts: Mapping[str, str], message: str, *, actor: Actor) -> None:
        """Save several edits as drafts, all or none; they are checked as `check_all` does.

        Raises:
            InvalidRequestError: the message is too long.
            BrokenTemplateError: one is refused, or a prompt could not be used with them.
            StaleEditError: someone else was quicker.
        """
        await self.check_all(texts, message)
        revisions = await self.revisions(texts)
        async with self._versions.changing(actor.id) as change:
            await self.add_all(change, texts, message, revisions)

    async def add_all(
        self, change: PromptChange, texts: Mapping[str, str], message: str, revisions: Mapping[str, int]
    ) -> list[PromptState]:
        """Save checked texts as drafts, in a transaction; raises StaleEditError."""
        return [await self.add(change, key, text, message, revisions[key]) for key, text in texts.items()]

    async def add(
        self, change: PromptChange, key: str, text: str, message: str, based_on: int, *, file_seen: bool = False
    ) -> PromptState:
        """Save a checked text as a draft, in a transaction; raises StaleEditError."""
        before, source = await change.state(key, based_on=based_on), with_newlines(text)
        file = await self._file_of_edit(change, self._present(before), source, seen=file_seen)
        saved = await change.add(key, source, message, file=file)
        after = structs.replace(self._present(before), draft=saved.number)
        return await change.move("prompt.saved", before, after, message=message, hash=saved.hash[:12])

    async def _file_of_edit(self, change: PromptChange, before: PromptState, source: str, *, seen: bool) -> str | None:
        """Return the hash of the file's text that an edit is made from: that of the draft before, or as it is now."""
        file = self._published.file_source(before.key)
        if file is None:
            return None
        seen = seen or before.draft == FILE or source == file.text
        earlier = None if seen else await change.file_of(before.key, before.draft)
        return earlier or await change.keep_file(file.text)

    async def file_hash(self, state: PromptState) -> str | None:
        """Return the hash of the file's text that the draft was made from; None where that is not known."""
        saved = await self._versions.version(state.key, state.draft) if state.draft != FILE else None
        return None if saved is None else saved.file_hash

    def file_is_newer(self, key: str, file_hash: str | None) -> bool:
        """Tell whether a prompt's file has another text than the one with a hash, of which an edit was made."""
        file = self._published.file_source(key) if file_hash else None
        return file is not None and hash_of(file.text) != file_hash

    async def file_of(self, key: str, number: int) -> str:
        """Return the file's text that a version was made from; raises NotFoundError where that is not known."""
        source = await self._versions.file(key, number)
        if source is None:
            raise NotFoundError(f"It is not known from which text of the file version {number} of {key!r} was made.")
        return source

    def shipped(self, key: str) -> str:
        """Return the text that comes with the service; raises NotFoundError if there is none."""
        source = self._published.files[0].sources.get(f"{key}.j2")
        if source is None:
            raise NotFoundError(f"No prompt {key!r} comes with the service.")
        return source.text

    def current(self, state: PromptState) -> PromptState:
        """Return a saved state as of now: files may have come and gone since it was saved.

        Raises:
            NotFoundError: there is no such prompt any more.
        """
        if self._is_gone(state):
            raise _unknown(state.key)
        return self._present(state)

    def _is_gone(self, state: PromptState) -> bool:
        """Tell whether there is no such prompt: it was deleted, or its file was and it has no other text."""
        has_text = state.draft or state.published
        return not self.has_file(state.key) and (state.deleted or not has_text)

    def _present(self, state: PromptState) -> PromptState:
        """Return a state as of now: a deleted prompt starts over, and one whose file is gone has its published text."""
        if state.deleted or self._is_gone(state):
            return structs.replace(state, deleted=False, draft=FILE, published=FILE, enabled=True)
        if state.draft == FILE and not self.has_file(state.key):
            return structs.replace(state, draft=state.published)
        return state


def _check_message(message: str) -> None:
    if len(message) > _LONGEST_MESSAGE:
        raise InvalidRequestError("message", f"must have at most {_LONGEST_MESSAGE} characters")


def _unknown(key: str) -> NotFoundError:
    return NotFoundError(f"There is no prompt {key!r}. Create it with PUT.")
