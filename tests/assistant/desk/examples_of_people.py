"""Examples of the operations on agents, teams, contacts, statuses, sessions and health."""

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example

ANN = {"first_name": "Ann", "email": "ann@example.com", "roles": ["Agent"]}
TEAM = {"name": "Returns", "emoji": "📦", "conversation_assignment_type": "Manual", "timezone": "Europe/Berlin"}


@example("GET", "/health")
async def health(desk: DeskClient) -> None:
    """The process answers."""
    assert await desk.get("/health") is True


@example("GET", "/health/ready")
async def ready(desk: DeskClient) -> None:
    """Each dependency by name."""
    assert (await desk.get("/health/ready"))["database"] == "up"


@example("GET", "/docs")
async def docs(desk: DeskClient) -> None:
    """A page for people that loads nothing from elsewhere."""
    answer = await desk.http.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "/api/v1/agents/{id}" in answer.text
    assert "https://" not in answer.text


@example("GET", "/docs/openapi.json")
async def document(desk: DeskClient) -> None:
    """The document for programs."""
    assert (await desk.http.get("/docs/openapi.json")).json()["openapi"] == "3.1.0"


@example("GET", "/api/v1/agents")
async def list_agents(desk: DeskClient) -> None:
    """All agents, without what is secret."""
    await desk.post("/api/v1/agents", {**ANN, "email": "listed@example.com"})
    agents = await desk.get("/api/v1/agents")
    assert [agent["email"] for agent in agents][-1] == "listed@example.com"
    assert not {"api_key", "api_secret", "permissions"} & set(agents[0])


@example("POST", "/api/v1/agents")
async def create_agent(desk: DeskClient) -> None:
    """An agent with teams by id and by name."""
    one, two = await desk.new_team("One"), await desk.new_team("Two")
    made = await desk.post("/api/v1/agents", {**ANN, "teams": [str(one["id"]), two["name"]]})
    assert [team["name"] for team in made["teams"]] == ["One", "Two"]
    assert (made["email"], made["enabled"], made["roles"], made["api_key"]) == (ANN["email"], True, ["Agent"], None)


@example("GET", "/api/v1/agents/me")
async def me(desk: DeskClient) -> None:
    """The calling agent with their rights."""
    agent = await desk.get("/api/v1/agents/me")
    assert agent["roles"] == ["Admin"]
    assert "ai:manage" in agent["permissions"]


@example("PUT", "/api/v1/agents/me/availability")
async def availability(desk: DeskClient) -> None:
    """What an agent says of themselves is not overruled by an idle timer."""
    path = "/api/v1/agents/me/availability"
    assert (await desk.put(path, {"status": "available"}))["availability_status"] == "online"
    assert (await desk.put(path, {"status": "away", "source": "idle"}))["availability_status"] == "away"
    assert (await desk.put(path, {"status": "busy"}))["availability_status"] == "away_manual"
    assert (await desk.put(path, {"status": "available", "source": "idle"}))["availability_status"] == "away_manual"


@example("GET", "/api/v1/agents/{id}")
async def show_agent(desk: DeskClient) -> None:
    """An agent as they were made."""
    made = await desk.post("/api/v1/agents", {**ANN, "email": "shown@example.com"})
    assert await desk.get(f"/api/v1/agents/{made['id']}") == made


@example("PUT", "/api/v1/agents/{id}")
async def update_agent(desk: DeskClient) -> None:
    """The whole agent is replaced; who is disabled is outside at once."""
    agent, theirs = await desk.new_agent(["Agent"])
    path = f"/api/v1/agents/{agent['id']}"
    changed = await desk.put(path, {**ANN, "email": "x@example.com", "enabled": False, "availability_status": "away"})
    assert (changed["email"], changed["enabled"], changed["availability_status"]) == ("x@example.com", False, "away")
    assert changed["updated_at"] > agent["updated_at"]
    assert (await theirs.http.get("/api/v1/agents/me")).status_code == 403


@example("DELETE", "/api/v1/agents/{id}")
async def delete_agent(desk: DeskClient) -> None:
    """A deleted agent is gone from everywhere, their conversations are free, and their address can be used again."""
    agent, theirs = await desk.new_agent(["Agent"], email="gone@example.com")
    conversation = await desk.new_conversation(agent_id=agent["id"])
    assert await desk.delete(f"/api/v1/agents/{agent['id']}") is True
    assert (await theirs.http.get("/api/v1/agents/me")).status_code == 401
    assert (await desk.http.get(f"/api/v1/agents/{agent['id']}")).status_code == 404
    assert agent["id"] not in [each["id"] for each in await desk.get("/api/v1/agents")]
    assert (await desk.get(f"/api/v1/conversations/{conversation['uuid']}"))["assigned_user_id"] is None
    await desk.post("/api/v1/agents", {**ANN, "email": "gone@example.com"})


@example("POST", "/api/v1/agents/{id}/api-key")
async def renew_key(desk: DeskClient) -> None:
    """A new pair works, the old one is void."""
    agent, old = await desk.new_agent(["Agent"])
    pair = await desk.post(f"/api/v1/agents/{agent['id']}/api-key")
    new = desk.signed_in({"Authorization": f"token {pair['api_key']}:{pair['api_secret']}"})
    assert (await new.get("/api/v1/agents/me"))["id"] == agent["id"]
    assert (await old.http.get("/api/v1/agents/me")).status_code == 401


