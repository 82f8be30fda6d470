"""One conversation over the fake helpdesk's websocket: numbered messages both ways, and pings."""

import asyncio
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSMessage, WSMsgType, web

EVERY = 0.25  # seconds between two notes
TEXT = "Grüße 👋 from the other side"


class Said(msgspec.Struct, frozen=True):
    """What the page says: that the agent types, or that it saw a note, whose text it gives back."""

    type: str
    number: int
    text: str = ""


class Talk:
    """What went over one websocket.

    Attributes:
        notes: how many the helpdesk sent; they are numbered from 1.
        seen: numbers of the notes that the page gave back whole.
        typing: numbers of the messages that the page sent by itself.
        pongs: numbers of the notes whose ping was answered.
        ended: set once the websocket is closed, with `close_code`.
    """

    def __init__(self) -> None:
        self.notes = 0
        self.seen: list[int] = []
        self.typing: list[int] = []
        self.pongs: list[int] = []
        self.ended = threading.Event()
        self.close_code: int | None = None

    async def run(self, socket: web.WebSocketResponse) -> None:
        """Talk until the websocket is closed."""
        telling = asyncio.create_task(self._tell(socket))
        try:
            async for message in socket:
                await self._hear(socket, message)
        finally:
            telling.cancel()
            self.close_code = socket.close_code
            self.ended.set()

    async def _tell(self, socket: web.WebSocketResponse) -> None:
        with suppress(ConnectionError):
            while not socket.closed:
                self.notes += 1
                await socket.send_json({"type": "note", "number": self.notes, "text": TEXT})
                await socket.ping(str(self.notes).encode())
                await asyncio.sleep(EVERY)

    async def _hear(self, socket: web.WebSocketResponse, message: WSMessage) -> None:
        match message.type:
            case WSMsgType.TEXT:
                self._note(msgspec.json.decode(message.data, type=Said))
            case WSMsgType.PING:
                await socket.pong(message.data)
            case WSMsgType.PONG:
                self.pongs.append(int(message.data))

    def _note(self, said: Said) -> None:
        if said.type == "typing":
            self.typing.append(said.number)
        elif said.text == TEXT:
            self.seen.append(said.number)


def is_same_origin(request: web.Request) -> bool:
    """Whether the page that asks came from the address it asks, which is how Libredesk's /ws looks at it."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
