"""What every test of authoring needs: a prompt's text, and saving it."""

from typing import Any

import httpx

PROMPTS = "/api/v1/ai/prompts"


def prompt(instruction: str = "Make it calm.", *, title: str = "Calm Reply", more: str = "") -> str:
    """Return the text of a prompt."""
    return (
        f"---\ntitle: {title}\nbrief: make it calm\n{more}---\n"
        f'{{% extends "_rewrite.j2" %}}\n{{% block instruction %}}{instruction}{{% endblock %}}\n'
    )


async def save(
    client: httpx.AsyncClient, key: str, source: str, message: str = "", *, based_on: str | None = None
) -> httpx.Response:
    """Save a draft, based on a revision if one is given; `new`: there must be none yet."""
    headers = {} if based_on is None else {"If-Match": based_on}
    headers = {"If-None-Match": "*"} if based_on == "new" else headers
    return await client.put(f"{PROMPTS}/{key}", json={"source": source, "message": message}, headers=headers)


async def act(client: httpx.AsyncClient, key: str, what: str, **body: object) -> httpx.Response:
    """Publish a prompt, roll it back, or whatever else there is."""
    return await client.post(f"{PROMPTS}/{key}/{what}", json=body)


async def shown(client: httpx.AsyncClient, key: str) -> dict[str, Any]:
    """Return a prompt as its author sees it."""
    answer = await client.get(f"{PROMPTS}/{key}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def listed(client: httpx.AsyncClient) -> list[str]:
    """Return the titles that agents see."""
    return [each["title"] for each in (await client.get(PROMPTS)).json()["data"]]


def refused(answer: httpx.Response, status: int) -> str:
    """Return the code of an answer that has to be an error."""
    body = answer.json()
    assert answer.status_code == status, body
    return str(body["data"]["code"])


def details(answer: httpx.Response, status: int, code: str) -> list[Any]:
    """Return what is wrong, one by one, of an answer that has to be an error of a kind."""
    body = answer.json()
    assert (answer.status_code, body["data"]["code"]) == (status, code), body
    found: list[Any] = body["data"].get("details", [])
    return found
