"""A provider that bills a call as a test wants it, and what the service says that all calls cost."""

from typing import Any

import httpx
import msgspec

from tests.assistant.completion.asking import until
from tests.fakes.exchange import Exchange
from tests.fakes.steps import Step

TOKENS = 700  # of each call that is billed so
_USAGE = {"prompt_tokens": 400, "completion_tokens": 300, "total_tokens": TOKENS}


def billed(text: str, model: str = "") -> Step:
    """Answer well, and name another model than the one that was asked for."""

    async def step(exchange: Exchange) -> None:
        body = msgspec.json.decode(exchange.content(text))
        body |= {"usage": _USAGE, "model": model or exchange.model}
        await exchange.send_whole(200, msgspec.json.encode(body))

    return step


async def set_prices(client: httpx.AsyncClient, cost_per_day: float, prices: dict[str, float]) -> None:
    """Give the workspace so many dollars a day; the models of `custom` cost so many for a million tokens."""
    rows = [{"provider": "custom", "model": model, "input": each, "output": each} for model, each in prices.items()]
    document = {"budgets": [{"scope": "workspace", "cost_per_day": cost_per_day}], "prices": rows}
    answer = await client.put("/api/v1/ai/budgets", json=document)
    assert answer.status_code == 200, answer.text


async def used(client: httpx.AsyncClient, requests: int) -> dict[str, Any]:
    """Return what the usage report says in all, once it knows of so many requests."""
    found: dict[str, Any] = {}

    async def written() -> bool:
        found.update((await client.get("/api/v1/ai/usage?by=provider")).json()["data"]["total"])
        return bool(found["requests"] >= requests)

    await until(written)
    return found


async def cost_in_figures(client: httpx.AsyncClient) -> float:
    """Return the dollars that Prometheus is told of."""
    lines = (await client.get("/metrics")).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("assistant_cost_usd_total"))
