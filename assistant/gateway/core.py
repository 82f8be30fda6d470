"""The way to the core: passing requests on, and asking questions of our own."""

from typing import Any, Protocol, runtime_checkable

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from assistant.auth.actor import Credentials
from assistant.auth.csrf import COOKIE, HEADER


class CoreAnswer(Struct, frozen=True, kw_only=True):
    """What the core answered to a question of ours."""

    status: int
    body: bytes


@runtime_checkable
class CoreGateway(Protocol):
    """A core, wherever it runs.

    Attributes:
        in_process: whether its answers are ours to number and to log.
    """

    in_process: bool

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a client's request on and its answer back.

        Raises:
            AssistantError: it could not be passed on, or got no answer; the client has been told nothing yet.
        """
        ...

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """GET a path with someone's own credentials; raises CoreUnavailableError if there was no answer."""
        ...

    async def reachable(self) -> bool:
        """Tell whether it answers."""
        ...

    async def aclose(self) -> None:
        """Close what is open towards it."""
        ...


class WritableCore(CoreGateway, Protocol):
    """A core in which we may write for someone."""

    async def post(self, path: str, body: bytes, credentials: Credentials) -> CoreAnswer:
        """POST JSON to a path with someone's own credentials; raises CoreUnavailableError if there was no answer."""
        ...


class InProcessCore:
    """The built-in desk, in the same process."""

    in_process = True

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to the desk."""
        await self._app(scope, receive, send)

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """Call the desk as a client would."""
        return await self._called(path, credentials, None)

    async def post(self, path: str, body: bytes, credentials: Credentials) -> CoreAnswer:
        """Call the desk as a client would."""
        return await self._called(path, credentials, body)

    async def reachable(self) -> bool:
        """Answer like the process itself."""
        return True

    async def aclose(self) -> None:
        """Close nothing: the desk is stopped by who started it."""

    async def _called(self, path: str, credentials: Credentials, body: bytes | None) -> CoreAnswer:
        answer: dict[str, Any] = {"status": 500, "body": bytearray()}

        async def receive() -> Any:  # noqa: ANN401 - an ASGI event
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            elif message["type"] == "http.response.body":
                answer["body"] += message["body"]

        await self._app(_scope(path, credentials, body), receive, send)
        return CoreAnswer(status=answer["status"], body=bytes(answer["body"]))


def _scope(target: str, credentials: Credentials, body: bytes | None) -> Any:  # noqa: ANN401 - an ASGI scope
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET" if body is None else "POST",
        "scheme": "https" if credentials.secure else "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"desk"), *shown(credentials), *described(credentials, body)],
        "client": None,
        "server": None,
        "extensions": {},
        "state": {},
    }


def shown(credentials: Credentials) -> list[tuple[bytes, bytes]]:
    """Return the headers that show someone's credentials."""
    given = ((b"authorization", credentials.authorization), (b"cookie", credentials.cookie))
    return [(name, value.encode("latin-1")) for name, value in given if value]


def described(credentials: Credentials, body: bytes | None) -> list[tuple[bytes, bytes]]:
    """Return the headers that go along with a body: what it is, and the proof of origin that a session needs."""
    if body is None:
        return []
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    pairs = (part.strip().partition("=") for part in credentials.cookie.split(";"))
    token = next((value for name, _, value in pairs if name == COOKIE), "")
    return [*headers, (HEADER.encode(), token.encode("latin-1"))] if token else headers
