"""The table of limits in `docs/security.md`: what it says is what the code has, and each limit is tried.

`UPDATE_DOCS=1 pytest tests/assistant/limits/test_limits.py` writes the table.
"""

import ast
import os
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import echo, using
from tests.assistant.harness import service
from tests.assistant.limits.limit import Limit, Trial, table
from tests.assistant.limits.rows import LIMITS
from tests.fakes import FakeProvider

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- limits: made by a test -->\n", "\n<!-- end of the limits -->"

ALL = [limit for limits in LIMITS.values() for limit in limits]


def test_page_holds_the_table() -> None:
    """No one writes it by hand: a limit that changes changes the page, or this fails."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    written, after = rest.split(END)
    made = "\n".join(table(LIMITS)).strip()
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(f"{before}{BEGIN}{made}{END}{after}", encoding="utf-8")
    else:
        assert written == made


@pytest.mark.parametrize("limit", [each for each in ALL if isinstance(each.trial, str)], ids=lambda limit: limit.what)
def test_test_that_tries_a_limit_is_there(limit: Limit) -> None:
    """A row names the test that goes up to the limit and beyond."""
    path, name = str(limit.trial).split("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


async def test_requests_at_the_limit_and_above(state: Path) -> None:
    """Each passes at its limit, and is refused one above it with the error that the table says."""
    wrong: list[tuple[str, int, str]] = []
    with FakeProvider("chat") as fake:
        fake.reply(echo)
        async with service(state, **using(fake), request_timeout=60.0) as client:
            conversation = await _conversation(client)
            for limit in ALL:
                if isinstance(limit.trial, Trial):
                    wrong += await _tried(client, limit, limit.trial, conversation)
    assert not wrong


async def _conversation(client: httpx.AsyncClient) -> str:
    new = {"content": "Hello", "inbox_id": 1, "contact_email": "carla@example.com", "first_name": "Carla"}
    answer = await client.post("/api/v1/conversations", json={**new, "initiator": "contact"})
    return f"/api/v1/conversations/{answer.json()['data']['uuid']}"


async def _tried(
    client: httpx.AsyncClient, limit: Limit, trial: Trial, conversation: str
) -> list[tuple[str, int, str]]:
    """Return what was not answered as it should be."""
    wrong = []
    path, bound = trial.path.format(conversation=conversation), int(limit.bound)
    passed = await client.request(trial.method, path, json=trial.body(bound))
    if passed.status_code != 200:
        wrong.append((limit.what, passed.status_code, passed.text[:200]))
    refused = await client.request(trial.method, path, json=trial.body(bound + 1))
    body = refused.json()
    told = f"{refused.status_code} `{body['data']['code']}`" if body["status"] == "error" else str(refused.status_code)
    if not limit.beyond.startswith(told) or not body["message"].startswith(f"{trial.field}:"):
        wrong.append((limit.what, refused.status_code, refused.text[:200]))
    return wrong
