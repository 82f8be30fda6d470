"""The fake helpdesk's pages and operations, on a loopback port, in a thread of its own."""

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.helpdesk.sessions import Sessions, refusal
from tests.fakes.helpdesk.talk import Talk, is_same_origin

EMAIL, PASSWORD = "ada@helpdesk.example", "correct horse & battery=staple"
PAGES = Path(__file__).parent / "pages"
PERMISSIONS = ["conversations:read", "messages:write"]


class Helpdesk:
    """A helpdesk with one agent.

    Attributes:
        url: its origin, without a slash at the end.
        answers: method, path and status of everything that it answered, in order.
        talks: one for each websocket that was opened.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[tuple[str, str, int]] = []
        self.talks: list[Talk] = []
        self._sessions = Sessions()

    def application(self) -> web.Application:
        """Return what its server runs."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/", self._inbox),
                web.get("/login", self._page("sign_in.html")),
                web.post("/login", self._sign_in),
                web.get("/logout", self._sign_out),
                web.get("/static/inbox.js", self._page("inbox.js")),
                web.get("/static/inbox.css", self._page("inbox.css")),
                web.get("/api/v1/agents/me", self._me),
                web.post("/api/v1/media", self._upload),
                web.get("/ws", self._talk),
            ]
        )
        application.on_response_prepare.append(self._remember)
        return application

    async def _remember(self, request: web.Request, answer: web.StreamResponse) -> None:
        self.answers.append((request.method, request.path, answer.status))

    async def _inbox(self, request: web.Request) -> web.StreamResponse:
        if not self._sessions.is_open(request):
            raise web.HTTPSeeOther("/login")
        return web.FileResponse(PAGES / "inbox.html", headers={"Cache-Control": "no-store"})

    @staticmethod
    def _page(name: str) -> Any:  # noqa: ANN401 - an aiohttp handler, whose own type is private
        """Serve a file that a browser keeps and asks about each time, so that the second answer is a 304."""

        async def serve(_: web.Request) -> web.StreamResponse:
            return web.FileResponse(PAGES / name, headers={"Cache-Control": "no-cache"})

        return serve

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if (form.get("email"), form.get("password")) != (EMAIL, PASSWORD):
            raise web.HTTPUnauthorized(text="Wrong e-mail address or password.")
        answer = web.Response(status=303, headers={"Location": "/"})
        self._sessions.begin(answer)
        return answer

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        answer = web.Response(status=303, headers={"Location": "/login"})
        self._sessions.end(request, answer)
        return answer

    async def _me(self, request: web.Request) -> web.StreamResponse:
        self._sessions.require(request)
        agent = {"id": 7, "first_name": "Ada", "email": EMAIL, "permissions": PERMISSIONS, "teams": []}
        return web.json_response({"status": "success", "data": agent})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._sessions.require(request)
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "files":
            raise refusal(web.HTTPBadRequest, "No file in the field `files`", "InputException")
        size, digest = 0, hashlib.sha256()
        while chunk := await part.read_chunk(65536):
            size += len(chunk)
            digest.update(chunk)
        data = {"filename": part.filename, "size": size, "sha256": digest.hexdigest()}
        return web.json_response({"status": "success", "data": data})

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        self._sessions.require(request)
        if not is_same_origin(request):
            raise web.HTTPForbidden(text="This page is not from here.")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        talk = Talk()
        self.talks.append(talk)
        await talk.run(socket)
        return socket


@contextlib.contextmanager
def fake_helpdesk() -> Iterator[Helpdesk]:
    """Run a helpdesk until the end of the block."""
    helpdesk, loop = Helpdesk(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-helpdesk", daemon=True)
    thread.start()
    runner = web.AppRunner(helpdesk.application(), access_log=None, shutdown_timeout=1)
    try:
        helpdesk.url = asyncio.run_coroutine_threadsafe(_start(runner), loop).result(10)
        yield helpdesk
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    return f"http://{host}:{port}"
