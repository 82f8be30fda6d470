"""What a model is told of messages that are too many to be told word for word: a summary, which is asked for once."""

import asyncio

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.completion.request import DraftRequest
from assistant.completion.service import CompletionService
from assistant.conversation.spoken import around_of
from assistant.conversation.thread import Message, Thread
from assistant.conversation.transcript import Transcript, turns_of
from assistant.errors import AssistantError
from assistant.settings import Waits
from assistant.telemetry import request_id
from assistant.text.offloading import offload, size_of
from prompts.conversation import Around
from prompts.errors import PromptError
from prompts.template import Prompt
from providers.errors import ProviderError

_PROMPT = "summarize"
_TOKENS = 16_000  # about as many are summarized: the newest of those that are not told
_STEP = 20  # messages by which the end of what is summarized moves, so that not each new message needs a new summary
_NOBODY = Actor(id=0)


class EarlierMessages:
    """Summarizes messages with the prompt `summarize`, by the providers in use, and on the budget of who asks.

    A summary is an answer like any other: masked, guarded and stored, under a name that is made of the messages.

    Args:
        completions: the pipeline.
        waits: how long an answer is waited for; half of that at most for a summary.
    """

    def __init__(self, completions: CompletionService, waits: Waits) -> None:
        self._completions = completions
        self._waits = waits

    def until(self, prompt: Prompt, arrived: float) -> float:
        """Return the loop's time until which a request waits for a summary, so that its answer has time too."""
        return arrived + (self._waits.long if prompt.deadline == "long" else self._waits.rewrite) / 2

    async def summary(self, thread: Thread, left_out: Transcript, actor: Actor, until: float) -> Transcript:
        """Return a transcript with a summary of what was left out of it; as it was where there is none.

        Args:
            thread: the conversation.
            left_out: the transcript.
            actor: who asks.
            until: the loop's time until which a summary is waited for; one that is past: only a stored one is taken.
        """
        messages = _summarized(thread, left_out)
        size = size_of(*(message.body for message in messages))
        told = await offload(size, turns_of, messages, thread, _TOKENS)
        conversation = around_of(thread, told, _NOBODY)
        text = await self._asked(_without_state(conversation), actor, until) if told.turns else ""
        return left_out.with_summary(text, told) if text else left_out

    async def _asked(self, around: Around, actor: Actor, until: float) -> str:
        """Return what the model says; nothing where it says nothing in time, or has no need of it."""
        arrived = asyncio.get_running_loop().time()
        request = DraftRequest(
            prompt_key=_PROMPT,
            content="",
            around=around,
            bare=True,
            arrived=arrived,
            request_id=f"{request_id.get()}-earlier",
        )
        try:
            question = await self._completions.question(request, actor)
            if question.prepared.brief:  # it reads the last lines alone
                return ""
            stored = await self._completions.stored(question)
            if stored is not None or until <= arrived:
                return stored.text if stored else ""
            async with asyncio.timeout_at(until):
                return (await self._completions.complete(request, actor, question)).entry.text
        except (AssistantError, ProviderError, PromptError, TimeoutError):
            return ""


def _summarized(thread: Thread, left_out: Transcript) -> tuple[Message, ...]:
    """Return the messages that were left out, and a few after them, so that they stay the same for a while."""
    last = left_out.older[-1].id
    place = 1 + next(place for place, message in enumerate(thread.messages) if message.id == last) + thread.before
    end = place + -place % _STEP - thread.before
    if end >= len(thread.messages):
        return left_out.older
    after = {message.id for message in thread.messages[:end] if message.id > last}
    told = tuple(message for message in left_out.read if message.id in after)
    return (*left_out.older, *told)


def _without_state(around: Around) -> Around:
    """Return a conversation without what changes while its messages stay."""
    return structs.replace(
        around, conversation=structs.replace(around.conversation, status="", tags=(), episodes="", left_out=0)
    )
