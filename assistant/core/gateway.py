"""The way to the core: passing requests on, and asking questions of our own."""

from typing import Any, Protocol

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from assistant.auth.actor import Credentials


class CoreAnswer(Struct, frozen=True, kw_only=True):
    """What the core answered to a question of ours."""

    status: int
    body: bytes


class CoreGateway(Protocol):
    """A core, wherever it runs."""

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a client's request on and its answer back."""
        ...

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """GET a path with somebody's own credentials.

        Raises:
            CoreUnavailableError: there was no answer.
        """
        ...


class InProcessCore:
    """The built-in desk, in the same process.

    Args:
        app: the desk's ASGI application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to the desk."""
        await self._app(scope, receive, send)

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """Call the desk as a client would."""
        answer: dict[str, Any] = {"status": 500, "body": bytearray()}

        async def receive() -> Any:  # noqa: ANN401 - an ASGI event
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            elif message["type"] == "http.response.body":
                answer["body"] += message["body"]

        await self._app(_get(path, credentials), receive, send)
        return CoreAnswer(status=answer["status"], body=bytes(answer["body"]))


def _get(path: str, credentials: Credentials) -> Any:  # noqa: ANN401 - an ASGI scope
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"desk"), *_shown(credentials)],
        "client": None,
        "server": None,
        "extensions": {},
        "state": {},
    }


def _shown(credentials: Credentials) -> list[tuple[bytes, bytes]]:
    given = ((b"authorization", credentials.authorization), (b"cookie", credentials.cookie))
    return [(name, value.encode("latin-1")) for name, value in given if value]
