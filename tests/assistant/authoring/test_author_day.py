"""A day of an author, over HTTP alone, on two replicas."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant.authoring.editing import PROMPTS, details, prompt
from tests.assistant.completion.asking import PATH, asked
from tests.assistant.databases import database_with_tables
from tests.assistant.serving import serving
from tests.fakes import FakeProvider
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer

WITHIN = 3.0  # seconds; one is promised, and without Redis it would be two or more
KEY = "reply_calm"
DRAFT = "Wait for order 48213!"
TESTS = 'tests:\n  - {content: "Wait for order 48213!", assert: [{type: keeps-numbers}]}\n'


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether something holds within the time."""
    end = time.monotonic() + WITHIN
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Author:
    """Someone who works on a prompt.

    Args:
        client: signed in as them.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._tag = ""

    def save(self, source: str, message: str) -> httpx.Response:
        """Save what they have written."""
        headers = {"If-Match": self._tag} if self._tag else {}
        return self._told(
            self._client.put(f"{PROMPTS}/{KEY}", json={"source": source, "message": message}, headers=headers)
        )

    def act(self, what: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """Do something, which has to work."""
        answer = self._told(self._client.post(f"{PROMPTS}/{KEY}/{what}", json=body))
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def _told(self, answer: httpx.Response) -> httpx.Response:
        self._tag = answer.headers.get("etag", self._tag)
        return answer


@pytest.fixture
def fakes() -> Iterator[tuple[FakeProvider, FakeProvider]]:
    """Two providers."""
    with FakeProvider() as first, FakeProvider() as second:
        first.reply("Please wait for order 48213.")
        second.reply("A moment, please: order 48213 is coming.")
        yield first, second


async def test_a_day(
    tmp_path: Path, redis: RedisServer, postgres: PostgresServer, fakes: tuple[FakeProvider, FakeProvider]
) -> None:
    """Create, fail three checks, fix, preview, try, publish, see it elsewhere, hear verdicts, roll back; audited."""
    async with database_with_tables(postgres) as database:
        shared = {"DATABASE_URL": database, "REDIS_URL": redis.tcp_url}
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        with serving(tmp_path / "one", **shared) as one, serving(tmp_path / "two", **shared) as two:
            _choose_providers(one.client, *fakes)
            author = Author(one.client)
            _fail_three_checks(author)
            _write_and_try(author, fakes[0])
            versions = _publish_twice(author, two.client)
            _compare(one.client, versions)
            author.act("rollback", version=1)
            assert soon(lambda: _version(two.client) == versions[0])
            assert _story(one.client) == [
                "prompt.rolled_back",
                "prompt.published",
                "prompt.saved",
                "prompt.published",
                "prompt.saved",
                "provider.switched",
            ]


def _choose_providers(client: httpx.Client, first: FakeProvider, second: FakeProvider) -> None:
    fallback = {"provider": "vllm", "base_url": second.url, "model": "n", "api_key": ""}
    setting = {"provider": "custom", "base_url": first.url, "model": "m", "api_key": "", "fallbacks": [fallback]}
    assert client.put("/api/v1/ai/provider", json=setting).status_code == 200


def _fail_three_checks(author: Author) -> None:
    """A misspelt field, an unknown variable, and the draft in the instruction: each is told with its line."""
    for source, line, word in (
        (prompt(more="gaurds: [links]\n"), 4, "gaurds"),
        (prompt("Make it {{ mood }}."), 6, "mood"),
        (prompt("Make {{ content }} calm."), 6, "content"),
    ):
        [problem, *_] = details(author.save(source, "a try"), 400, "broken_prompt")
        assert (problem["line"], word in problem["reason"]) == (line, True), problem


def _write_and_try(author: Author, provider: FakeProvider) -> None:
    before = len(asked(provider))
    assert author.save(prompt(more=TESTS), "calm, with a test").status_code == 200
    shown = author.act("preview", content=DRAFT)
    assert "Make it calm." in shown["messages"][0]["content"]
    assert len(asked(provider)) == before, "nothing is called for a preview"
    runs = author.act("test", content=DRAFT, versions=["draft"], providers=["custom", "vllm"])["runs"]
    assert [each["text"] for each in runs] == [
        "Please wait for order 48213.",
        "A moment, please: order 48213 is coming.",
    ]


def _publish_twice(author: Author, elsewhere: httpx.Client) -> list[str]:
    """Publish two wordings, and return their versions as the other replica has them."""
    versions: list[str] = []
    for words in ("Make it calm.", "Make it very calm."):
        if versions:
            assert author.save(prompt(words, more=TESTS), "calmer").status_code == 200
        author.act("publish")
        assert soon(lambda: _version(elsewhere) not in {"", *versions})
        versions.append(_version(elsewhere))
    return versions


def _version(client: httpx.Client) -> str:
    """Return the version that answers a click; nothing when there is none."""
    answer = client.post(PATH, json={"prompt_key": KEY, "content": DRAFT})
    return str(answer.headers.get("x-assistant-prompt-version", ""))


def _compare(client: httpx.Client, versions: list[str]) -> None:
    """Agents keep one answer of two; the author sees whose that was."""
    answer = client.post(PATH, json={"prompt_key": KEY, "content": DRAFT})
    feedback = {"request_id": answer.headers["x-request-id"], "verdict": "kept"}
    assert client.post("/api/v1/ai/feedback", json=feedback).status_code == 200
    [row] = client.get("/api/v1/ai/usage/verdicts").json()["data"]
    assert (row["prompt_key"], row["prompt_version"], row["kept_rate"]) == (KEY, versions[1], 1.0)


def _story(client: httpx.Client) -> list[str]:
    rows = client.get("/api/v1/ai/audit").json()["data"]["results"]
    assert all(row["agent_id"] == 1 for row in rows)
    return [row["action"] for row in rows]
