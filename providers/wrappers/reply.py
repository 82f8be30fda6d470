"""What a model's own format leaves around its reply goes no further."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from msgspec import structs

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import ThoughtsOnlyError
from providers.replies.reader import ReplyReader
from providers.wrappers.base import Wrapper, closing

_ROOMS = (2_000, 8_000)  # tokens: what most think about a short text, and what some do
LARGE = 16 << 10
"""Characters from which on a text is read in a thread."""
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

    def roomy(self, request: CompletionRequest) -> CompletionRequest:
        """Return a request with this room beside that of its answer."""
        if not self.room:
            return request
        return structs.replace(request, max_output_tokens=request.max_output_tokens + self.room)

    def make_room(self, had: int) -> None:
        """Give more room than it `had` when it thought and said nothing; up to a limit that ends the matter."""
        self.room = max(self.room, next((room for room in _ROOMS if room > had), had))


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
        """Ask for a whole answer; raises ThoughtsOnlyError when it holds thoughts and no reply."""
        with self._roomy(request) as asked:
            completion = await self._provider.complete(asked)
            size = len(completion.text) + _size(request)
            return await _beside(size, partial(self._read, completion, request, asked))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces; raises ThoughtsOnlyError at its end when it holds thoughts and no reply.

        The pieces together are the text at the end, unless thoughts turned out to be such only at their end; then they
        are longer.
        """
        size = _size(request)
        reader = await _beside(size, partial(ReplyReader, _texts(request), aloud=self._habit.aloud))
        with self._roomy(request) as asked:
            async with closing(self._provider.stream(asked)) as pieces:
                async for piece in pieces:
                    if shown := await _beside(len(piece.text), _step(reader, piece)):
                        yield Delta(text=shown)
                    if isinstance(piece, Completion):
                        yield await _beside(len(piece.text) + size, partial(self._read, piece, request, asked))

    async def read(self, completion: Completion, request: CompletionRequest) -> Completion:
        """Return the reply alone; raises ThoughtsOnlyError when there are thoughts and no reply."""
        return await _beside(len(completion.text) + _size(request), partial(self._read, completion, request, request))

    @contextmanager
    def _roomy(self, request: CompletionRequest) -> Iterator[CompletionRequest]:
        """Yield the request with room for thoughts; more is made for the next one when the answer was all thoughts."""
        had = self._habit.room
        try:
            yield self._habit.roomy(request)
        except ThoughtsOnlyError as error:
            self._habit.make_room(had)
            error.again = self._habit.room > had
            raise

    def _read(self, completion: Completion, request: CompletionRequest, asked: CompletionRequest) -> Completion:
        """Return the reply alone. What is shorter than its tokens was mostly thoughts: the next one gets more room."""
        reader = ReplyReader(_texts(request))
        reader.feed(completion.text)
        reader.finish()
        self._habit.aloud = reader.aloud
        if completion.finish == "length" and len(reader.text) < completion.usage.output_tokens:
            self._habit.make_room(asked.max_output_tokens - request.max_output_tokens)
        if completion.text.strip() and not reader.text.strip() and completion.finish != "filtered":
            error = ThoughtsOnlyError(self.name, detail="it holds thoughts and no reply")
            error.spent = completion.usage
            raise error
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
