"""Drafts, published versions, and the way back: over HTTP alone."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.assistant.authoring.editing import PROMPTS, act, details, listed, prompt, refused, save, shown
from tests.assistant.completion.asking import asked, click
from tests.assistant.databases import database_with_tables
from tests.assistant.harness import own_loop, service
from tests.fakes import FakeProvider
from tests.servers.postgres import PostgresServer


def system_of(fake: FakeProvider) -> str:
    """Return the system message that the provider got last."""
    return str(asked(fake)[-1].json["messages"][0]["content"])


async def test_draft_is_not_in_force_until_it_is_published(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """An edit is saved, shown and numbered; agents get it once it is published, and not before."""
    saved = await save(client, "reply_calm", prompt("Say it calmly."), "a first try")
    assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
    assert "Calm Reply" not in await listed(client)
    assert refused(await click(client, "Hi", prompt_key="reply_calm"), 404) == "unknown_prompt"
    published = await act(client, "reply_calm", "publish")
    assert published.json()["data"]["published"] == 1
    assert "Calm Reply" in await listed(client)
    assert (await click(client, "Hi", prompt_key="reply_calm")).json()["data"] == "All is well."
    assert "Say it calmly." in system_of(fake)
    [row] = [each for each in (await client.get(PROMPTS)).json()["data"] if each["key"] == "reply_calm"]
    assert row["id"] > 0


async def test_answers_of_before_are_not_given_after_a_publication(client: httpx.AsyncClient) -> None:
    """A new wording is asked for anew, and the old one's answers are there again after a rollback."""

    async def outcome() -> str:
        return (await click(client, "Hi", prompt_key="reply_calm")).headers["x-assistant-cache"]

    await save(client, "reply_calm", prompt("One."))
    await act(client, "reply_calm", "publish")
    assert [await outcome(), await outcome()] == ["miss", "hit"]
    await save(client, "reply_calm", prompt("Two."), based_on='"2"')
    assert await outcome() == "hit"
    await act(client, "reply_calm", "publish")
    assert await outcome() == "miss"
    await act(client, "reply_calm", "rollback", version=1)
    assert await outcome() == "hit"


async def test_shipped_prompt_is_changed_and_goes_back_to_its_file(
    client: httpx.AsyncClient, fake: FakeProvider
) -> None:
    """The file is version 0: its differences are shown, and one call brings it back."""
    before = await shown(client, "reply_friendly")
    assert (before["draft"], before["published"], before["has_file"], before["revision"]) == (0, 0, True, 0)
    changed = before["source"].replace("Make the draft friendly", "Make the draft very friendly")
    await save(client, "reply_friendly", changed, "warmer")
    await act(client, "reply_friendly", "publish", force=True, reason="the fake provider passes no test")
    await click(client, "Hi")
    assert "very friendly" in system_of(fake)
    difference = (await client.get(f"{PROMPTS}/reply_friendly/diff?from=0&to=1")).json()["data"]
    assert "+Make the draft very friendly" in difference["unified"]
    assert [each["text"] for each in difference["words"] if each["op"] != "equal"] == ["very "]
    back = (await act(client, "reply_friendly", "rollback", version=0)).json()["data"]
    assert (back["published"], back["source"]) == (0, before["source"])
    await click(client, "Hello")
    assert "very friendly" not in system_of(fake)
    versions = (await client.get(f"{PROMPTS}/reply_friendly/versions")).json()["data"]
    assert [(each["number"], each["message"]) for each in versions] == [(1, "warmer")]
    assert (await client.get(f"{PROMPTS}/reply_friendly/versions/1")).json()["data"]["source"] == changed
    assert (await client.get(f"{PROMPTS}/reply_friendly/versions/0")).json()["data"]["source"] == before["source"]


async def test_broken_source_is_refused_with_its_places(client: httpx.AsyncClient) -> None:
    """What is wrong is told line by line, nothing is saved, and what was in force stays."""
    await save(client, "reply_calm", prompt())
    await act(client, "reply_calm", "publish")
    answer = await save(client, "reply_calm", prompt("{{ tone }}", more="gaurds: [links]\n"), based_on='"2"')
    [problem] = details(answer, 400, "broken_prompt")
    assert (problem["line"], "gaurds" in problem["reason"]) == (4, True)
    answer = await save(client, "reply_calm", prompt("{{ tone }} {% import 'x' as y %}"), based_on='"2"')
    assert {each["line"] for each in details(answer, 400, "broken_prompt")} == {6}
    found = await shown(client, "reply_calm")
    assert (found["draft"], found["revision"], found["problems"]) == (1, 2, [])


