"""Publishing prompts: which version agents get, and the way back."""

from collections.abc import Callable, Mapping

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.authoring.checks import check_part
from assistant.authoring.drafts import Drafts
from assistant.authoring.prompt_tests import Gate, TestReport
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.versions import FILE, PromptState, PromptVersions
from assistant.errors import DatabaseUnavailableError, InUseError, InvalidRequestError, TestsFailedError
from assistant.telemetry import log
from prompts.layers import is_part

_LONGEST_REASON = 500


class Publishing:
    """Publishes prompts, takes them back, switches them off and on.

    Args:
        drafts: what there is to publish.
        versions: where it is written down.
        published: the published prompts.
        tell: called after a change, for other replicas to hear.
        gate: runs the tests of a prompt.
    """

    def __init__(
        self,
        drafts: Drafts,
        versions: PromptVersions,
        published: PublishedPrompts,
        *,
        tell: Callable[[], None],
        gate: Gate,
    ) -> None:
        self.drafts = drafts
        self._versions = versions
        self._published = published
        self._tell = tell
        self._gate = gate

    async def publish(
        self, key: str, *, actor: Actor, number: int | None, forced: str | None, based_on: int | None
    ) -> PromptState:
        """Publish a version, by default the draft, once its tests pass.

        Args:
            key: of the prompt.
            actor: who publishes it, on whose budget the tests are.
            number: of the version.
            forced: why it is published although tests fail; None: it is not.
            based_on: the revision that it was decided on; None: any.

        Raises:
            NotFoundError: there is no such prompt or version.
            BrokenTemplateError: it can't be used any more.
            TestsFailedError: its tests fail; the error names them.
            StaleEditError: someone else was quicker.
        """
        if forced is not None and not 0 < len(forced.strip()) <= _LONGEST_REASON:
            raise InvalidRequestError("reason", f"must say why, in at most {_LONGEST_REASON} characters")
        state = await self.drafts.state(key)
        chosen = state.draft if number is None else number
        prompt = await self.drafts.check(key, await self.drafts.source(key, chosen))
        report = TestReport() if prompt is None else await self._gate(prompt, actor)
        if report.failures and forced is None:
            raise TestsFailedError(list(report.failures))
        note: dict[str, object] = {"tests_passed": report.passed, "tests_failed": len(report.failures)}
        if forced is not None:
            note["forced"] = forced.strip()
        return await self._move("prompt.published", key, actor, based_on, note, published=chosen)

    async def publish_together(self, texts: Mapping[str, str], message: str, *, actor: Actor) -> None:
        """Save several edits and publish them, all or none, once their tests pass.

        They are checked as if all were published: what belongs together may come together.

        Raises:
            InvalidRequestError: the message is too long.
            BrokenTemplateError: one is refused, or a prompt could not be used with them.
            TestsFailedError: tests fail; the error names them.
            StaleEditError: someone else was quicker.
        """
        prompts = await self.drafts.check_all(texts, message)
        reports = {key: await self._gate(prompt, actor) for key, prompt in prompts.items()}
        failures = [f"{key}: {failure}" for key, report in reports.items() for failure in report.failures]
        if failures:
            raise TestsFailedError(failures)
        revisions = await self.drafts.revisions(texts)
        async with self._versions.changing(actor.id) as change:
            for state in await self.drafts.add_all(change, texts, message, revisions):
                passed = reports.get(state.key, TestReport()).passed
                after = structs.replace(state, published=state.draft)
                await change.move("prompt.published", state, after, tests_passed=passed, tests_failed=0)
        await self._reload()

    async def roll_back(self, key: str, number: int, *, actor: Actor, based_on: int | None) -> PromptState:
        """Publish an earlier version again, 0 being the file's; nothing is tested: agents have had it before.

        Raises:
            NotFoundError: there is no such prompt or version.
            BrokenTemplateError: it can't be used any more.
            StaleEditError: someone else was quicker.
        """
        await self.drafts.state(key)
        await self.drafts.check(key, await self.drafts.source(key, number))
        return await self._move("prompt.rolled_back", key, actor, based_on, published=number, draft=number)

    async def switch(self, key: str, *, enabled: bool, actor: Actor, based_on: int | None) -> PromptState:
        """Switch a prompt on or off.

        Raises:
            NotFoundError: there is no such prompt.
            InvalidRequestError: it is a shared part.
            StaleEditError: someone else was quicker.
        """
        if is_part(key):
            raise InvalidRequestError(
                "key", "is a shared part, which can't be switched off; publish a version with other text instead"
            )
        await self.drafts.state(key)
        return await self._move(
            "prompt.enabled" if enabled else "prompt.disabled", key, actor, based_on, enabled=enabled
        )

    async def delete(self, key: str, *, actor: Actor, based_on: int | None) -> None:
        """Delete a prompt that was made here; its versions stay in the history, and their numbers go on.

        Raises:
            NotFoundError: there is no such prompt.
            InUseError: it has a file.
            BrokenTemplateError: it is a shared part that prompts use.
            StaleEditError: someone else was quicker.
        """
        await self.drafts.state(key)
        if self.drafts.has_file(key):
            raise InUseError(
                f"The prompt {key!r} comes from a file. Switch it off (POST …/disable), or go back to the file "
                '(POST …/rollback {"version": 0}).'
            )
        if is_part(key):
            await check_part(self._published, key, None)
        await self._move("prompt.deleted", key, actor, based_on, deleted=True, draft=FILE, published=FILE, enabled=True)

    async def _move(
        self,
        action: str,
        key: str,
        actor: Actor,
        based_on: int | None,
        note: Mapping[str, object] = {},
        **members: object,
    ) -> PromptState:
        async with self._versions.changing(actor.id) as change:
            before = await change.state(key, based_on=based_on)
            after = structs.replace(self.drafts.current(before), **members)
            state = await change.move(action, before, after, **note)
        await self._reload()
        return state

    async def _reload(self) -> None:
        """Use what was changed, here and on other replicas; if the database is away by now, in a moment."""
        try:
            await self._published.reload()
        except DatabaseUnavailableError:
            log.warning("changed prompts will be used when the database answers again")
        self._tell()
