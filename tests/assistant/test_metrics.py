"""Who may read the figures."""

from pathlib import Path

import httpx
import pytest

from tests.assistant.harness import error, service
from tests.assistant.serving import serving

TOKEN = "0123456789abcdef"


async def test_figures_are_for_this_machine_alone_without_a_token(state: Path) -> None:
    """A request that a proxy passed on is somebody else's, whoever is signed in."""
    async with service(state) as client:
        assert (await client.get("/metrics")).status_code == 200
        for header in ("Forwarded", "X-Forwarded-For", "X-Real-IP"):
            refused = await client.get("/metrics", headers={header: "192.0.2.1"})
            assert error(refused) == (403, "PermissionException", "forbidden")
            assert "ASSISTANT_METRICS_TOKEN" in refused.json()["message"]


@pytest.mark.parametrize("authorization", ["", TOKEN, f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"])
async def test_token_is_needed_where_there_is_one(state: Path, authorization: str) -> None:
    """With a token it alone opens, on this machine too, and through a proxy."""
    async with service(state, metrics_token=TOKEN) as client:
        wrong = {b"authorization": authorization.encode("latin-1")}
        assert error(await client.get("/metrics", headers=wrong)) == (403, "PermissionException", "forbidden")
        right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.1"}
        answer = await client.get("/metrics", headers=right)
    assert answer.status_code == 200
    assert "assistant_completions" in answer.text


def test_figures_of_all_workers_are_one(tmp_path: Path) -> None:
    """Whichever worker is asked, it counts what the others answered."""
    with serving(tmp_path, WORKERS="2", PROVIDER="custom", BASE_URL="http://127.0.0.1:9") as served:
        for _ in range(20):  # over connections of their own, so that both workers get some
            assert httpx.get(f"{served.client.base_url}/health").status_code == 200
        figures = served.client.get("/metrics").text
    counted = [float(line.split()[-1]) for line in figures.splitlines() if 'operation="/health"' in line]
    assert sum(counted) >= 20, figures
