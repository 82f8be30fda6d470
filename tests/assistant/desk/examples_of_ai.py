"""Examples of the AI operations, beside the desk in the same service."""

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example


@example("GET", "/api/v1/ai/prompts")
async def list_prompts(desk: DeskClient) -> None:
    """The prompts by title."""
    titles = [prompt["title"] for prompt in await desk.get("/api/v1/ai/prompts")]
    assert titles == sorted(titles)
    assert "Friendly Reply" in titles


@example("GET", "/api/v1/ai/me")
async def show_me(desk: DeskClient) -> None:
    """The caller's name and the rights that they hold here, the desk's other ones left out."""
    me = await desk.get("/api/v1/ai/me")
    seen = await desk.get("/api/v1/agents/me")
    assert (me["id"], me["email"]) == (seen["id"], seen["email"])
    assert me["name"] == f"{seen['first_name']} {seen['last_name']}".strip()
    assert me["permissions"] == ["ai:manage", "ai:prompts", "ai:publish"]
    assert (me["signed_in_by"], me["desk"]) == ("key", True)
    assert me["version"]


@example("POST", "/api/v1/ai/completion")
async def complete(desk: DeskClient) -> None:
    """A text for a text."""
    text = await desk.post("/api/v1/ai/completion", {"prompt_key": "reply_friendly", "content": "no"})
    assert isinstance(text, str)
    assert text


@example("GET", "/api/v1/ai/provider")
async def show_provider(desk: DeskClient) -> None:
    """The active provider, its key masked."""
    provider = await desk.get("/api/v1/ai/provider")
    assert (provider["provider"], provider["has_api_key"]) == ("custom", False)


@example("PUT", "/api/v1/ai/provider", alone=True)
async def switch_provider(desk: DeskClient) -> None:
    """Another key for the active provider."""
    assert await desk.put("/api/v1/ai/provider", {"provider": "custom", "api_key": "sk-new"}) is True
    assert (await desk.get("/api/v1/ai/provider"))["has_api_key"] is True


@example("GET", "/api/v1/ai/providers", alone=True)
async def list_providers(desk: DeskClient) -> None:
    """What can be chosen, and how those do that are in charge."""
    address = (await desk.get("/api/v1/ai/provider"))["base_url"]
    fallbacks = [{"provider": "custom", "base_url": address, "model": "other"}]
    change = {"provider": "custom", "base_url": address, "model": "first", "fallbacks": fallbacks}
    assert await desk.put("/api/v1/ai/provider", change) is True
    listed = await desk.get("/api/v1/ai/providers")
    assert {"openai", "anthropic", "custom", "local"} <= {each["provider"] for each in listed["known"]}
    assert [each["model"] for each in listed["configured"]] == ["first", "other"]
    assert {each["breaker"] for each in listed["configured"]} == {"closed"}
    for each in listed["configured"]:
        assert each["last_hour"] == {"requests": 0, "errors": 0, "p50_ms": None, "p95_ms": None}
        assert each["last_error"] is None


@example("POST", "/api/v1/ai/provider/test")
async def test_provider(desk: DeskClient) -> None:
    """A call with another model, and nothing saved."""
    before = await desk.get("/api/v1/ai/provider")
    change = {"provider": "custom", "base_url": before["base_url"], "model": "new"}
    assert await desk.post("/api/v1/ai/provider/test", change) is True
    [tested] = await desk.post("/api/v1/ai/provider/test?detail=true", change)
    assert (tested["name"], tested["model"], tested["models"]) == ("custom", "new", ["small", "large"])
    assert tested["text"]
    assert tested["milliseconds"] > 0
    assert await desk.get("/api/v1/ai/provider") == before


@example("GET", "/api/v1/ai/config/completion")
async def show_config(desk: DeskClient) -> None:
    """The active provider as Libredesk's page reads it."""
    config = await desk.get("/api/v1/ai/config/completion")
    assert (config["provider"], config["max_tokens"], config["has_api_key"]) == ("custom", 0, False)


@example("PUT", "/api/v1/ai/config/completion", alone=True)
async def switch_by_config(desk: DeskClient) -> None:
    """What Libredesk's page shows, saved with another model."""
    config = await desk.get("/api/v1/ai/config/completion")
    assert await desk.put("/api/v1/ai/config/completion", {**config, "model": "new"}) is True
    assert (await desk.get("/api/v1/ai/provider"))["model"] == "new"


@example("POST", "/api/v1/ai/config/completion/test")
async def test_config(desk: DeskClient) -> None:
    """A call with another model, and nothing saved."""
    config = await desk.get("/api/v1/ai/config/completion")
    assert await desk.post("/api/v1/ai/config/completion/test", {**config, "model": "new"}) is True
    assert await desk.get("/api/v1/ai/config/completion") == config


@example("GET", "/api/v1/ai/completions/{request_id}/context")
async def read_context(desk: DeskClient) -> None:
    """What the model read of a conversation, for one's own answer."""
    made = await desk.new_conversation(content="Where is the blue one?")
    body = {"prompt_key": "suggest_reply", "content": "", "conversation_uuid": made["uuid"]}
    answer = await desk.http.post("/api/v1/ai/completion", json=body)
    read = await desk.get(f"/api/v1/ai/completions/{answer.headers['x-request-id']}/context")
    assert "Where is the blue one?" in read["messages"][-1]["content"]
