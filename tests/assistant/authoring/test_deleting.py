"""A prompt that is deleted is gone, whoever is quicker, and its key is free for a new one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.errors import AssistantError, NotFoundError, StaleEditError
from tests.assistant.authoring.editing import PROMPTS, act, listed, prompt, refused, save, shown
from tests.assistant.authoring.engine import AUTHOR, engine
from tests.assistant.completion.asking import click, using
from tests.assistant.databases import database_with_tables
from tests.assistant.harness import service
from tests.fakes import FakeProvider
from tests.servers.postgres import PostgresServer

KEY = "reply_calm"
AFTERWARDS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("GET", "/diff", {}),
    ("GET", "/diff?from=1&to=1", {}),
    ("GET", "/versions/0", {}),
    ("GET", "/versions/2", {}),
    ("DELETE", "", {}),
    ("POST", "/publish", {}),
    ("POST", "/publish", {"version": 1}),
    ("POST", "/publish", {"version": 0}),
    ("POST", "/publish", {"version": 1, "force": True, "reason": "we want it back"}),
    ("POST", "/rollback", {"version": 1}),
    ("POST", "/rollback", {"version": 0}),
    ("POST", "/enable", {}),
    ("POST", "/disable", {}),
    ("POST", "/preview", {"content": "Hi"}),
    ("POST", "/preview", {"content": "Hi", "version": 1}),
    ("POST", "/preview", {"content": "Hi", "version": "published"}),
    ("POST", "/test", {"content": "Hi"}),
    ("POST", "/test", {"content": "Hi", "versions": [1]}),
    ("POST", "/samples", {"name": "a", "content": "Hi"}),
]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        fake.reply("All is well.")
        yield fake


@pytest.fixture(params=["sqlite", "postgresql"])
async def client(state: Path, fake: FakeProvider, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A service on either database."""
    async with AsyncExitStack() as stack:
        more = {}
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            more["database_url"] = await stack.enter_async_context(database_with_tables(server))
        yield await stack.enter_async_context(service(state, **using(fake), **more))


