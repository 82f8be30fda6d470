"""Messages of other replicas, through Redis' channels; the subscription is renewed whenever its connection is lost."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.telemetry import log

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

_SILENCE = 2.0  # seconds without a message after which the connection is asked whether it lives
_AGAIN = 0.5  # seconds between two attempts to subscribe


class RedisNews:
    """Hears channels.

    Args:
        redis: where.
        patience: seconds that subscribing may take.
    """

    def __init__(self, redis: "Redis", patience: float) -> None:
        self._redis = redis
        self._patience = patience
        self._heard: dict[bytes, Callable[[bytes], None]] = {}
        self._listening: asyncio.Task[None] | None = None

    def hear(self, channel: str, heard: Callable[[bytes], None]) -> None:
        """Call a function, which must not raise, with each message of a channel; before the start."""
        self._heard[channel.encode()] = heard

    def start(self) -> None:
        """Begin to listen, if there is anything to listen for."""
        if self._heard:
            self._listening = asyncio.create_task(self._listen())

    async def aclose(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        from redis.exceptions import RedisError  # noqa: PLC0415 - loaded with the first connection

        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    async with asyncio.timeout(self._patience):
                        await pubsub.subscribe(*self._heard)
                    while True:
                        self._tell(await _next(pubsub))
            except (RedisError, OSError, TimeoutError, RuntimeError):  # the last from a closed transport
                await asyncio.sleep(_AGAIN)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next news must be heard
                log.error("news of other replicas could not be heard", exception=error)
                await asyncio.sleep(_AGAIN)

    def _tell(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            self._heard[message["channel"]](message["data"])


async def _next(pubsub: "PubSub") -> dict[str, Any]:
    """Return the next message; after a silence ask for a sign of life, as a cut cable says nothing by itself."""
    message = await pubsub.get_message(timeout=_SILENCE)
    if message is None:
        await pubsub.ping()
        message = await pubsub.get_message(timeout=_SILENCE)
    if message is None:
        raise TimeoutError
    found: dict[str, Any] = message
    return found
