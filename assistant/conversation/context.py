"""What a prompt reads of the conversation that a request names."""

import asyncio

from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.conversation.earlier import EarlierMessages
from assistant.conversation.reading import ConversationReader
from assistant.conversation.spoken import around_of
from assistant.conversation.thread import Thread
from assistant.conversation.transcript import Transcript, transcript_of
from assistant.errors import AssistantError
from assistant.text.offloading import offload, size_of
from prompts.conversation import Around
from prompts.template import Prompt

TOKENS = 6000
"""About how many tokens of a conversation a model is told: the newest."""

_PATIENCE = 3.0  # seconds; the answer is there, and waits for this


class ConversationContext(Struct, frozen=True, kw_only=True):
    """What a template reads, and the transcript that it was made of; both None where there is no conversation.

    Attributes:
        uuid: of the conversation.
        last_message_at: when it was last written in, as it was read.
    """

    around: Around | None = None
    transcript: Transcript | None = None
    uuid: str = ""
    last_message_at: str = ""


class Contexts:
    """Reads for a prompt what it says that it needs.

    Args:
        reader: of conversations.
        earlier: tells what does not fit.
    """

    def __init__(self, reader: ConversationReader, earlier: EarlierMessages) -> None:
        self._reader = reader
        self._earlier = earlier

    async def read(
        self, prompt: Prompt, uuid: str, actor: Actor, credentials: Credentials, *, arrived: float | None = None
    ) -> ConversationContext:
        """Return what a prompt reads of a conversation; nothing for one that works on the draft alone.

        Args:
            prompt: what is asked.
            uuid: of the conversation.
            actor: who asks.
            credentials: of theirs.
            arrived: the loop's time at which the request came that may ask a model to summarize what does not fit;
                None: none is asked, and a summary is told only if there is one.

        Raises:
            NotFoundError, ForbiddenError, UnauthorizedError, CoreUnavailableError: as the reader does.
        """
        if not uuid or prompt.context != "conversation":
            return ConversationContext()
        thread = await self._reader.read(uuid, actor, credentials)
        size = size_of(*(message.body for message in thread.messages))
        transcript = await offload(size, _transcript, thread, prompt)
        if transcript.older:
            until = 0.0 if arrived is None else self._earlier.until(prompt, arrived)
            transcript = await self._earlier.summary(thread, transcript, actor, until)
        return ConversationContext(
            around=around_of(thread, transcript, actor),
            transcript=transcript,
            uuid=uuid,
            last_message_at=thread.last_message_at,
        )

    async def check_access(self, uuid: str, credentials: Credentials) -> None:
        """Ask the helpdesk whether someone may read a conversation; raises as `read` does if not."""
        await self._reader.last_message_at(uuid, credentials)

    async def is_stale(self, context: ConversationContext, credentials: Credentials) -> bool:
        """Tell whether a conversation has gone on since it was read; one that can't be read in time has not."""
        if not context.uuid:
            return False
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._reader.last_message_at(context.uuid, credentials) != context.last_message_at
        except (AssistantError, TimeoutError):
            return False


def _transcript(thread: Thread, prompt: Prompt) -> Transcript:
    return transcript_of(thread, notes=prompt.notes, all_episodes=prompt.all_episodes, budget=TOKENS)