@example("DELETE", "/api/v1/agents/{id}/api-key")
async def revoke_key(desk: DeskClient) -> None:
    """A revoked key opens nothing."""
    agent, theirs = await desk.new_agent(["Agent"])
    assert await desk.delete(f"/api/v1/agents/{agent['id']}/api-key") is True
    assert (await theirs.http.get("/api/v1/agents/me")).status_code == 401
    assert (await desk.get(f"/api/v1/agents/{agent['id']}"))["api_key"] is None


@example("GET", "/api/v1/teams", alone=True)
async def list_teams(desk: DeskClient) -> None:
    """All teams by name."""
    await desk.new_team("Zebra")
    await desk.new_team("Ant")
    assert [team["name"] for team in await desk.get("/api/v1/teams")] == ["Ant", "Zebra"]


@example("POST", "/api/v1/teams")
async def create_team(desk: DeskClient) -> None:
    """A team with all its fields."""
    made = await desk.post("/api/v1/teams", {**TEAM, "max_auto_assigned_conversations": 3, "sla_policy_id": 7})
    assert TEAM.items() <= made.items()
    assert (made["max_auto_assigned_conversations"], made["sla_policy_id"], made["business_hours_id"]) == (3, 7, None)


@example("GET", "/api/v1/teams/{id}")
async def show_team(desk: DeskClient) -> None:
    """A team as it was made."""
    made = await desk.post("/api/v1/teams", {**TEAM, "name": "Shown"})
    assert await desk.get(f"/api/v1/teams/{made['id']}") == made


@example("PUT", "/api/v1/teams/{id}")
async def update_team(desk: DeskClient) -> None:
    """The whole team is replaced."""
    made = await desk.post("/api/v1/teams", {**TEAM, "name": "Changed"})
    body = {"name": "Refunds", "conversation_assignment_type": "Round robin"}
    changed = await desk.put(f"/api/v1/teams/{made['id']}", body)
    assert body.items() <= changed.items()
    assert (changed["emoji"], changed["timezone"]) == (None, "UTC")


@example("DELETE", "/api/v1/teams/{id}")
async def delete_team(desk: DeskClient) -> None:
    """A team goes; its conversations and members stay."""
    team = await desk.new_team("Short-lived")
    agent, _ = await desk.new_agent(["Agent"], teams=["Short-lived"])
    conversation = await desk.new_conversation(team_id=team["id"])
    assert await desk.delete(f"/api/v1/teams/{team['id']}") is True
    assert (await desk.get(f"/api/v1/conversations/{conversation['uuid']}"))["assigned_team_id"] is None
    assert (await desk.get(f"/api/v1/agents/{agent['id']}"))["teams"] == []


@example("GET", "/api/v1/teams/{id}/conversations/unassigned")
async def team_inbox(desk: DeskClient) -> None:
    """What a team has and no one of it."""
    team = await desk.new_team("Inbox")
    agent, _ = await desk.new_agent(["Agent"])
    waiting = await desk.new_conversation(team_id=team["id"])
    await desk.new_conversation(team_id=team["id"], agent_id=agent["id"])
    await desk.new_conversation()
    page = await desk.get(f"/api/v1/teams/{team['id']}/conversations/unassigned")
    assert ([each["uuid"] for each in page["results"]], page["total"]) == ([waiting["uuid"]], 1)


@example("GET", "/api/v1/statuses", alone=True)
async def list_statuses(desk: DeskClient) -> None:
    """The four that every desk has."""
    names = [status["name"] for status in await desk.get("/api/v1/statuses")]
    assert names == ["Open", "Snoozed", "Resolved", "Closed"]


@example("POST", "/api/v1/statuses")
async def create_status(desk: DeskClient) -> None:
    """A status of one's own."""
    made = await desk.post("/api/v1/statuses", {"name": "Waiting for stock", "category": "waiting"})
    assert (made["name"], made["category"]) == ("Waiting for stock", "waiting")


@example("PUT", "/api/v1/statuses/{id}")
async def update_status(desk: DeskClient) -> None:
    """A status with another name; a built-in one stays."""
    made = await desk.post("/api/v1/statuses", {"name": "Wait", "category": "waiting"})
    changed = await desk.put(f"/api/v1/statuses/{made['id']}", {"name": "Parked", "category": "waiting"})
    assert (changed["id"], changed["name"]) == (made["id"], "Parked")
    answer = await desk.http.put("/api/v1/statuses/1", json={"name": "Mine", "category": "open"})
    assert (answer.status_code, answer.json()["data"]["code"]) == (409, "in_use")


@example("DELETE", "/api/v1/statuses/{id}", alone=True)
async def delete_status(desk: DeskClient) -> None:
    """A status goes unless a conversation has it."""
    made = await desk.post("/api/v1/statuses", {"name": "Wait", "category": "waiting"})
    conversation = await desk.new_conversation()
    status = f"/api/v1/conversations/{conversation['uuid']}/status"
    await desk.put(status, {"status": "Wait"})
    assert (await desk.http.delete(f"/api/v1/statuses/{made['id']}")).status_code == 409
    await desk.put(status, {"status": "Open"})
    assert await desk.delete(f"/api/v1/statuses/{made['id']}") is True
    assert len(await desk.get("/api/v1/statuses")) == 4


@example("GET", "/api/v1/priorities")
async def list_priorities(desk: DeskClient) -> None:
    """From low to high."""
    assert [each["name"] for each in await desk.get("/api/v1/priorities")] == ["Low", "Medium", "High"]
