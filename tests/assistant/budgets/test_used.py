"""What is used of each budget: sums of the day, and for each (`*`) the one who used most of it."""

from pathlib import Path

import pytest

from assistant.budgets.document import Budget, BudgetDocument
from assistant.budgets.used import UsedBudget, used
from assistant.usage.spending import Spent
from tests.assistant.harness import error, service


def spent(agent: int, prompt: str, tokens: int, cost: int, teams: frozenset[int] = frozenset()) -> Spent:
    """Return what an agent has used."""
    return Spent(agent_id=agent, teams=teams, prompt_key=prompt, tokens=tokens, cost=cost)


SPENT = [
    spent(7, "friendly", 100, 3_000_000, frozenset({1, 2})),
    spent(7, "shorter", 50, 0, frozenset({1})),
    spent(8, "friendly", 400, 10_000, frozenset({2})),
    spent(9, "friendly", 9_000, 0),
]


def test_budgets_of_their_own_and_for_each() -> None:
    """Whoever has a budget of their own is no one of each; who is nearest to a limit stands for all."""
    budgets = [
        Budget(scope="agent", tokens_per_day=1000, cost_per_day=4.0),
        Budget(scope="agent", id="9", tokens_per_day=10_000),
        Budget(scope="agent", id="77", tokens_per_day=10_000),
        Budget(scope="team", tokens_per_day=1000),
        Budget(scope="prompt", id="shorter", tokens_per_day=1000),
        Budget(scope="workspace", cost_per_day=10.0),
    ]
    assert used(BudgetDocument(budgets=budgets), SPENT) == [
        UsedBudget(scope="agent", id="*", tokens=150, cost=3.0, by="7"),
        UsedBudget(scope="agent", id="9", tokens=9_000, cost=0.0, by="9"),
        UsedBudget(scope="agent", id="77", tokens=0, cost=0.0, by="77"),
        UsedBudget(scope="team", id="*", tokens=500, cost=3.01, by="2"),
        UsedBudget(scope="prompt", id="shorter", tokens=50, cost=0.0, by="shorter"),
        UsedBudget(scope="workspace", id="*", tokens=9_550, cost=3.01, by="*"),
    ]
    assert used(BudgetDocument(budgets=budgets[:1]), []) == [
        UsedBudget(scope="agent", id="*", tokens=0, cost=0.0, by="")
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/v1/ai/budgets", {"budgets": [{"scope": "agent", "id": "*", "requests_per_minute": 9}], "prices": []}),
        ("/api/v1/ai/masking", {"patterns": [], "private": ["email"]}),
    ],
)
async def test_two_admins_do_not_overwrite_each_other(state: Path, path: str, content: dict[str, object]) -> None:
    """The second one is told, and nothing of the first one's is lost; who sends no If-Match replaces all, as before."""
    async with service(state) as client:
        read = (await client.get(path)).headers["etag"]
        first = await client.put(path, json=content, headers={"If-Match": read})
        assert first.status_code == 200
        second = await client.put(path, json={}, headers={"If-Match": read})
        assert error(second)[0::2] == (412, "stale_edit")
        shown = await client.get(path)
        assert (shown.json(), shown.headers["etag"]) == (first.json(), first.headers["etag"])
        assert error(await client.put(path, json={}, headers={"If-Match": "new"}))[0::2] == (400, "invalid_request")
        assert (await client.put(path, json={}, headers={"If-Match": shown.headers["etag"]})).status_code == 200
        assert (await client.put(path, json=content)).status_code == 200
