"""Masking settings that can't be read: no text leaves until an administrator has saved them anew."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from sqlalchemy import update

from assistant.database.database import Database
from assistant.database.tables import DocumentRow
from assistant.text.masking import custom
from tests.assistant.completion.asking import asked, click, click_streamed, echo, until, using
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider

MASKING = "/api/v1/ai/masking"
DRAFT = "We wrote to amara@shop.example today."
UNREADABLE = {
    "damaged": '{"private": ["em',
    "a member of a later version": '{"patterns": [], "private": ["email"], "names": true}',
    "a kind of a later version": '{"patterns": [], "private": ["email", "name"]}',
}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


async def spoil(state: Path, content: str) -> None:
    """Put into the database what this version can't read."""
    url = f"sqlite+aiosqlite:///{state}/assistant.db"
    async with aclosing(Database(url)) as database, database.writing() as session:
        await session.execute(update(DocumentRow).values(content=content, revision=DocumentRow.revision + 1))


async def save(state: Path) -> None:
    """Run a service once and save masking settings."""
    async with service(state) as client:
        assert (await client.put(MASKING, json={"private": ["email"]})).status_code == 200


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=list(UNREADABLE))
async def test_nothing_leaves_after_a_start(
    state: Path, fake: FakeProvider, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with them, agents and administrators are told what to do, and then all is well."""
    await save(state)
    await spoil(state, content)
    async with service(state, **using(fake)) as client:
        assert "can't be read" in capsys.readouterr().out
        for answer in (await click(client, DRAFT), await click_streamed(client, DRAFT), await client.get(MASKING)):
            status, _, code = error(answer)
            assert (status, code) == (503, "masking_unknown")
            assert "save the masking settings again" in answer.json()["message"]
        assert not asked(fake)
        assert (await client.put(MASKING, json={"private": ["email"]})).status_code == 200
        assert (await click(client, DRAFT)).json()["data"] == DRAFT
    assert not any(b"amara@" in each.body for each in asked(fake))


async def test_nothing_leaves_while_the_service_runs(state: Path, fake: FakeProvider) -> None:
    """A replica of another version saves what this one can't read: the earlier settings are no substitute."""
    async with service(state, **using(fake)) as client:
        assert (await client.put(MASKING, json={})).status_code == 200
        assert (await click(client, DRAFT)).status_code == 200
        await spoil(state, UNREADABLE["a kind of a later version"])

        async def refused() -> bool:
            return (await click(client, "Hello again.")).status_code == 503

        await until(refused)


EARLIER = (
    '{"patterns": [{"name": "fine", "pattern": "KD-[0-9]+"}, {"name": "ahead", "pattern": "(?=a)amara"}, '
    '{"name": "twice", "pattern": "([a-z][a-z])\\\\1"}], "private": ["ahead"]}'
)
"""What an earlier version took for patterns that can be used."""


async def test_pattern_of_an_earlier_version_is_named(
    state: Path, fake: FakeProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing leaves until it is changed: what it would hide is not known. Its text is in no log."""
    await save(state)
    await spoil(state, EARLIER)
    async with service(state, **using(fake)) as client:
        said = capsys.readouterr().out
        assert "ahead, twice" in said
        assert "amara" not in said
        for answer in (await click(client, DRAFT), await click_streamed(client, DRAFT)):
            status, _, code = error(answer)
            assert (status, code) == (503, "masking_unknown")
            assert "'ahead', 'twice'" in answer.json()["message"]
        shown = (await client.get(MASKING)).json()["data"]
        assert [(each["field"], each["name"]) for each in shown["problems"]] == [
            ("patterns[1].pattern", "ahead"),
            ("patterns[2].pattern", "twice"),
        ]
        assert "look-aheads" in shown["problems"][0]["reason"]
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["data"]["masking"]) == (200, "has patterns that can't be used")
        assert not asked(fake)
        kept = {"patterns": [{**shown["patterns"][1], "pattern": "amara"}, shown["patterns"][0]], "private": ["ahead"]}
        assert (await client.put(MASKING, json=kept)).json()["data"] == kept
        assert (await client.get(MASKING)).json()["data"] == kept
        assert "masking" not in (await client.get("/health/ready")).json()["data"]
        assert (await click(client, DRAFT)).json()["data"] == DRAFT
    assert not any(b"amara" in each.body for each in asked(fake))


async def test_pattern_of_an_earlier_version_comes_while_the_service_runs(state: Path, fake: FakeProvider) -> None:
    """A replica of an earlier version saves it."""
    async with service(state, **using(fake)) as client:
        assert (await client.put(MASKING, json={})).status_code == 200
        assert (await click(client, DRAFT)).status_code == 200
        await spoil(state, EARLIER)

        async def refused() -> bool:
            return "'ahead'" in (await click(client, "Hello again.")).json().get("message", "")

        await until(refused)


async def test_pattern_that_takes_too_long_keeps_the_text_here(
    state: Path, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent is told which pattern it was."""
    monkeypatch.setattr(custom, "MOST_SECONDS", -1.0)
    async with service(state, **using(fake)) as client:
        assert (
            await client.put(MASKING, json={"patterns": [{"name": "own", "pattern": "KD-[0-9]{3}"}]})
        ).status_code == 200
        for answer in (await click(client, DRAFT), await click_streamed(client, DRAFT)):
            assert error(answer) == (413, "InputException", "too_large")
            assert "'own' takes too long" in answer.json()["message"]
    assert not asked(fake)


async def test_built_in_model_goes_on(state: Path, tmp_path: Path) -> None:
    """Nothing leaves the machine for it, so nothing has to be hidden: here only its own file is the trouble."""
    await save(state)
    await spoil(state, UNREADABLE["damaged"])
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model")
    async with service(state, local_model=broken) as client:
        _, _, code = error(await click(client, DRAFT))
        assert code != "masking_unknown"
