"""What a model's own format leaves around its reply goes no further."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias, TypeVar

from msgspec import structs

from providers.base import Completion, CompletionRequest, Delta
from providers.errors import ThoughtsOnlyError
from providers.replies.reader import ReplyReader

_ROOMS = (2_000, 8_000)  # tokens: what most think about a short text, and what some do
LARGE = 16 << 10
"""Characters from which on a text is read in a thread."""
Hear: TypeAlias = Callable[[str], Awaitable[None]]
"""Told each piece of a reply as it comes."""
T = TypeVar("T")
_thread = ThreadPoolExecutor(1, thread_name_prefix="replies")  # one at a time: threads share one interpreter


class ThinkingHabit:
    """What is remembered of how a model thinks.

    Where a template has opened the thoughts itself, the answer begins in their midst, and only their end tells. A
    stream of a model that did so is held back until that end.

    Attributes:
        aloud: whether it begins with thoughts that nothing announces.
        room: tokens that it gets for thoughts, beside those of its answer.
    """

    def __init__(self) -> None:
        self.aloud = False
        self.room = 0

    def make_room(self, had: int) -> None:
        """Give more room than it `had` when it thought and said nothing; up to a limit that ends the matter."""
        self.room = max(self.room, next((room for room in _ROOMS if room > had), had))

    def roomy(self, request: CompletionRequest) -> CompletionRequest:
        """Return a request with room for thoughts."""
        if not self.room:
            return request
        return structs.replace(request, max_output_tokens=request.max_output_tokens + self.room)


class ShownReply:
    """Shows the reply alone, while a model writes it.

    The pieces together are the reply at the end, unless thoughts turned out to be such only at their end; then they
    are longer.

    Args:
        reader: knows the reply from what is around it.
        hear: told each piece of it.
    """

    def __init__(self, reader: ReplyReader, hear: Hear) -> None:
        self._reader = reader
        self._hear = hear

    async def take(self, piece: Delta | Completion) -> None:
        """Take what the model writes next; with the completion, all that was held back is shown."""
        text, reader = piece.text, self._reader
        if len(text) > LARGE:
            shown = await (_beside(reader.feed, text) if isinstance(piece, Delta) else _beside(reader.finish))
        else:
            shown = reader.feed(text) if isinstance(piece, Delta) else reader.finish()
        if shown:
            await self._hear(shown)


async def shown_reply(request: CompletionRequest, habit: ThinkingHabit, hear: Hear) -> ShownReply:
    """Return what shows the reply to a request; a long text is read beside the loop, which others wait for."""
    texts = _texts(request)
    make = partial(ReplyReader, texts, aloud=habit.aloud)
    return ShownReply(await _beside(make) if sum(map(len, texts)) > LARGE else make(), hear)


async def reply_of(
    completion: Completion, request: CompletionRequest, habit: ThinkingHabit, *, had: int = 0
) -> Completion:
    """Return the reply alone.

    What is shorter than its tokens was mostly thoughts: the next one gets more room.

    Args:
        completion: what the model wrote.
        request: what was asked, without room for thoughts.
        habit: of the model.
        had: tokens of room that it was given for thoughts.

    Raises:
        ThoughtsOnlyError: there are thoughts and no reply.
    """
    texts = _texts(request)
    size = len(completion.text) + sum(map(len, texts))
    reader = await _beside(_read, texts, completion.text) if size > LARGE else _read(texts, completion.text)
    habit.aloud = reader.aloud
    if completion.finish == "length" and len(reader.text) < completion.usage.output_tokens:
        habit.make_room(had)
    if completion.text.strip() and not reader.text.strip() and completion.finish != "filtered":
        error = ThoughtsOnlyError(completion.provider, detail="it holds thoughts and no reply")
        error.spent = completion.usage
        raise error
    return completion if reader.text == completion.text else structs.replace(completion, text=reader.text)


def _read(texts: list[str], written: str) -> ReplyReader:
    reader = ReplyReader(texts)
    reader.feed(written)
    reader.finish()
    return reader


def _texts(request: CompletionRequest) -> list[str]:
    """Return what the user wrote; the prompt's author may speak of thoughts without wanting them in the reply."""
    return [message.content for message in request.messages if message.role == "user"]


async def _beside(read: Callable[..., T], *texts: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(_thread, read, *texts)
