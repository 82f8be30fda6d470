"""What a model's own format leaves around its reply goes no further."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from msgspec import structs

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import MalformedReplyError
from providers.replies.reader import ReplyReader
from providers.wrappers.base import Wrapper, closing

LARGE = 16 << 10
"""Characters from which on a text is read in a thread."""
T = TypeVar("T")
_thread = ThreadPoolExecutor(1, thread_name_prefix="replies")  # one at a time: threads share one interpreter


class ThinkingHabit:
    """What is remembered of a model: whether it begins with thoughts that nothing announces.

    Where a template has opened the thoughts itself, the answer begins in their midst, and only their end tells. A
    stream of a model that did so is held back until that end.
    """

    def __init__(self) -> None:
        self.aloud = False


class ReplyProvider(Wrapper):
    """Gives the reply alone: without the model's thoughts and the marks of its format.

    Args:
        provider: the provider to ask.
        habit: of its model.
    """

    def __init__(self, provider: Provider, habit: ThinkingHabit) -> None:
        super().__init__(provider)
        self._habit = habit

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises MalformedReplyError when it holds thoughts and no reply."""
        return await self.read(await self._provider.complete(request), request)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises MalformedReplyError at its end when it holds thoughts and no reply.

        The pieces together are the text at the end, unless thoughts turned out to be such only at their end; then they
        are longer.
        """
        asked = _size(request)
        reader = await _beside(asked, partial(ReplyReader, _texts(request), aloud=self._habit.aloud))
        async with closing(self._provider.stream(request)) as pieces:
            async for piece in pieces:
                size, step = len(piece.text), _step(reader, piece)
                if shown := await _beside(size, step):
                    yield Delta(text=shown)
                if isinstance(piece, Completion):
                    yield await _beside(size + asked, partial(self._read, piece, request))

    async def read(self, completion: Completion, request: CompletionRequest) -> Completion:
        """Return the reply alone; raises MalformedReplyError when there are thoughts and no reply."""
        return await _beside(len(completion.text) + _size(request), partial(self._read, completion, request))

    def _read(self, completion: Completion, request: CompletionRequest) -> Completion:
        reader = ReplyReader(_texts(request))
        reader.feed(completion.text)
        reader.finish()
        self._habit.aloud = reader.aloud
        if completion.text.strip() and not reader.text.strip() and completion.finish != "filtered":
            raise MalformedReplyError(self.name, detail="it holds thoughts and no reply")
        return structs.replace(completion, text=reader.text)


def _step(reader: ReplyReader, piece: Delta | Completion) -> Callable[[], str]:
    return reader.finish if isinstance(piece, Completion) else partial(reader.feed, piece.text)


async def _beside(size: int, read: Callable[[], T]) -> T:
    """Read a text; a long one beside the loop, which others wait for."""
    return await asyncio.get_running_loop().run_in_executor(_thread, read) if size > LARGE else read()


def _size(request: CompletionRequest) -> int:
    return sum(map(len, _texts(request)))


def _texts(request: CompletionRequest) -> list[str]:
    """Return what the user wrote; the prompt's author may speak of thoughts without wanting them in the reply."""
    return [message.content for message in request.messages if message.role == "user"]