async def row_of(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the prompt as agents see it in the list."""
    [row] = [each for each in (await client.get(PROMPTS)).json()["data"] if each["key"] == KEY]
    return dict(row)


async def test_deleted_prompt_is_gone_and_can_be_made_again(client: httpx.AsyncClient) -> None:
    """Nothing can be done with it but reading its history; made again it goes on where it was, and is no other one."""
    await save(client, KEY, prompt("One."))
    await act(client, KEY, "publish")
    row = await row_of(client)
    assert (await client.delete(f"{PROMPTS}/{KEY}")).status_code == 200
    for method, path, body in AFTERWARDS:
        answer = await client.request(method, f"{PROMPTS}/{KEY}{path}", json=body or None)
        assert refused(answer, 404) == "not_found", (method, path, body)
    assert (await client.get(f"{PROMPTS}/{KEY}/versions/1")).json()["data"]["source"] == prompt("One.")
    late = await save(client, KEY, prompt("Late."), based_on='"2"')
    assert refused(late, 412) == "stale_edit"
    assert "Agent 1 deleted this prompt" in late.json()["message"]
    again = await save(client, KEY, prompt("Two.", title="Calmer"))
    assert again.status_code == 200, again.text
    found = again.json()["data"]
    assert (found["draft"], found["published"], found["enabled"], found["revision"]) == (2, 0, True, 4)
    assert "Calmer" not in await listed(client)
    assert refused(await save(client, KEY, prompt("Three.")), 428) == "precondition_required"
    assert (await act(client, KEY, "publish")).status_code == 200
    assert (await click(client, "Hi", prompt_key=KEY)).status_code == 200
    now = await row_of(client)
    assert (now["id"], now["created_at"], now["title"]) == (row["id"], row["created_at"], "Calmer")
    assert now["updated_at"] > row["updated_at"]
    assert [each["number"] for each in (await client.get(f"{PROMPTS}/{KEY}/versions")).json()["data"]] == [2, 1]


async def test_again_and_again(client: httpx.AsyncClient) -> None:
    """A draft, a switched-off prompt and a shared part come and go, too; `If-None-Match: *` may be said."""
    for round_ in range(1, 4):
        assert (await save(client, KEY, prompt(f"{round_}."), based_on="new")).status_code == 200
        if round_ > 1:
            await act(client, KEY, "publish")
            await act(client, KEY, "disable")
        assert (await shown(client, KEY))["draft"] == round_
        assert (await client.delete(f"{PROMPTS}/{KEY}")).status_code == 200
    for _ in range(2):
        assert (await save(client, "_ours", "Be kind.")).status_code == 200
        assert (await act(client, "_ours", "publish")).status_code == 200
        assert (await client.delete(f"{PROMPTS}/_ours")).status_code == 200
        assert refused(await act(client, "_ours", "publish"), 404) == "not_found"


async def test_of_many_who_make_it_again_one_wins(client: httpx.AsyncClient) -> None:
    """Everyone else is told, and no version is lost."""
    await save(client, KEY, prompt("One."))
    await client.delete(f"{PROMPTS}/{KEY}")
    answers = await asyncio.gather(*(save(client, KEY, prompt(f"{number}.")) for number in range(10)))
    assert [each.status_code for each in answers].count(200) == 1, [each.status_code for each in answers]
    assert len((await client.get(f"{PROMPTS}/{KEY}/versions")).json()["data"]) == 2


async def test_deleted_while_its_tests_run(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Who publishes is told that it is gone, and it stays gone; the audit log has no publication."""
    asked, gone = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(_body: dict[str, Any]) -> str:
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(gone.wait(), loop).result(20)
        return "All is well."

    fake.reply(answer)
    tests = 'tests:\n  - {content: "Wait", assert: [{type: contains, value: well}]}\n'
    await save(client, KEY, prompt(more=tests))
    publishing = asyncio.create_task(act(client, KEY, "publish"))
    await asked.wait()
    assert (await client.delete(f"{PROMPTS}/{KEY}")).status_code == 200
    gone.set()
    assert refused(await publishing, 404) == "not_found"
    assert refused(await click(client, "Hi", prompt_key=KEY), 404) == "unknown_prompt"
    rows = (await client.get("/api/v1/ai/audit")).json()["data"]["results"]
    assert [row["action"] for row in rows][:2] == ["prompt.deleted", "prompt.saved"]


@pytest.mark.parametrize("what", ["publish", "roll_back", "switch", "delete", "save"])
async def test_race_with_a_deletion(state: Path, what: str) -> None:
    """Whoever comes second to a deletion hears of it, at whatever moment it happens, and nothing comes back."""
    async with engine(state) as made:
        await made.publish(KEY, prompt("One."))
        drafts, publishing = made.drafts, made.publishing
        doing: dict[str, Callable[[], Awaitable[object]]] = {
            "publish": lambda: publishing.publish(KEY, actor=AUTHOR, number=None, forced=None, based_on=None),
            "roll_back": lambda: publishing.roll_back(KEY, 1, actor=AUTHOR, based_on=None),
            "switch": lambda: publishing.switch(KEY, enabled=False, actor=AUTHOR, based_on=None),
            "delete": lambda: publishing.delete(KEY, actor=AUTHOR, based_on=None),
            "save": lambda: drafts.save(KEY, prompt("Two."), "", actor=AUTHOR, based_on=2),
        }
        first, second = await asyncio.gather(
            publishing.delete(KEY, actor=AUTHOR, based_on=None), doing[what](), return_exceptions=True
        )
        outcomes = [each for each in (first, second) if isinstance(each, AssistantError)]
        assert all(isinstance(each, (NotFoundError, StaleEditError)) for each in outcomes), outcomes
        if first is None and what != "save":
            with pytest.raises(NotFoundError):
                await drafts.state(KEY)
            assert KEY not in {each.key for each in made.live.prompts}


async def test_prompt_whose_file_comes_and_goes(state: Path, tmp_path: Path) -> None:
    """With its file gone a key is free again, whatever was done to the prompt; with it back its text is there."""
    folder = tmp_path / "mine"
    folder.mkdir()
    file = folder / f"{KEY}.j2"
    file.write_text(prompt(title="File"))
    async with engine(state, folder) as made:
        drafts, publishing = made.drafts, made.publishing
        await publishing.switch(KEY, enabled=False, actor=AUTHOR, based_on=None)
        file.unlink()
        await made.published.reload_files()
        with pytest.raises(NotFoundError):
            await drafts.state(KEY)
        await made.publish(KEY, prompt(title="Mine"))
        assert made.title(KEY) == "Mine"
        await publishing.delete(KEY, actor=AUTHOR, based_on=None)
        file.write_text(prompt(title="Back"))
        await made.published.reload_files()
        state_ = await drafts.state(KEY)
        assert (made.title(KEY), state_.draft, state_.published, state_.deleted) == ("Back", 0, 0, False)
        await publishing.switch(KEY, enabled=False, actor=AUTHOR, based_on=None)
        assert KEY not in {each.key for each in made.live.prompts}
