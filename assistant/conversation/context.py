"""What a prompt reads of the conversation that a request names."""

from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.conversation.reading import ConversationReader
from assistant.conversation.thread import Thread
from assistant.conversation.transcript import Transcript, Turn, transcript_of
from assistant.errors import AssistantError
from assistant.text.offloading import offload, size_of
from prompts.conversation import (
    FIELDS,
    LISTS,
    MESSAGE_FIELDS,
    MESSAGE_LISTS,
    MOST_MESSAGES,
    Around,
    Person,
    SpokenConversation,
    SpokenMessage,
    indented,
)
from prompts.template import Prompt

TOKENS = 6000
"""About how many tokens of a conversation a model is told: the newest."""

_TIME = "%Y-%m-%d %H:%M"


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
    """

    def __init__(self, reader: ConversationReader) -> None:
        self._reader = reader

    async def read(self, prompt: Prompt, uuid: str, actor: Actor, credentials: Credentials) -> ConversationContext:
        """Return what a prompt reads of a conversation; nothing for one that works on the draft alone.

        Raises:
            NotFoundError, ForbiddenError, UnauthorizedError, CoreUnavailableError: as the reader does.
        """
        if not uuid or prompt.context != "conversation":
            return ConversationContext()
        thread = await self._reader.read(uuid, actor, credentials)
        size = size_of(*(message.body for message in thread.messages))
        transcript = await offload(size, _transcript, thread, prompt)
        return ConversationContext(
            around=around_of(thread, transcript, actor),
            transcript=transcript,
            uuid=uuid,
            last_message_at=thread.last_message_at,
        )

    async def check(self, uuid: str, credentials: Credentials) -> None:
        """See that an agent may read a conversation; raises as `read` does when they may not, or there is none."""
        await self._reader.last_message_at(uuid, credentials)

    async def is_stale(self, context: ConversationContext, credentials: Credentials) -> bool:
        """Tell whether a conversation has gone on since it was read; one that can't be read any more has not."""
        if not context.uuid:
            return False
        try:
            return await self._reader.last_message_at(context.uuid, credentials) != context.last_message_at
        except AssistantError:
            return False


def _transcript(thread: Thread, prompt: Prompt) -> Transcript:
    return transcript_of(thread, notes=prompt.notes, all_episodes=prompt.all_episodes, budget=TOKENS)


def around_of(thread: Thread, transcript: Transcript, actor: Actor) -> Around:
    """Return a conversation as templates read it, each field as long as they may count on."""
    told = transcript.turns[-MOST_MESSAGES:]
    fields = FIELDS["conversation"]
    return Around(
        conversation=SpokenConversation(
            subject=_line(thread.subject, fields["subject"]),
            status=_line(thread.status, fields["status"]),
            channel=_line(thread.channel, fields["channel"]),
            tags=_entries(thread.tags, LISTS["conversation"]["tags"]),
            messages=tuple(_spoken(turn, thread) for turn in told),
            left_out=thread.before + sum(cut.reason == "over budget" and not cut.text for cut in transcript.cuts),
        ),
        contact=Person(
            name=_line(thread.contact, FIELDS["contact"]["name"]),
            language=_line(thread.language, FIELDS["contact"]["language"]),
        ),
        agent=Person(name=_line(actor.name, FIELDS["agent"]["name"])),
        team=Person(name=_line(actor.team, FIELDS["team"]["name"])),
    )


def _spoken(turn: Turn, thread: Thread) -> SpokenMessage:
    name = turn.name or (thread.contact if turn.voice == "customer" else "")
    return SpokenMessage(
        role=turn.voice,
        author=_line(name, MESSAGE_FIELDS["author"]),
        time=turn.at.strftime(_TIME),
        text=indented(turn.text),
        attachments=_entries(turn.attachments, MESSAGE_LISTS["attachments"]),
    )


def _entries(entries: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first entries of a list that have so many characters at most, together."""
    taken: list[str] = []
    for entry in entries:
        line = _line(entry, most)
        most -= len(line)
        if most < 0 or not line:
            break
        taken.append(line)
    return tuple(taken)


def _line(text: str, most: int) -> str:
    """Return a text as one line of printable characters, and no more than so many."""
    shown = "".join(each if each.isprintable() else " " for each in text[: 4 * most])
    return " ".join(shown.split())[:most]
