"""A limit on what the SDKs' HTTP client reads; apart, because importing that client takes time."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

from providers.errors import MalformedReplyError

MAX_REPLY = 8 << 20
"""Most bytes of an answer that are read; a list of models may be longer than a completion."""


class BoundedStream(httpx2.AsyncByteStream):
    """The body of an answer, up to the limit.

    Args:
        stream: what is read.
        provider: name for the error.
    """

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, provider: str) -> None:
        self._stream = cast("httpx2.AsyncByteStream", stream)
        self._provider = provider

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces; raises MalformedReplyError beyond the limit."""
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > MAX_REPLY:
                raise MalformedReplyError(self._provider, detail="it is larger than 8 MiB")
            yield piece

    async def aclose(self) -> None:
        """Close the connection or give it back."""
        await self._stream.aclose()
