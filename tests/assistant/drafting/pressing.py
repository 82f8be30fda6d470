"""Pressing a helpdesk's AI buttons as one of its agents."""

import httpx

from tests.fakes.helpdesk import Helpdesk

ADA, BEN, EVE = "ak_ada:as_ada", "ak_ben:as_ben", "ak_eve:as_eve"
"""API keys of an administrator, of an agent, and of one who may read only what is assigned to her."""
UNKNOWN = "3f2b8c1e-0000-4000-8000-000000000000"
"""No conversation."""


class Press:
    """Presses buttons.

    Args:
        client: of the service.
        helpdesk: behind it.
        session: whether agents are signed in by a cookie, as in a browser, or show an API key.
    """

    def __init__(self, client: httpx.AsyncClient, helpdesk: Helpdesk, *, session: bool) -> None:
        self.helpdesk = helpdesk
        self._client = client
        self._session = session

    async def __call__(
        self, method: str, path: str, body: object = None, *, by: str = BEN, **headers: str
    ) -> httpx.Response:
        """Send a request as an agent, by their key or by a new session."""
        shown = self._shown(by) | headers
        transport = self._client._transport  # noqa: SLF001 - httpx has no way to copy a client
        client = httpx.AsyncClient(transport=transport, base_url=self._client.base_url, headers=shown)
        return await client.request(method, f"/api/v1/ai/{path}", json=body)

    def _shown(self, key: str) -> dict[str, str]:
        if not self._session:
            return {"Authorization": f"token {key}"}
        agent = next(each for each in self.helpdesk.agents if each.key == key)
        cookies = self.helpdesk.sessions.begin(agent)
        pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"Cookie": pairs, "X-CSRFTOKEN": cookies["csrf_token"]}
