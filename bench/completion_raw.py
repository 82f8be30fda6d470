"""The yardstick: the least ASGI application that takes a POST and answers JSON, under the server of `assistant serve`.

`python -m bench.completion_raw PORT`, on loopback.
"""

import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from bench.completion_words import completion, hit_body
from bench.proxy_contestants import on_measured_cpu
from bench.proxy_core import Core
from bench.proxy_processes import worker_of
from tests.servers.finding import ROOT
from tests.servers.process import Command, answers, free_port, running

_BODY = hit_body()
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())],
}


async def app(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Awaitable[None]]) -> None:
    """Read the whole body, and answer."""
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    await send(_START)
    await send({"type": "http.response.body", "body": _BODY, "more_body": False})


@contextlib.contextmanager
def raw(tmp: Path) -> Iterator[Core]:
    """Run it on the measured CPU."""
    port = free_port()
    command = Command(
        arguments=[sys.executable, "-m", "bench.completion_raw", str(port)], folder=ROOT, log=tmp / "raw.log"
    )
    with on_measured_cpu(running(command, lambda: answers(port, completion(0), b"HTTP/1.1 200 "))) as process:
        yield Core(port=port, pid=worker_of(process.pid))


def main(port: str) -> None:
    """Serve with the settings of `assistant serve`."""
    from granian import Granian  # noqa: PLC0415 - only this process needs it
    from granian.constants import HTTPModes, Interfaces, Loops  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    Granian(
        "bench.completion_raw:app",
        port=int(port),
        workers=1,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
