"""The authors' list of all prompts, and newer files below their edits."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant.authoring.editing import PROMPTS, act, prompt, refused, save, shown
from tests.assistant.completion.asking import click, until, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider

LIST = "/api/v1/ai/authoring/prompts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one prompt of an operator's."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "reply_ours.j2").write_text(prompt("Be ours.", title="Our Reply"))
    return folder


@pytest.fixture
async def client(state: Path, fake: FakeProvider, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service with that folder."""
    async with service(state, prompts_dir=folder, **using(fake)) as client:
        yield client


async def listed(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Return the authors' list by key."""
    answer = await client.get(LIST)
    assert answer.status_code == 200, answer.text
    return {each["key"]: each for each in answer.json()["data"]}


async def test_each_prompt_has_its_state(client: httpx.AsyncClient) -> None:
    """Shipped, edited, made here, not yet published, switched off: an author sees it at a glance."""
    for key in ("reply_concise", "reply_calm", "reply_new"):
        await save(client, key, prompt(title=f"Title of {key}"), "first")
    for key in ("reply_concise", "reply_calm"):
        await act(client, key, "publish")
    await save(client, "reply_calm", prompt(title="Other"), "second", based_on='"2"')
    await act(client, "improve", "disable")
    found = await listed(client)
    states = {
        key: found[key]["state"] for key in ("reply_friendly", "reply_concise", "reply_calm", "reply_new", "improve")
    }
    assert list(states.values()) == ["shipped", "edited", "new", "draft", "disabled"]
    assert (found["reply_concise"]["published"], found["reply_concise"]["draft"]) == (1, None)
    draft = found["reply_calm"]["draft"]
    assert (draft["number"], draft["by"], draft["message"], draft["works"]) == (2, 1, "second", True)
    assert (found["reply_calm"]["title"], found["reply_new"]["title"]) == ("Title of reply_calm", "Title of reply_new")
    assert found["improve"]["title"]
    assert (found["_rewrite"]["part"], found["_rewrite"]["title"]) == (True, "")
    assert (found["reply_friendly"]["changed_by"], found["improve"]["changed_by"]) == (None, 1)
    titles = [each["title"].casefold() for each in found.values()]
    assert titles == sorted(titles)


async def test_deleted_prompt_is_not_listed(client: httpx.AsyncClient) -> None:
    """It is gone, and its file's text is back where there is one."""
    await save(client, "reply_gone", prompt())
    assert (await client.delete(f"{PROMPTS}/reply_gone")).status_code == 200
    assert "reply_gone" not in await listed(client)


async def test_draft_that_stopped_working(client: httpx.AsyncClient) -> None:
    """A part that went takes the drafts along that were made with it."""
    await save(client, "_ours", "Be kind.\n")
    await act(client, "_ours", "publish")
    await save(client, "reply_kind", prompt('{% include "_ours.j2" %}'))
    assert (await listed(client))["reply_kind"]["draft"]["works"] is True
    assert (await client.delete(f"{PROMPTS}/_ours")).status_code == 200
    assert (await listed(client))["reply_kind"]["draft"]["works"] is False


async def test_use_and_kept_rate(client: httpx.AsyncClient) -> None:
    """How often a prompt was used, and what agents made of it."""
    await save(client, "reply_calm", prompt("One."))
    await act(client, "reply_calm", "publish")
    answers = [await click(client, "Hi", prompt_key="reply_calm") for _ in range(3)]
    for answer, verdict in zip(answers, ("kept", "undone", "undone"), strict=True):
        body = {"request_id": answer.headers["x-request-id"], "verdict": verdict}
        assert (await client.post("/api/v1/ai/feedback", json=body)).status_code == 200
    use = (await listed(client))["reply_calm"]["use"]
    assert (use["uses"], use["errors"], use["kept"], use["undone"]) == (3, 0, 1, 2)
    assert use["kept_rate"] == pytest.approx(1 / 3, abs=0.001)
    await save(client, "reply_calm", prompt("Two."), based_on='"2"')
    await act(client, "reply_calm", "publish")
    await click(client, "Hi", prompt_key="reply_calm")
    new, old = (await client.get(f"{PROMPTS}/reply_calm/results")).json()["data"]
    assert (new["number"], new["uses"], new["kept_rate"]) == (2, 1, None)
    assert (old["number"], old["uses"], old["undone"], old["first"] <= old["last"]) == (1, 3, 2, True)
    assert refused(await client.get(f"{PROMPTS}/no_such/results"), 404) == "not_found"


async def test_file_that_is_newer_than_an_edit(client: httpx.AsyncClient, folder: Path) -> None:
    """An author is told until they look at it: take it, or keep their own."""
    await save(client, "reply_ours", prompt("Be mine.", title="Our Reply"))
    await act(client, "reply_ours", "publish")
    assert not (await listed(client))["reply_ours"]["file_newer"]
    (folder / "reply_ours.j2").write_text(prompt("Be all of ours.", title="Our Reply"))

    async def is_newer() -> bool:
        return bool((await listed(client))["reply_ours"]["file_newer"])

    await until(is_newer)
    assert (await shown(client, "reply_ours"))["file_newer"]
    changed = (await client.get(f"{PROMPTS}/reply_ours/diff?from=base&to=file")).json()["data"]["unified"]
    assert "-{% block instruction %}Be ours." in changed
    assert "+{% block instruction %}Be all of ours." in changed
    await save(client, "reply_ours", prompt("Be mine alone.", title="Our Reply"), based_on='"2"')
    assert (await shown(client, "reply_ours"))["file_newer"], "the edit was made without a look at it"
    body = {"source": prompt("Be mine alone!", title="Our Reply"), "file_seen": True}
    assert (await client.put(f"{PROMPTS}/reply_ours", json=body, headers={"If-Match": '"3"'})).status_code == 200
    assert not (await shown(client, "reply_ours"))["file_newer"]
    assert not await is_newer()


async def test_sides_of_a_comparison(client: httpx.AsyncClient, folder: Path) -> None:
    """The shipped text is known below an operator's file, too; what is not there is a clear error."""
    (folder / "reply_friendly.j2").write_text(prompt("Be ours.", title="Our Reply"))

    async def taken() -> bool:
        return "Be ours" in str((await shown(client, "reply_friendly"))["source"])

    await until(taken)
    answer = await client.get(f"{PROMPTS}/reply_friendly/diff?from=shipped&to=file")
    assert "+title: Our Reply" in answer.json()["data"]["unified"]
    for query in ("from=base", "from=7"):
        assert refused(await client.get(f"{PROMPTS}/reply_friendly/diff?{query}"), 404) == "not_found"
    assert refused(await client.get(f"{PROMPTS}/reply_ours/diff?from=shipped"), 404) == "not_found"
    for query in ("from=-1", "to=newest", "from=1&from=2"):
        assert refused(await client.get(f"{PROMPTS}/reply_friendly/diff?{query}"), 400) == "invalid_request"
