"""What generated requests have found, kept as plain tests."""

import pytest

from tests.assistant.desk.client import DeskClient

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def desk(shared_desk: DeskClient) -> DeskClient:
    """The desk of all tests here."""
    return shared_desk


@pytest.mark.parametrize("change", [{"enabled": False}, {"new_password": "correct horse"}])
async def test_taken_address_is_a_duplicate_whatever_else_changes(desk: DeskClient, change: dict[str, object]) -> None:
    """Ending the agent's sessions came before the check of the address, and the answer was 500."""
    first, _ = await desk.new_agent(["Agent"])
    second, _ = await desk.new_agent(["Agent"])
    body = {"first_name": "Ada", "email": first["email"], "roles": ["Agent"], **change}
    answer = await desk.http.put(f"/api/v1/agents/{second['id']}", json=body)
    assert (answer.status_code, answer.json()["data"]["code"]) == (409, "duplicate")


async def test_view_of_an_id_beyond_all_ids_is_refused(desk: DeskClient) -> None:
    """Only ten digits were looked at, and PostgreSQL could not compare what was saved."""
    condition = {"field": "status_id", "operator": "equals", "value": "12345678901"}
    answer = await desk.http.post("/api/v1/views/me", json={"name": "Beyond", "filters": [condition]})
    assert (answer.status_code, answer.json()["data"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("health", {"GET"}),
        ("api/v1/teams/1", {"GET", "PUT", "DELETE"}),
        ("api/v1/conversations/1/messages", {"GET", "POST"}),
    ],
)
async def test_options_is_refused_with_the_methods_there_are(desk: DeskClient, path: str, methods: set[str]) -> None:
    """Litestar's own handler was not one of ours, and the guard answered 500."""
    answer = await desk.http.options(f"/{path}")
    assert (answer.status_code, answer.json()["data"]["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == methods
