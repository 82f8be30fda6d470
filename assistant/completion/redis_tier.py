"""Redis as the shared tier of the cache; no failure reaches a caller, each counts as a miss."""

import asyncio
from typing import TypeAlias

from assistant.redis.link import RedisDownError, RedisLink

PREFIX = "assistant:completion:"

_Batch: TypeAlias = dict[str, list[asyncio.Future[bytes | None]]]


class RedisTier:
    """Reads and writes completions in Redis. What is read in one turn of the event loop is one command."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._batch: _Batch = {}
        self._reading: set[asyncio.Task[None]] = set()

    async def get(self, key: str) -> bytes | None:
        """Return the value; nothing while Redis is down or overloaded."""
        if not self._link.available:
            return None
        loop = asyncio.get_running_loop()
        if not self._batch:
            loop.call_soon(self._read_batch)
        wanted: asyncio.Future[bytes | None] = (
            loop.create_future()
        )  # of one's own: whoever leaves takes nothing from others
        self._batch.setdefault(key, []).append(wanted)
        return await wanted

    def put(self, key: str, value: bytes, milliseconds: int) -> None:
        """Store a value soon; while Redis is down or far behind it is dropped."""
        self._link.soon("SET", PREFIX + key, value, "PX", milliseconds)

    def _read_batch(self) -> None:
        batch, self._batch = self._batch, {}
        task = asyncio.create_task(self._read(batch))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read(self, batch: _Batch) -> None:
        values: list[bytes | None] = [None] * len(batch)
        try:
            values = await self._link.call("MGET", *(PREFIX + key for key in batch))
        except RedisDownError:
            pass
        finally:
            for all_wanted, value in zip(batch.values(), values, strict=True):
                for wanted in all_wanted:
                    if not wanted.done():
                        wanted.set_result(value)
