"""The copilot: an agent's talk with the assistant about one conversation."""

from collections.abc import Callable, Sequence

from assistant.completion.answer import Answer, Listen
from assistant.drafting.chats import ChatMessage, Chats
from assistant.drafting.earlier import earlier_conversations
from assistant.drafting.tasks import Caller, Task, Tasks
from assistant.errors import InvalidRequestError
from assistant.gateway.core import WritableCore
from assistant.text.html.plain_drafts import plain_draft
from messages.sentences import Sentence
from prompts.conversation import indented

COPILOT = "copilot"
"""The prompt that is run."""
PERSONA, PERSONA_NAME = 1, "Assistant"
"""The one assistant that there is."""

_NO_SUCH_ASSISTANT = Sentence("There is no such assistant. Choose another one.")
_LONGEST_HISTORY = 4000  # characters, as the prompt takes them


class Copilot:
    """Answers agents' questions about a conversation.

    Args:
        tasks: has them answered.
        core: knows the customer's earlier conversations.
        chats: what was said before.
    """

    def __init__(self, tasks: Tasks, core: WritableCore, chats: Chats) -> None:
        self._tasks = tasks
        self._core = core
        self._chats = chats

    async def task(self, uuid: str, question: str, assistant_id: int, caller: Caller) -> Task:
        """Return what is asked.

        Args:
            uuid: of the conversation.
            question: the agent's, as text.
            assistant_id: which assistant shall answer; 0: the default one.
            caller: the agent.

        Raises:
            InvalidRequestError: there is no such assistant.
            AssistantError, PromptError: as `Tasks.read` does.
        """
        context = await self._tasks.read(COPILOT, uuid, caller)
        if assistant_id not in {0, PERSONA}:
            raise InvalidRequestError("assistant_id", _NO_SUCH_ASSISTANT)
        said = await self._chats.newest(caller.actor.id, uuid)
        variables = {
            "question": question,
            "history": told(said),
            "earlier": await earlier_conversations(self._core, uuid, caller.credentials),
        }
        return self._tasks.task(COPILOT, caller, context, uuid=uuid, variables=variables)

    async def answer(
        self,
        task: Task,
        caller: Caller,
        listen: Listen | None = None,
        *,
        question: str,
        shown: Callable[[Answer], str],
    ) -> Answer:
        """Return the answer to a question, both of which are kept then.

        Args:
            task: what is asked.
            caller: the agent.
            listen: as in `Tasks.answer`.
            question: which is kept.
            shown: returns the HTML that the agent sees, and sees again later.

        Raises:
            AssistantError, ProviderError: as a completion does; nothing is kept.
        """
        answer = await self._tasks.answer(task, caller, listen)
        await self._chats.add(caller.actor.id, task.uuid, question=question, answer=shown(answer))
        return answer

    async def messages(self, uuid: str, caller: Caller) -> list[ChatMessage]:
        """Return what was said, the oldest first; raises as `Tasks.check` does."""
        await self._tasks.check(uuid, caller)
        return await self._chats.newest(caller.actor.id, uuid)

    async def clear(self, uuid: str, caller: Caller) -> None:
        """Forget what was said; raises as `Tasks.check` does."""
        await self._tasks.check(uuid, caller)
        await self._chats.clear(caller.actor.id, uuid)


def told(said: Sequence[ChatMessage]) -> str:
    """Return a talk as a model is told it: the newest part of it that fits, each line of a message indented."""
    turns: list[str] = []
    room = _LONGEST_HISTORY
    for message in reversed(said):
        text = message.content if message.role == "user" else plain_draft(message.content)
        turn = f"[{'agent' if message.role == 'user' else 'you'}]\n{indented(text)}"
        room -= len(turn) + 1
        if room < 0:
            break
        turns.append(turn)
    return "\n".join(reversed(turns))
