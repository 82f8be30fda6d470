"""Editing prompts: drafts, what is published, and the way back."""

import hashlib
from collections.abc import Callable, Mapping

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.authoring.checks import check_part, check_prompt, check_together
from assistant.authoring.prompt_tests import Gate, TestReport
from assistant.authoring.published_prompts import PromptsInForce
from assistant.authoring.version_rows import FILE, Change, Edit, PromptState, PromptVersions, SavedVersion
from assistant.errors import (
    DatabaseUnavailableError,
    InUseError,
    InvalidRequestError,
    NotFoundError,
    PreconditionError,
    TestsFailedError,
)
from assistant.telemetry import log
from assistant.text.offloading import offload_always
from prompts.compilations import HeldBack
from prompts.layers import is_part, with_newlines
from prompts.syntax import Source
from prompts.template import Prompt

_LONGEST_MESSAGE = 500
_LONGEST_REASON = 500
_LARGEST = 2**31 - 1  # that a database keeps


class Authoring:
    """Edits prompts.

    Args:
        versions: saved edits.
        in_force: the prompts in force.
        tell: called after a change, for other replicas to hear.
        gate: runs the tests of a prompt.
    """

    def __init__(
        self, versions: PromptVersions, in_force: PromptsInForce, tell: Callable[[], None], gate: Gate
    ) -> None:
        self._versions = versions
        self._in_force = in_force
        self._tell = tell
        self._gate = gate

    async def state(self, key: str) -> PromptState:
        """Return which versions of a prompt are its draft and its published one.

        Raises:
            NotFoundError: there is no such prompt.
        """
        state = await self._versions.state(key)
        if self._is_gone(state):
            raise _unknown(key)
        return self._present(state)

    async def revision(self, key: str) -> int:
        """Return at which revision a prompt is; 0 before its first change."""
        return (await self._versions.state(key)).revision

    async def versions(self, key: str) -> list[SavedVersion]:
        """Return the saved versions of a prompt, the newest first; of one that is gone too."""
        found = await self._versions.versions(key)
        if not found and self._in_force.file_source(key) is None:
            raise _unknown(key)
        return found

    async def source(self, key: str, number: int) -> str:
        """Return the text of a version; number 0 is the file's.

        Raises:
            NotFoundError: there is no such version.
        """
        if number == FILE:
            file = self._in_force.file_source(key)
            if file is None:
                raise NotFoundError(
                    f"There is no file of the prompt {key!r}: it was made here. Its versions begin at 1."
                )
            return file.text
        saved = await self._versions.version(key, number) if 0 < number <= _LARGEST else None
        if saved is None:
            raise NotFoundError(f"There is no version {number} of the prompt {key!r}; GET …/versions lists them.")
        return saved.source

    async def version_of(self, key: str, number: int) -> Prompt:
        """Return a version, ready to render.

        Raises:
            NotFoundError: there is no such version.
            BrokenTemplateError: it can't be used any more.
        """
        return await self.check(key, await self.source(key, number))

    def has_file(self, key: str) -> bool:
        """Tell whether a file has the prompt, so that there is something to go back to."""
        return self._in_force.file_source(key) is not None

    def held_back(self, key: str) -> HeldBack | None:
        """Tell why a prompt is not in force as it is published, or as its file has it; nothing when it is."""
        return self._in_force.held_back(key)

    async def check(self, key: str, source: str) -> Prompt:
        """Return what a source would be as the prompt's next version; it is compiled in a thread, as it may be long.

        Raises:
            BrokenTemplateError: it is refused; it tells why.
        """
        return await offload_always(check_prompt, self._in_force, key, with_newlines(source))

    async def save(self, key: str, source: str, message: str, *, actor: Actor, based_on: int | None) -> PromptState:
        """Save a source as the draft of a prompt, or of a shared part.

        Args:
            key: of the prompt; one that begins with `_` is a shared part.
            source: front matter and template as one text.
            message: what was changed, in the author's words.
            actor: who saves it.
            based_on: the revision that it was made from; 0: there is none yet; None: not said.

        Raises:
            PreconditionError: the prompt is there already, and `based_on` was not said.
            StaleEditError: somebody else was quicker.
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
        source = with_newlines(source)
        if is_part(key):
            await check_part(self._in_force, key, source)
        else:
            await self.check(key, source)
        return await self._versions.change(
            key, self._saving(source, message), agent_id=actor.id, based_on=based_on or 0
        )

    def _saving(self, source: str, message: str) -> Change:
        edit = Edit(source=source, hash=hashlib.sha256(source.encode()).hexdigest(), message=message)
        note: dict[str, object] = {"message": message, "hash": edit.hash[:12]}
        return Change(action="prompt.saved", decide=self._present, edit=edit, note=note)

    async def save_together(self, edits: Mapping[str, str], message: str, *, actor: Actor, publish: bool) -> None:
        """Save several edits as drafts, all or none, and publish them if that is wanted.

        They are checked as if all were published: what belongs together may come together.

        Raises:
            InvalidRequestError: the message is too long.
            BrokenTemplateError: one is refused, or a prompt could not be used with them.
            TestsFailedError: they are to be published, and tests fail; it tells which.
            StaleEditError: somebody else was quicker.
        """
        _check_message(message)
        sources = {key: Source(f"{key}.j2", with_newlines(text)) for key, text in edits.items()}
        prompts = await offload_always(check_together, self._in_force, sources)
        reports = {key: await self._gate(prompt, actor) for key, prompt in prompts.items()} if publish else {}
        failures = [f"{key}: {failure}" for key, report in reports.items() for failure in report.failures]
        if failures:
            raise TestsFailedError(failures)
        changes: list[tuple[str, int | None, Change]] = [
            (key, await self.revision(key), self._saving(source.text, message)) for key, source in sources.items()
        ]
        if publish:
            changes += [(key, None, _publishing_draft(reports.get(key, TestReport()))) for key in sources]
        await self._versions.change_all(changes, agent_id=actor.id)
        if publish:
            await self._put_in_force()

    async def publish(
        self, key: str, *, actor: Actor, number: int | None, forced: str | None, based_on: int | None
    ) -> PromptState:
        """Put a version in force, by default the draft, once its tests pass.

        Args:
            key: of the prompt.
            actor: who publishes it, on whose budget the tests are.
            number: of the version.
            forced: why it is published although tests fail; None: it is not.
            based_on: the revision that it was decided on; None: whatever it is.

        Raises:
            NotFoundError: there is no such prompt or version.
            BrokenTemplateError: it can't be used any more.
            TestsFailedError: its tests fail; it tells which.
            StaleEditError: somebody else was quicker.
        """
        if forced is not None and not 0 < len(forced.strip()) <= _LONGEST_REASON:
            raise InvalidRequestError("reason", f"must say why, in at most {_LONGEST_REASON} characters")
        state = await self.state(key)
        chosen = state.draft if number is None else number
        source = await self.source(key, chosen)
        report = TestReport()
        if is_part(key):
            await check_part(self._in_force, key, source)
        else:
            report = await self._gate(await self.check(key, source), actor)
        if report.failures and forced is None:
            raise TestsFailedError(list(report.failures))
        note: dict[str, object] = {"tests_passed": report.passed, "tests_failed": len(report.failures)}
        if forced is not None:
            note["forced"] = forced.strip()
        return await self._move("prompt.published", key, actor, published=chosen, note=note, based_on=based_on)

    async def roll_back(self, key: str, number: int, *, actor: Actor, based_on: int | None) -> PromptState:
        """Put an earlier version in force again, 0 being the file's; nothing is tested: it was in force before.

        Raises:
            NotFoundError: there is no such prompt or version.
            BrokenTemplateError: it can't be used any more.
            StaleEditError: somebody else was quicker.
        """
        await self.state(key)
        source = await self.source(key, number)
        if is_part(key):
            await check_part(self._in_force, key, source)
        else:
            await self.check(key, source)
        return await self._move("prompt.rolled_back", key, actor, published=number, draft=number, based_on=based_on)

    async def switch(self, key: str, *, enabled: bool, actor: Actor, based_on: int | None) -> PromptState:
        """Switch a prompt on or off.

        Raises:
            NotFoundError: there is no such prompt.
            InvalidRequestError: it is a shared part.
            StaleEditError: somebody else was quicker.
        """
        if is_part(key):
            raise InvalidRequestError(
                "key", "is a shared part, which can't be switched off; publish another text of it"
            )
        await self.state(key)
        action = "prompt.enabled" if enabled else "prompt.disabled"
        return await self._move(action, key, actor, enabled=enabled, based_on=based_on)

    async def delete(self, key: str, *, actor: Actor, based_on: int | None) -> None:
        """Take a prompt away that was made here; its versions stay in the history, and their numbers go on.

        Raises:
            NotFoundError: there is no such prompt.
            InUseError: a file has it.
            BrokenTemplateError: it is a shared part that prompts use.
            StaleEditError: somebody else was quicker.
        """
        await self.state(key)
        if self._in_force.file_source(key) is not None:
            raise InUseError(
                f"The prompt {key!r} comes from a file. Switch it off (POST …/disable), or go back to the file "
                '(POST …/rollback {"version": 0}).'
            )
        if is_part(key):
            await check_part(self._in_force, key, None)
        await self._move(
            "prompt.deleted", key, actor, deleted=True, draft=FILE, published=FILE, enabled=True, based_on=based_on
        )

    async def _move(
        self,
        action: str,
        key: str,
        actor: Actor,
        *,
        based_on: int | None,
        note: dict[str, object] | None = None,
        **members: object,
    ) -> PromptState:
        def decide(state: PromptState) -> PromptState:
            if self._is_gone(state):
                raise _unknown(key)  # somebody else was quicker
            return structs.replace(self._present(state), **members)

        change = Change(action=action, decide=decide, note=note or {})
        state = await self._versions.change(key, change, agent_id=actor.id, based_on=based_on)
        await self._put_in_force()
        return state

    async def _put_in_force(self) -> None:
        """Put what was changed in force, here and elsewhere; if the database is away by now, it is done in a moment."""
        try:
            await self._in_force.reload()
        except DatabaseUnavailableError:
            log.warning("a change of prompts is in force once the database answers again")
        self._tell()

    def _is_gone(self, state: PromptState) -> bool:
        """Tell whether there is no such prompt: it was deleted, or its file was and no other text was made of it."""
        has_text = state.draft or state.published
        return not self.has_file(state.key) and (state.deleted or not has_text)

    def _present(self, state: PromptState) -> PromptState:
        """Return a state as of now: a deleted prompt begins anew, and one whose file is gone has its published text."""
        if state.deleted or self._is_gone(state):
            return structs.replace(state, deleted=False, draft=FILE, published=FILE, enabled=True)
        if state.draft == FILE and not self.has_file(state.key):
            return structs.replace(state, draft=state.published)
        return state


def _publishing_draft(report: TestReport) -> Change:
    return Change(
        action="prompt.published",
        decide=lambda state: structs.replace(state, published=state.draft),
        note={"tests_passed": report.passed, "tests_failed": 0},
    )


def _check_message(message: str) -> None:
    if len(message) > _LONGEST_MESSAGE:
        raise InvalidRequestError("message", f"must have at most {_LONGEST_MESSAGE} characters")


def _unknown(key: str) -> NotFoundError:
    return NotFoundError(f"There is no prompt {key!r}. PUT it to make one.")
