"""The built-in model: a small model in one process of this machine, for trying the service without an account.

Its wire is real, its prose is poor. What keeps it inside a deadline: temperature 0, a repeat penalty, and an answer of
at most twice the draft, ended at its last whole sentence.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import msgspec

from providers.adapters.openai_chat import ChatBody, OpenAIChat
from providers.adapters.wire import HttpProvider
from providers.base import Completion, CompletionRequest, Delta
from providers.errors import CredentialsError, MalformedReplyError, TimedOutError, UnavailableError
from providers.http.transport import Transport
from providers.local.process import LocalUse, find_model, model_name
from providers.local.server import Running

NAME = "local"
_MOST_TOKENS, _LEAST_TOKENS = 160, 64
_CHARACTERS_PER_TOKEN = 4
_DYING_SECONDS = 0.2
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s)")  # noqa: RUF001 - full-width ends of sentences
_LAST_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*$")  # noqa: RUF001 - as above


class LocalBody(ChatBody, kw_only=True, omit_defaults=True):
    """Chat with what llama.cpp knows beyond it."""

    repeat_penalty: float | None = None


class LocalChat(OpenAIChat):
    """Chat Completions with the settings that a tiny model needs."""

    def body(self, request: CompletionRequest, *, stream: bool) -> LocalBody:
        """Return the request with temperature 0 and a limit that follows the draft."""
        limited = msgspec.structs.replace(request, temperature=0.0, max_output_tokens=output_limit(request))
        return LocalBody(**msgspec.structs.asdict(super().body(limited, stream=stream)), repeat_penalty=1.1)


def output_limit(request: CompletionRequest) -> int:
    """Return the most tokens of an answer: twice the draft's (at four characters each), from 64 to 160.

    With less than the 64, an answer to a short draft would end after its greeting.
    """
    draft = next((message.content for message in reversed(request.messages) if message.role == "user"), "")
    wanted = max(_LEAST_TOKENS, 2 * len(draft) // _CHARACTERS_PER_TOKEN)
    return min(_MOST_TOKENS, wanted, request.max_output_tokens)


def whole_sentences(completion: Completion) -> Completion:
    """Return an answer that ran into its limit ended at its last whole sentence and reported `stop`.

    An answer without a whole sentence stays as it is.
    """
    end = _end_of_sentences(completion.text) if completion.finish == "length" else 0
    last = _LAST_END.search(completion.text) if completion.finish == "length" else None
    if last is not None:
        end = last.end()
    if not end:
        return completion
    return msgspec.structs.replace(completion, text=completion.text[:end], finish="stop")


class LocalProvider:
    """The built-in model as a provider.

    Args:
        use: this process's share in the server.
        model: the model's name.
    """

    name = NAME

    def __init__(self, use: LocalUse, model: str) -> None:
        self.model = model
        self._use = use
        self._running: Running | None = None
        self._http: HttpProvider | None = None
        self._starting: asyncio.Task[Running] | None = None
        self._closed = False

    @classmethod
    def create(cls, *, state_dir: Path, model_file: Path | None) -> "LocalProvider":
        """Return the provider for a model file; starts nothing.

        Raises:
            SettingError: the file or the package that runs it is missing.
        """
        found = find_model(model_file)
        return cls(LocalUse(state_dir, found), model_name(found))

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; a server that died is started again once."""
        http = await self._server()
        try:
            completion = await http.complete(request)
        except (UnavailableError, CredentialsError) as error:
            http = await self._server_after(http, error)
            completion = await http.complete(request)
        return self._named(whole_sentences(completion))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Ask for an answer in pieces of whole sentences; the last one waits until it is known to be whole."""
        http = await self._server()
        begun = False
        try:
            async with aclosing(self._sentences(http, request)) as pieces:
                async for piece in pieces:
                    begun = True
                    yield piece
        except (UnavailableError, CredentialsError) as error:
            if begun:
                raise
            http = await self._server_after(http, error)
        else:
            return
        async with aclosing(self._sentences(http, request)) as pieces:
            async for piece in pieces:
                yield piece

    async def aclose(self) -> None:
        """Close the connections and give back the share in the server, which ends with its last user.

        Later requests raise UnavailableError.
        """
        self._closed = True
        http, self._http, self._running = self._http, None, None
        if http is not None:
            await http.aclose()
        if self._starting is None or self._starting.done():
            self._use.leave()
        else:
            self._starting.add_done_callback(lambda _: self._use.leave())

    async def _sentences(
        self, http: HttpProvider, request: CompletionRequest
    ) -> AsyncGenerator[Delta | Completion, None]:
        text, sent = "", 0
        async with aclosing(http.stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Delta):
                    text += piece.text
                    end = _end_of_sentences(text)
                    if end > sent:
                        yield Delta(text=text[sent:end])
                        sent = end
                    continue
                whole = self._named(whole_sentences(piece))
                if len(whole.text) > sent:
                    yield Delta(text=whole.text[sent:])
                yield whole

    async def _server(self) -> HttpProvider:
        """Return the wire to the server, which is looked for or started unless the one used before still runs."""
        if self._http is not None and self._running is not None and self._use.holds(self._running):
            return self._http
        return await self._looked_for()

    async def _server_after(self, failed: HttpProvider, error: Exception) -> HttpProvider:
        """Return the wire to the server that took the place of a dead one; raises the error if it isn't dead."""
        if self._closed or isinstance(error, TimedOutError | MalformedReplyError):
            raise error
        # A process that was just killed still takes connections for a moment.
        await asyncio.sleep(_DYING_SECONDS)
        http = await self._looked_for() if self._http is failed else await self._server()
        if http is failed:
            raise error
        return http

    async def _looked_for(self) -> HttpProvider:
        if self._closed:
            raise UnavailableError(NAME, detail="its connections were closed")
        running = await asyncio.shield(self._start())
        if self._closed:
            raise UnavailableError(NAME, detail="its connections were closed")
        http = self._http
        if http is not None and running == self._running:
            return http
        self._http = made = self._wire(running)
        if http is not None:
            await http.aclose()
        return made

    def _start(self) -> asyncio.Task[Running]:
        """Return the one task that looks for the server: a caller that gives up leaves it to the others."""
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(asyncio.to_thread(self._use.running))
            self._starting.add_done_callback(_look_at)
        return self._starting

    def _wire(self, running: Running) -> HttpProvider:
        self._running = running
        return HttpProvider(LocalChat(provider=NAME, model=self.model), lambda: _transport(running))

    def _named(self, completion: Completion) -> Completion:
        return msgspec.structs.replace(completion, model=self.model)


def _look_at(task: asyncio.Task[Running]) -> None:
    """Take note of a failure, which asyncio reports otherwise when no one waits for it any more."""
    if not task.cancelled():
        task.exception()


def _transport(running: Running) -> Transport:
    return Transport(provider=NAME, base_url=running.base_url, headers={"Authorization": f"Bearer {running.key}"})


def _end_of_sentences(text: str) -> int:
    end = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
    return end
