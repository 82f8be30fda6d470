"""A client of the desk, and what tests need over and over: agents, contacts, conversations, messages."""

from itertools import count
from typing import Any

import httpx

_NUMBERS = count(1)


class DeskClient:
    """Talks to a desk and expects success, unless a test asks for the bare answer by `http`.

    Args:
        http: a client that is signed in as somebody.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    def signed_in(self, headers: dict[str, str]) -> "DeskClient":
        """Return a client with other credentials for the same desk."""
        transport = self.http._transport  # noqa: SLF001 - httpx has no way to copy a client
        client = httpx.AsyncClient(transport=transport, base_url=self.http.base_url, headers=headers)
        return DeskClient(client)

    async def get(self, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """GET and return `data`."""
        return _data(await self.http.get(path, params=parameters or None))

    async def post(self, path: str, body: Any = None) -> Any:  # noqa: ANN401
        """POST and return `data`."""
        return _data(await self.http.post(path, json=body))

    async def put(self, path: str, body: Any = None) -> Any:  # noqa: ANN401
        """PUT and return `data`."""
        return _data(await self.http.put(path, json=body))

    async def delete(self, path: str) -> Any:  # noqa: ANN401
        """DELETE and return `data`."""
        return _data(await self.http.delete(path))

    async def new_agent(self, roles: list[str], **fields: Any) -> tuple[dict[str, Any], "DeskClient"]:  # noqa: ANN401
        """Add an agent with a key, and return them and a client that is signed in as them."""
        email = f"agent{next(_NUMBERS)}@example.com"
        body = {"first_name": "Ada", "email": email, "roles": roles, **fields}
        agent = await self.post("/api/v1/agents", body)
        pair = await self.post(f"/api/v1/agents/{agent['id']}/api-key")
        return agent, self.signed_in({"Authorization": f"token {pair['api_key']}:{pair['api_secret']}"})

    async def new_team(self, name: str) -> dict[str, Any]:
        """Add a team."""
        team: dict[str, Any] = await self.post(
            "/api/v1/teams", {"name": name, "conversation_assignment_type": "Manual"}
        )
        return team

    async def new_conversation(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Start a conversation that a contact wrote."""
        body = {
            "content": "Hello",
            "inbox_id": 1,
            "contact_email": "carla@example.com",
            "first_name": "Carla",
            "initiator": "contact",
            **fields,
        }
        conversation: dict[str, Any] = await self.post("/api/v1/conversations", body)
        return conversation

    async def reply(self, conversation: dict[str, Any], text: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add a message by an agent."""
        body = {"message": text, "sender_type": "agent", **fields}
        message: dict[str, Any] = await self.post(f"/api/v1/conversations/{conversation['uuid']}/messages", body)
        return message


def _data(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    assert answer.status_code == 200, (answer.request.method, answer.request.url, answer.text)
    body = answer.json()
    return body["data"] if isinstance(body, dict) else body
