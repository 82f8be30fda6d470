"""The official SDK as the peer, over each of its two transports."""

from collections.abc import AsyncIterator
from typing import Self

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient
from openai.types.chat import ChatCompletionMessageParam

from bench.chat import DRAFT, MAX_TOKENS, MODEL, SYSTEM, TEMPERATURE

MESSAGES: tuple[ChatCompletionMessageParam, ...] = (
    {"role": "system", "content": SYSTEM},
    {"role": "user", "content": DRAFT},
)


class SdkClient:
    """The SDK with its defaults but for retries, which would hide errors."""

    def __init__(self, origin: str, transport: httpx2.AsyncClient | None = None) -> None:
        self._sdk = AsyncOpenAI(api_key="bench-key", base_url=f"{origin}/v1", max_retries=0, http_client=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sdk.close()

    async def complete(self) -> str:
        """Return the text of one whole answer."""
        answer = await self._sdk.chat.completions.create(
            model=MODEL, messages=MESSAGES, max_tokens=MAX_TOKENS, temperature=TEMPERATURE, stream=False
        )
        return answer.choices[0].message.content or ""

    async def stream(self) -> AsyncIterator[str]:
        """Yield the texts of one streamed answer."""
        chunks = await self._sdk.chat.completions.create(
            model=MODEL, messages=MESSAGES, max_tokens=MAX_TOKENS, temperature=TEMPERATURE, stream=True
        )
        async for chunk in chunks:
            if text := chunk.choices[0].delta.content:
                yield text


def over_aiohttp(origin: str) -> SdkClient:
    """Return the SDK on its aiohttp transport."""
    return SdkClient(origin, DefaultAioHttpClient())