async def test_edit_says_what_it_is_based_on(client: httpx.AsyncClient) -> None:
    """No edit is lost unseen: without If-Match it is refused, with an old one it is told who was quicker."""
    await save(client, "reply_calm", prompt("One."))
    assert refused(await save(client, "reply_calm", prompt("Two.")), 428) == "precondition_required"
    assert (await save(client, "reply_calm", prompt("Two."), based_on='"1"')).status_code == 200
    late = await save(client, "reply_calm", prompt("Three."), based_on='"1"')
    assert refused(late, 412) == "stale_edit"
    assert "Agent 1 changed this prompt" in late.json()["message"]
    assert (await save(client, "reply_calm", prompt("Three."), based_on='"x"')).status_code == 400
    assert (await save(client, "reply_calm", prompt(), based_on="new")).status_code == 412
    late = await client.post(f"{PROMPTS}/reply_calm/publish", headers={"If-Match": '"1"'})
    assert late.status_code == 412


async def test_switched_off_prompt_is_neither_listed_nor_used(client: httpx.AsyncClient) -> None:
    """It says so to whoever has it in an old tab, by its alias too, until it is on again."""
    await act(client, "reply_friendly", "disable")
    assert "Friendly Reply" not in await listed(client)
    for key in ("reply_friendly", "make_friendly"):
        assert refused(await click(client, "Hi", prompt_key=key), 404) == "prompt_disabled"
    await act(client, "reply_friendly", "enable")
    assert "Friendly Reply" in await listed(client)
    assert (await click(client, "Hi")).status_code == 200


async def test_deleted_prompt_stays_in_the_history(client: httpx.AsyncClient) -> None:
    """What was made here can go, and come back with its numbers going on; a file can't."""
    await save(client, "reply_calm", prompt("One."))
    await act(client, "reply_calm", "publish")
    assert (await client.delete(f"{PROMPTS}/reply_calm")).status_code == 200
    assert (await client.get(f"{PROMPTS}/reply_calm")).status_code == 404
    assert "Calm Reply" not in await listed(client)
    assert len((await client.get(f"{PROMPTS}/reply_calm/versions")).json()["data"]) == 1
    again = await save(client, "reply_calm", prompt("Two."), based_on='"3"')
    assert again.json()["data"]["draft"] == 2
    assert refused(await client.delete(f"{PROMPTS}/reply_friendly"), 409) == "in_use"


async def test_style_reaches_every_shipped_prompt(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A workspace's style is one shared part: published once, each prompt has it; a broken one changes nothing."""
    saved = await save(client, "_style", "Never say unfortunately.")
    assert saved.status_code == 200, saved.text
    assert (await act(client, "_style", "publish")).status_code == 200
    for key in ("reply_friendly", "simplify", "fix_grammar"):
        await click(client, f"Hi, {key}", prompt_key=key)
        assert "Never say unfortunately." in system_of(fake), key
    assert details(await save(client, "_style", "{{ content }}", based_on='"2"'), 400, "broken_prompt")
    await act(client, "_style", "rollback", version=0)
    await click(client, "Hi again")
    assert "unfortunately" not in system_of(fake)


@pytest.mark.parametrize("key", ["Reply", "9lives", "a-b", "__x", "a" * 70])
@own_loop
async def test_key_that_can_not_be(shared_client: httpx.AsyncClient, key: str) -> None:
    """A key is what a file's name may be."""
    assert refused(await save(shared_client, key, prompt()), 400) == "invalid_request"


async def test_unknown_prompts_and_versions(client: httpx.AsyncClient) -> None:
    """Each is a clear 404."""
    await save(client, "reply_calm", prompt())
    paths = ["no_such", "no_such/versions", "no_such/diff", "reply_calm/versions/9", "reply_calm/diff?from=0"]
    for path in paths:
        assert refused(await client.get(f"{PROMPTS}/{path}"), 404) == "not_found", path
    assert refused(await act(client, "reply_calm", "rollback", version=7), 404) == "not_found"
    assert refused(await client.get(f"{PROMPTS}/reply_calm/diff?from=x"), 400) == "invalid_request"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_of_100_saves_at_once_one_wins(state: Path, postgres: PostgresServer, kind: str) -> None:
    """One is saved, 99 are told, and no version is lost or there twice; again for the next edit."""
    async with database_with_tables(postgres) as url:
        more = {"database_url": url} if kind == "postgresql" else {}
        async with service(state, **more) as one, service(state, **more) as other:
            for round_, based_on in ((1, "new"), (2, '"1"')):
                answers = await asyncio.gather(
                    *(
                        save(client, "reply_calm", prompt(f"Number {number}."), based_on=based_on)
                        for number in range(50)
                        for client in (one, other)
                    )
                )
                assert sorted(each.status_code for each in answers) == [200] + 99 * [412]
                [won] = [each.json()["data"]["source"] for each in answers if each.status_code == 200]
                versions = (await one.get(f"{PROMPTS}/reply_calm/versions")).json()["data"]
                assert [each["number"] for each in versions] == list(range(round_, 0, -1))
                assert (await shown(other, "reply_calm"))["source"] == won


async def test_only_who_manages_ai_may_edit(client: httpx.AsyncClient) -> None:
    """No one who is not signed in gets to see or change anything."""
    headers = {"Authorization": "token nobody:nothing"}
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/versions"), ("POST", "/publish")):
        answer = await client.request(method, f"{PROMPTS}/reply_friendly{path}", headers=headers)
        assert answer.status_code == 401
