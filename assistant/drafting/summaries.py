"""The button that writes a summary into the conversation, as a private note."""

from collections.abc import Callable

from assistant.completion.answer import Answer, Listen
from assistant.drafting.asking import add_note
from assistant.drafting.tasks import Caller, Task, Tasks
from assistant.gateway.core import WritableCore

SUMMARY = "summarize"
"""The prompt that is run."""


class Summaries:
    """Writes summaries.

    Args:
        tasks: has them written.
        core: where they are kept.
    """

    def __init__(self, tasks: Tasks, core: WritableCore) -> None:
        self._tasks = tasks
        self._core = core

    async def task(self, uuid: str, caller: Caller) -> Task:
        """Return what is asked; raises as `Tasks.read` does."""
        return self._tasks.task(SUMMARY, caller, await self._tasks.read(SUMMARY, uuid, caller), uuid=uuid)

    async def answer(
        self, task: Task, caller: Caller, note: Callable[[Answer], str], listen: Listen | None = None
    ) -> Answer:
        """Return a summary once it is a note in the conversation.

        Args:
            task: what is asked.
            caller: the agent, in whose name the note is.
            note: returns the HTML of the note.
            listen: as in `Tasks.answer`.

        Raises:
            AssistantError: the helpdesk does not take the note.
            AssistantError, ProviderError: as a completion does.
        """
        answer = await self._tasks.answer(task, caller, listen)
        await add_note(self._core, task.uuid, note(answer), caller.credentials)
        return answer
