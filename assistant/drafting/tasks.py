"""One press of a button: what is asked with which prompt, about a conversation that the agent may read."""

from functools import partial

from msgspec import Struct, structs

from assistant.auth.actor import Actor, Credentials
from assistant.completion.answer import Answer, Listen
from assistant.completion.request import DraftRequest
from assistant.completion.service import CompletionService
from assistant.conversation.context import Contexts, ConversationContext
from assistant.errors import InvalidRequestError
from messages.sentences import Sentence

_NO_MESSAGES = Sentence("There is nothing in this conversation yet.")


class Caller(Struct, frozen=True, kw_only=True):
    """An agent who presses a button, and what came along with that.

    Attributes:
        actor: the agent.
        credentials: what they showed; the helpdesk is asked with nothing else.
        arrived: the loop's time at which the request came.
        request_id: of the request.
    """

    actor: Actor
    credentials: Credentials
    arrived: float = 0.0
    request_id: str = ""


class Task(Struct, frozen=True, kw_only=True):
    """What is asked, and the conversation as it was read for it; `uuid` is empty without one."""

    request: DraftRequest
    context: ConversationContext = ConversationContext()
    uuid: str = ""


class Tasks:
    """Makes tasks, and has them done.

    Args:
        completions: the pipeline.
        contexts: reads conversations.
    """

    def __init__(self, completions: CompletionService, contexts: Contexts) -> None:
        self._completions = completions
        self._contexts = contexts

    async def read(self, prompt_key: str, uuid: str, caller: Caller) -> ConversationContext:
        """Return what a prompt reads of a conversation; an agent who may not read it gets nothing from any prompt.

        Raises:
            NotFoundError, ForbiddenError, UnauthorizedError, CoreUnavailableError: as the helpdesk says it.
            InvalidRequestError: nothing was said in it yet.
            PromptError: there is no such prompt any more.
        """
        prompt = self._completions.prompt(prompt_key)
        context = await self._contexts.read(prompt, uuid, caller.actor, caller.credentials)
        if context.around is None:  # an author's version, which works without
            await self._contexts.check_access(uuid, caller.credentials)
        elif not context.around.conversation.messages:
            raise InvalidRequestError("", _NO_MESSAGES)
        return context

    async def check(self, uuid: str, caller: Caller) -> None:
        """See that an agent may read a conversation; raises as `read` does."""
        await self._contexts.check_access(uuid, caller.credentials)

    def task(
        self,
        prompt_key: str,
        caller: Caller,
        context: ConversationContext,
        *,
        uuid: str = "",
        content: str = "",
        instruction: str = "",
        variables: dict[str, str] | None = None,
    ) -> Task:
        """Return a task whose answer is HTML, or what else its prompt makes; of variables, it gets those it has."""
        declared = self._completions.prompt(prompt_key).variables
        given = {name: value for name, value in (variables or {}).items() if name in declared}
        look = partial(self._contexts.is_stale, context, caller.credentials) if context.uuid else None
        request = DraftRequest(
            prompt_key=prompt_key,
            content=content,
            instruction=instruction,
            variables=given,
            around=context.around,
            as_html=True,
            look=look,
            arrived=caller.arrived,
            request_id=caller.request_id,
        )
        return Task(request=request, context=context, uuid=uuid)

    async def answer(self, task: Task, caller: Caller, listen: Listen | None = None) -> Answer:
        """Return the answer to a task; raises as a completion does.

        Args:
            task: what is asked.
            caller: who asks.
            listen: told how the answer begins and its pieces; None: no one reads them.
        """
        if listen is None:
            answer = await self._completions.complete(task.request, caller.actor)
        else:
            answer = await self._completions.stream(task.request, caller.actor, listen)
        look = task.request.look  # whoever asked the model has looked, and a stored answer is to what was just read
        return structs.replace(answer, stale=await look()) if look and answer.cache == "coalesced" else answer
