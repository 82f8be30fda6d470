"""A scripted provider that streams 20 deltas, one each 20 ms: `python -m bench.sse_server PORT`, on loopback."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from bench.chat import DELTA_SECONDS, DELTAS, MODEL
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
BACKLOG = 1024


@contextlib.contextmanager
def streaming_server(tmp: Path) -> Iterator[tuple[str, int]]:
    """Run the server in a process of its own; gives its origin and its process id.

    Raises:
        ServerError: it does not start.
    """
    port = free_port()
    command = Command(
        arguments=[sys.executable, "-m", "bench.sse_server", str(port)], folder=ROOT, log=tmp / "sse_server.log"
    )
    with running(command, lambda: answers(port)) as process:
        yield f"http://127.0.0.1:{port}", process.pid


def _event(content: str | None, finish: str | None) -> bytes:
    delta = {"role": "assistant", "content": content} if content else {}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1767225600, "model": MODEL}
    return b"data: " + msgspec.json.encode({**head, "choices": [choice]}) + b"\n\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


CHUNKS = tuple(_chunk(_event(text, None)) for text in DELTAS)
END = _chunk(_event(None, "stop") + b"data: [DONE]\n\n") + LAST_CHUNK


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection until the client closes it."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0))
            await _answer(writer)
    writer.close()


async def _answer(writer: asyncio.StreamWriter) -> None:
    """Write the script on its own clock, so that a late delta does not delay the next."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    writer.write(HEAD)
    for chunk in CHUNKS:
        due += DELTA_SECONDS
        await asyncio.sleep(due - loop.time())
        writer.write(chunk)
        await writer.drain()
    writer.write(END)
    await writer.drain()


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port, backlog=BACKLOG)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1])))
