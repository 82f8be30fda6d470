"""The fake helpdesk's pages and operations, on a loopback port, in a thread of its own."""

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.helpdesk.people import Agent, Conversation, Version
from tests.fakes.helpdesk.reading import Read, Reading
from tests.fakes.helpdesk.sessions import CSRF, SESSION, Sessions, new_csrf, refusal
from tests.fakes.helpdesk.talk import Talk, is_same_origin

EMAIL, PASSWORD = "ada@helpdesk.example", "correct horse & battery=staple"
PARCEL, RETURN = "6f0d9d7e-2c52-4f0b-9a43-51f3c5a7b001", "6f0d9d7e-2c52-4f0b-9a43-51f3c5a7b002"
"""Conversations in inbox 1 and inbox 2."""

_PAGES = Path(__file__).parent / "pages"
_AGENT = ["conversations:read", "conversations:read_all", "messages:read", "messages:write"]
_SESSION_SECONDS = 32400


class Helpdesk:
    """A helpdesk with an administrator, Ada, an agent, Ben, and two conversations.

    Attributes:
        url: its origin, without a slash at the end.
        version: the Libredesk whose composer its pages have; counts for pages that are opened from now on.
        agents: whoever can sign in; a test may change them.
        conversations: by their ids; likewise.
        tags: names; likewise.
        answers: method, path and status of everything that it answered, in order.
        talks: one for each websocket that was opened.
        reading: what reading a conversation does.
        sessions: who is signed in.
    """

    def __init__(self, version: Version = "2.7") -> None:
        self.url = ""
        self.version: Version = version
        self.agents = [
            Agent(id=7, first_name="Ada", email=EMAIL, permissions=[*_AGENT, "ai:manage"]),
            Agent(id=8, first_name="Ben", email="ben@helpdesk.example", permissions=list(_AGENT), teams=[1]),
        ]
        self.conversations = {
            PARCEL: Conversation(uuid=PARCEL, subject="Parcel", draft="<p>We got your parcel. It takes 5 days.</p>"),
            RETURN: Conversation(uuid=RETURN, subject="Return", inbox_id=2, first_name="Max", last_name="Weber"),
        }
        self.tags: list[str] = []
        self.answers: list[tuple[str, str, int]] = []
        self.talks: list[Talk] = []
        self.sessions = Sessions(self.agents)
        self.reading = Reading(self.conversations, self.sessions)

    def reads(self, uuid: str) -> list[Read]:
        """Return the reads of a conversation so far, the pages' own too."""
        return [read for read in tuple(self.reading.reads) if read.uuid == uuid]

    def application(self) -> web.Application:
        """Return what its server runs."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/", self._entrance),
                web.get("/inboxes/{rest:.*}", self._inbox),
                web.get("/logout", self._sign_out),
                web.get("/assets/{name}", self._asset),
                web.post("/api/v1/auth/login", self._sign_in),
                web.get("/api/v1/agents/me", self._me),
                web.get("/api/v1/drafts", self._drafts),
                web.get("/api/v1/conversations/assigned", self._list),
                web.get("/api/v1/conversations/{uuid}", self.reading.answer),
                web.get("/api/v1/conversations/{uuid}/messages", self.reading.list_messages),
                web.post("/api/v1/conversations/{uuid}/messages", self.reading.take_message),
                web.get("/api/v1/tags", self._list_tags),
                web.post("/api/v1/ai/{rest:.*}", self._own_ai),
                web.post("/api/v1/media", self._upload),
                web.get("/ws", self._talk),
            ]
        )
        application.on_response_prepare.append(self._remember)
        return application

    async def _remember(self, request: web.Request, answer: web.StreamResponse) -> None:
        self.answers.append((request.method, request.path, answer.status))

    async def _entrance(self, request: web.Request) -> web.StreamResponse:
        if self.sessions.of(request):
            raise web.HTTPFound("/inboxes/assigned")
        return self._page("sign_in.html", request)

    async def _inbox(self, request: web.Request) -> web.StreamResponse:
        if not self.sessions.of(request):
            raise web.HTTPFound(f"/?next={request.path}")
        return self._page("desk.html", request)

    def _page(self, name: str, request: web.Request) -> web.StreamResponse:
        text = (_PAGES / name).read_text().replace("VERSION", self.version)
        page = web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})
        if CSRF not in request.cookies:
            _set_csrf(page, new_csrf())
        return page

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        """Serve a file that a browser keeps and asks about each time, so that the second answer is a 304."""
        return web.FileResponse(_PAGES / request.match_info["name"], headers={"Cache-Control": "no-cache"})

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        agent = next((agent for agent in self.agents if agent.email == asked.get("email")), None)
        if agent is None or asked.get("password") != PASSWORD:
            raise refusal(web.HTTPBadRequest, "Invalid email or password.", "InputException")
        answer = _success(agent.as_json())
        cookies = self.sessions.begin(agent)
        answer.set_cookie(SESSION, cookies[SESSION], httponly=True, samesite="Lax", max_age=_SESSION_SECONDS)
        if CSRF not in request.cookies:
            _set_csrf(answer, cookies[CSRF])
        return answer

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        self.sessions.require(request)
        self.sessions.end(request)
        answer = web.Response(status=302, headers={"Location": "/", "Cache-Control": "no-store"})
        answer.del_cookie(SESSION, httponly=True, samesite="Lax")
        return answer

    async def _me(self, request: web.Request) -> web.StreamResponse:
        return _success(self.sessions.require(request).as_json())

    async def _drafts(self, request: web.Request) -> web.StreamResponse:
        self.sessions.require(request)
        begun = [each for each in self.conversations.values() if each.draft]
        return _success([{"conversation_uuid": each.uuid, "content": each.draft, "meta": {}} for each in begun])

    async def _list(self, request: web.Request) -> web.StreamResponse:
        agent = self.sessions.require(request, "conversations:read")
        theirs = [each.as_json() for each in self.conversations.values() if each.is_readable_by(agent)]
        page = {"total": len(theirs), "per_page": 30, "total_pages": 1, "page": 1}
        return _success({"results": theirs, **page})

    async def _list_tags(self, request: web.Request) -> web.StreamResponse:
        self.sessions.require(request)
        return _success([{"id": number, "name": name} for number, name in enumerate(self.tags, 1)])

    async def _own_ai(self, request: web.Request) -> web.StreamResponse:
        """Stand for the helpdesk's own AI."""
        self.sessions.require(request)
        return _success("Libredesk's own")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.sessions.require(request)
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "files":
            raise refusal(web.HTTPBadRequest, "No file in the field `files`", "InputException")
        size, digest = 0, hashlib.sha256()
        while chunk := await part.read_chunk(65536):
            size += len(chunk)
            digest.update(chunk)
        return _success({"filename": part.filename, "size": size, "sha256": digest.hexdigest()})

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        self.sessions.require(request)
        if not is_same_origin(request):
            raise web.HTTPForbidden(text="This page is not from here.")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        talk = Talk()
        self.talks.append(talk)
        await talk.run(socket)
        return socket


def _success(data: Any) -> web.Response:  # noqa: ANN401 - any JSON
    return web.json_response({"status": "success", "data": data})


def _set_csrf(answer: web.Response, token: str) -> None:
    answer.headers.add("Set-Cookie", f"{CSRF}={token}; Path=/")  # aiohttp would put it into quotes


@contextlib.contextmanager
def fake_helpdesk(version: Version = "2.7") -> Iterator[Helpdesk]:
    """Run a helpdesk until the end of the block."""
    helpdesk, loop = Helpdesk(version), asyncio.new_event_loop()
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
