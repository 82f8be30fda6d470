"""The button that writes a reply."""

from assistant.conversation.context import ConversationContext
from assistant.drafting.tasks import Caller, Task, Tasks
from assistant.errors import InvalidRequestError
from messages.sentences import Sentence

REPLY, WITHOUT_CONVERSATION = "suggest_reply", "expand_draft"
"""The prompts that are run with a conversation, and with the agent's words alone."""

_NOTHING = Sentence("Write what the reply should say, or open a conversation.")


class Replies:
    """Writes replies.

    Args:
        tasks: has it done.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def task(self, uuid: str, instruction: str, caller: Caller) -> Task:
        """Return what is asked.

        Args:
            uuid: of the conversation; empty for a reply that is made of the instruction alone.
            instruction: what the agent has written so far, as text.
            caller: who asks.

        Raises:
            InvalidRequestError: there is nothing to reply to.
            AssistantError, PromptError: as `Tasks.read` does.
        """
        if uuid:
            context = await self._tasks.read(REPLY, uuid, caller)
            draft = instruction if context.around is None else ""  # all that an author's prompt has which reads no more
            return self._tasks.task(REPLY, caller, context, uuid=uuid, content=draft, instruction=instruction)
        if not instruction.strip():
            raise InvalidRequestError("", _NOTHING)
        return self._tasks.task(WITHOUT_CONVERSATION, caller, ConversationContext(), content=instruction)
