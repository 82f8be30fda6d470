"""What every test of the provider setting needs: changing it, reading it, and asking who answers."""

from typing import Any

import httpx

from tests.assistant.completion.asking import click

_PATH = "/api/v1/ai/provider"

KEY, OTHER = "sk-live-8f3a2c-never-shown", "sk-other-77d1-never-shown"


async def put(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    """Change the provider setting."""
    return await client.put(_PATH, json=body)


async def show(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the provider setting."""
    data: dict[str, Any] = (await client.get(_PATH)).json()["data"]
    return data


async def ask(client: httpx.AsyncClient, content: str = "no refund") -> httpx.Response:
    """Ask for a completion."""
    return await click(client, content)
