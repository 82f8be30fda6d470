"""One request on its way to the core, and the answer on its way back."""

import asyncio

from litestar.types import HTTPScope, Receive, Send

from assistant.errors import AssistantError, CoreTimeoutError, CoreUnreachableError, SlowBodyError, code_of
from assistant.gateway.headers import answer_headers
from assistant.gateway.request_head import Request
from assistant.telemetry import log
from http1.connection import Connection
from http1.errors import ClosedError, CutError, TransferError
from messages.sentences import Sentence

_PATIENCE = 0.05  # seconds after which it is worth to look whether the client is still there
_NOT_MODIFIED = 304


class ClientLeftError(AssistantError):
    """The client closed its connection; no one waits for the answer."""


class ConnectionClosedError(CoreUnreachableError):
    """The core closed the connection before the first byte of an answer."""


class Exchange:
    """Passes one request on, both ways at once.

    Args:
        request: what is asked.
        receive: gives the rest of the client's body, and tells when the client leaves.
        timeout: seconds that the core may take to the first byte of its answer, or to take more of the body.
    """

    def __init__(self, request: Request, receive: Receive, timeout: float) -> None:
        self._request = request
        self._receive = receive
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._look: asyncio.TimerHandle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._client: asyncio.Task[None] | None = None
        self._passed_on = False

    async def ask(self, connection: Connection, block: bytes, *, more: bool) -> None:
        """Write the request, and wait for the head of the answer.

        Args:
            connection: to the core.
            block: the first piece of the body.
            more: whether there is more of it than that.

        Raises:
            CoreUnreachableError, CoreTimeoutError, ClientLeftError: there will be no answer.
        """
        self._connection = connection
        self._passed_on = not more
        connection.ask(self._request.head + self._framed(block, last=not more), bodiless=self._request.bodiless)
        if more:
            self._client = self._loop.create_task(self._follow_client())
        else:
            self._look = self._loop.call_later(_PATIENCE, self._look_after)
        while not connection.status:
            await self.arrival()
        if self._deadline is not None:
            self._deadline.cancel()

    async def answer(self, send: Send) -> None:
        """Pass the answer on, as it comes.

        Raises:
            CoreUnreachableError, ClientLeftError: it broke off; what was sent is not all of it.
        """
        connection = self._connection
        await send(
            {"type": "http.response.start", "status": connection.status, "headers": answer_headers(connection.headers)}
        )
        if connection.status == _NOT_MODIFIED:  # the server leaves the length out, unless something seems to follow
            await send({"type": "http.response.body", "body": b"", "more_body": True})
        while not connection.complete:
            # The first block goes at once, even an empty one: the server holds the head back until then.
            await send({"type": "http.response.body", "body": connection.take(), "more_body": True})
            while not (connection.has_block or connection.complete):
                await self.arrival()
        await send({"type": "http.response.body", "body": connection.take(), "more_body": False})

    async def arrival(self) -> None:
        """Wait for more of the answer; raises like `ask`."""
        try:
            await self._connection.arrival()
        except TransferError as error:
            raise _core_error(error) from None

    @property
    def over(self) -> bool:
        """Whether all of the request and all of the answer went through."""
        return self._passed_on and self._connection.complete

    def close(self) -> None:
        """Stop looking after both sides."""
        for timer in (self._look, self._deadline):
            if timer is not None:
                timer.cancel()
        if self._client is not None:
            self._client.cancel()

    def _look_after(self) -> None:
        """Begin to look after an exchange that takes its time: whether the client stays, and how long it takes."""
        self._client = self._loop.create_task(self._follow_client())
        if not self._connection.status:
            self._expect(self._timeout - _PATIENCE)

    async def _follow_client(self) -> None:
        """Pass the rest of the body on, and end the exchange when the client leaves."""
        while True:
            try:
                message = await self._receive()
            except SlowBodyError as error:
                self._connection.abort(error)
                return
            if message["type"] != "http.request":
                self._connection.abort(ClientLeftError())
                return
            if not self._passed_on:
                await self._pass_on(message.get("body", b""), last=not message.get("more_body", False))

    async def _pass_on(self, block: bytes, *, last: bool) -> None:
        self._expect(self._timeout)
        await self._connection.write(self._framed(block, last=last))
        self._passed_on = last
        if not last and self._deadline is not None:
            self._deadline.cancel()  # now it is the client's turn

    def _expect(self, seconds: float) -> None:
        """Give the core so much time from now on."""
        if self._deadline is not None:
            self._deadline.cancel()
        if not self._connection.status:
            self._deadline = self._loop.call_later(max(seconds, 0), self._give_up)

    def _give_up(self) -> None:
        self._connection.abort(
            CoreTimeoutError(
                Sentence(
                    "The helpdesk did not answer within {seconds:g} s. Try again in a moment; an administrator can "
                    "give it more time.",
                    seconds=self._timeout,
                ),
                hint="ASSISTANT_CORE_TIMEOUT gives it more",
            )
        )

    def _framed(self, block: bytes, *, last: bool) -> bytes:
        """Return a piece of the body as it is written: as it is, or as a chunk (RFC 9112, 7.1)."""
        if not self._request.chunked:
            return block
        end = b"0\r\n\r\n" if last else b""
        return b"%x\r\n%b\r\n%b" % (len(block), block, end) if block else end


def _core_error(error: TransferError) -> CoreUnreachableError:
    if isinstance(error, ClosedError):
        return ConnectionClosedError(Sentence("The helpdesk closed the connection without an answer."))
    if isinstance(error, CutError):
        return CoreUnreachableError(Sentence("The helpdesk's answer broke off."))
    return CoreUnreachableError(Sentence("The helpdesk's answer is not valid HTTP/1.1."))


def log_cut(error: AssistantError, scope: HTTPScope) -> None:
    """Tell the operator of an answer that broke off after a part of it had left."""
    log.warning(
        "the core's answer broke off",
        method=scope["method"],
        path=scope["path"],
        status=0,
        error=code_of(error),
        reason=str(error),
        **({"hint": error.hint} if error.hint else {}),
    )
