"""The yardstick: the least ASGI application that takes a POST and answers JSON, under the server of `assistant serve`.

`python -m bench.raw_post PORT WORKERS`, on loopback.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bench.chat import REPLY

_BODY = msgspec.json.encode({"status": "success", "data": REPLY})
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


def main(port: str, workers: str) -> None:
    """Serve with the settings of `assistant serve`."""
    from granian import Granian  # noqa: PLC0415 - only this process needs it
    from granian.constants import HTTPModes, Interfaces, Loops  # noqa: PLC0415 - likewise
    from granian.log import LogLevels  # noqa: PLC0415 - likewise

    Granian(
        "bench.raw_post:app",
        port=int(port),
        workers=int(workers),
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
