"""A prompt may be for some teams, inboxes or languages only: in the list, and wherever it is used."""

import httpx

from tests.assistant.authoring.editing import act, listed, prompt, refused, save
from tests.assistant.completion.asking import PATH, STREAMED, click, wanted
from tests.assistant.desk.client import DeskClient


async def publish(client: httpx.AsyncClient, key: str, scope: str) -> None:
    """Publish a prompt with a scope."""
    source = prompt(title=key, more=f"scope: {scope}\n")
    assert (await save(client, key, source)).status_code == 200
    assert (await act(client, key, "publish")).status_code == 200


async def test_teams_own_their_prompts(client: httpx.AsyncClient) -> None:
    """Whoever is in none of the teams neither sees nor uses it: not whole, not streamed, and not from the cache."""
    desk = DeskClient(client)
    team = await desk.new_team("Billing")
    await publish(client, "billing", f"{{teams: [{team['id']}]}}")
    _, theirs = await desk.new_agent([])
    _, inside = await desk.new_agent([], teams=["Billing"])
    assert "billing" not in await listed(theirs.http)
    for headers in ({}, STREAMED):
        answer = await theirs.http.post(PATH, json=wanted("Hi", prompt_key="billing"), headers=headers)
        assert refused(answer, 404) == "unknown_prompt"
    assert "billing" in await listed(inside.http)
    for cache in ("miss", "hit"):
        answer = await inside.http.post(PATH, json=wanted("Hi", prompt_key="billing"))
        assert answer.headers["x-assistant-cache"] == cache
    assert refused(await click(client, "Hi", prompt_key="billing"), 404) == "unknown_prompt"


async def test_inboxes_must_be_named(client: httpx.AsyncClient) -> None:
    """A prompt for an inbox is there where the conversation is in that inbox."""
    await publish(client, "returns", "{inboxes: [3, 4]}")
    assert "returns" not in await listed(client)
    rows = (await client.get("/api/v1/ai/prompts?inbox_id=4")).json()["data"]
    assert "returns" in [each["title"] for each in rows]
    assert (await click(client, "Hi", prompt_key="returns", inbox_id=3)).status_code == 200
    for _ in range(2):
        assert refused(await click(client, "Hi", prompt_key="returns", inbox_id=5), 404) == "unknown_prompt"
        assert refused(await click(client, "Hi", prompt_key="returns"), 404) == "unknown_prompt"


async def test_languages_sort_the_list(client: httpx.AsyncClient) -> None:
    """A prompt for a language stays out of the list for another one; whoever knows its key may use it."""
    await publish(client, "auf_deutsch", "{languages: [de, German]}")
    for query, there in (("", True), ("?language=de", True), ("?language=GERMAN", True), ("?language=fr", False)):
        rows = (await client.get(f"/api/v1/ai/prompts{query}")).json()["data"]
        assert ("auf_deutsch" in [each["title"] for each in rows]) is there, query
    assert (await click(client, "Hi", prompt_key="auf_deutsch")).status_code == 200
