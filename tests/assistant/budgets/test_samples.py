"""Drafts that are kept with a prompt are sealed in the database, and are deleted one day, as verdicts are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from assistant.authoring.samples import PURPOSE, PromptSamples, Sample
from assistant.commands.key_rotation import rotate_keys
from assistant.database.database import Database
from assistant.database.secret_keys import SecretKeys
from assistant.database.tables import PromptSampleRow, VerdictRow
from assistant.errors import NotFoundError, SettingsError
from assistant.settings import Settings
from assistant.usage.retention import Retention
from assistant.usage.verdicts import Answered, Verdicts
from tests.assistant.completion.asking import until
from tests.assistant.harness import SECRET_KEY, error, service, settings_for
from tests.assistant.usage.fixtures import Clock
from tests.assistant.usage.usage_rows import NOON

OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
KEY = "reply_friendly"
TEXTS: list[tuple[str, str, dict[str, Any]]] = [
    ("Anna's refund", "Dear Anna Beispiel, your refund of 19,99 € was paid.", {}),
    ("Ä ö ü 日本語", "<p>Sehr geehrte Frau Müßig,</p>" * 700, {"language": "Deutsch, Beispiel"}),
    ("x", "{{ not a template }} \\ \" '", {"note": "Beispielstrasse 7", "more": {"list": [1, 2.5, None, True]}}),
    ("long " + "n" * 190, "y" * 65536, {}),
    ("emoji 😀", "😀" * 100, {"language": "😀"}),
]


def box_of(samples: Database, *keys: str) -> PromptSamples:
    """Return the samples of a database as a service with these secret keys has them."""
    return PromptSamples(samples, SecretKeys(keys or (SECRET_KEY,)).box(PURPOSE))


async def save(samples: PromptSamples) -> list[Sample]:
    """Keep all the texts."""
    return [await samples.add(KEY, *each, author_id=7) for each in TEXTS]


async def save_plainly(database: Database) -> None:
    """Keep all the texts as an earlier version did."""
    async with database.writing() as session:
        for name, content, variables in TEXTS:
            kept = json.dumps(variables, ensure_ascii=False)
            session.add(
                PromptSampleRow(prompt_key=KEY, name=name, content=content, variables=kept, author_id=7, at=NOON)
            )


async def said(samples: PromptSamples) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the samples say."""
    return [(each.name, each.content, each.variables) for each in await samples.of(KEY)]


async def stored(database: Database) -> str:
    """Return everything that the database has of samples."""
    async with database.reading() as session:
        return str([tuple(row) for row in await session.execute(text("SELECT * FROM assistant_prompt_sample"))])


def assert_hidden(where: str | bytes) -> None:
    """See that nothing of the texts stands somewhere."""
    for word in ("Beispiel", "Müßig", "not a template", "yyyyyyyy", "nnnnnnnn", "refund", "Deutsch"):
        assert (word.encode() if isinstance(where, bytes) else word) not in where, word  # type: ignore[operator] # of one kind


async def test_what_a_sample_says_is_sealed(database: Database) -> None:
    """Name, draft and variables come back as they were, and stand nowhere in the database."""
    samples = box_of(database)
    kept = await save(samples)
    assert await said(samples) == TEXTS
    assert [await samples.get(KEY, each.id) for each in kept] == kept
    assert_hidden(await stored(database))


async def test_samples_of_an_earlier_version_are_read_and_sealed(database: Database) -> None:
    """At the start, once; until then they are read as they are."""
    await save_plainly(database)
    samples = box_of(database)
    assert await said(samples) == TEXTS
    assert await samples.seal_plain() == len(TEXTS)
    assert await said(samples) == TEXTS
    assert_hidden(await stored(database))
    assert await samples.seal_plain() == 0


async def test_nothing_is_left_in_the_file(state: Path) -> None:
    """Neither of what a start has sealed nor of what was deleted."""
    async with service(state):
        pass
    database = Database(f"sqlite+aiosqlite:///{state}/assistant.db")
    await save_plainly(database)
    await database.aclose()
    assert b"Beispiel" in files(state)
    async with service(state) as client:
        path = f"/api/v1/ai/prompts/{KEY}/samples"
        listed = (await client.get(path)).json()["data"]
        assert [(each["name"], each["content"], each["variables"]) for each in listed] == TEXTS
        assert_hidden(files(state))
        await client.delete(f"{path}/{listed[0]['id']}")
    assert_hidden(files(state))


def files(state: Path) -> bytes:
    """Return what the database's files hold."""
    return b"".join(path.read_bytes() for path in state.glob("assistant.db*"))


async def test_sample_that_no_key_opens_is_left_out(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are listed; reading that one says that it is gone, deleting it works, and the log names it."""
    [lost, *_] = await save(box_of(database, OTHER_KEY))
    samples = box_of(database)
    mine = await samples.add(KEY, "mine", "Hello.", {}, author_id=7)
    damaged = await samples.add(KEY, "damaged", "Hello.", {}, author_id=7)
    async with database.writing() as session:
        await session.execute(
            update(PromptSampleRow).where(PromptSampleRow.id == damaged.id).values(sealed=b"\x00damaged")
        )
    assert await samples.of(KEY) == [mine]
    for each in (lost, damaged):
        with pytest.raises(NotFoundError, match="can no longer be read"):
            await samples.get(KEY, each.id)
        await samples.remove(KEY, each.id)
    assert_hidden(capsys.readouterr().out)


async def test_lost_samples_are_no_fault_of_the_operations(state: Path) -> None:
    """The list is there, and a trial with such a sample is refused with a sentence."""
    async with service(state, secret_key=(OTHER_KEY,)) as client:
        body = {"name": "lost", "content": "Hello."}
        kept = await client.post(f"/api/v1/ai/prompts/{KEY}/samples", json=body)
    async with service(state) as client:
        assert (await client.get(f"/api/v1/ai/prompts/{KEY}/samples")).json()["data"] == []
        answer = await client.post(f"/api/v1/ai/prompts/{KEY}/test", json={"sample": kept.json()["data"]["id"]})
        assert error(answer) == (404, "NotFoundException", "not_found")


async def rotated(database: Database, state: Path, *keys: str) -> tuple[int, int]:
    """Rotate with these keys; return how many values there are, and how many were rewritten."""
    settings: Settings = settings_for(state, secret_key=keys)
    done = await rotate_keys(database, settings)
    return done.values, done.rewritten


async def test_rotation_seals_samples_anew(database: Database, state: Path) -> None:
    """Those of an older key and of an earlier version; then the first key alone is enough."""
    await save(box_of(database))
    await save_plainly(database)
    assert await rotated(database, state, OTHER_KEY, SECRET_KEY) == (10, 10)
    assert await rotated(database, state, OTHER_KEY, SECRET_KEY) == (10, 0)
    assert await said(box_of(database, OTHER_KEY)) == TEXTS + TEXTS
    assert await said(box_of(database, SECRET_KEY)) == []
    assert_hidden(await stored(database))


async def test_rotation_stops_before_a_sample_is_lost(database: Database, state: Path) -> None:
    """Nothing is rewritten while one can't be opened, and the operator reads which one it is."""
    [lost, *_] = await save(box_of(database, OTHER_KEY))
    await box_of(database).add(KEY, "mine", "Hello.", {}, author_id=7)
    before = await stored(database)
    with pytest.raises(SettingsError, match=f"the sample {lost.id} of the prompt {KEY}"):
        await rotated(database, state, SECRET_KEY)
    assert await stored(database) == before


@pytest.fixture
async def aged(database: Database) -> Database:
    """A database with samples and verdicts of some ages, in days."""
    samples, verdicts = box_of(database), Verdicts(database)
    for number, days in enumerate((0, 1, 2, 3, 30, 400)):
        kept = await samples.add(KEY, f"{days} days", "Hello.", {}, author_id=7)
        answered = Answered(prompt_key=KEY, prompt_version="v1")
        await verdicts.give(f"r{number}", 7, answered, "kept", None)
        moment = NOON - timedelta(days=days)
        async with database.writing() as session:
            await session.execute(update(PromptSampleRow).where(PromptSampleRow.id == kept.id).values(at=moment))
            day = {"at": moment, "day": moment.date().isoformat()}
            await session.execute(update(VerdictRow).where(VerdictRow.request_id == f"r{number}").values(**day))
    return database


@pytest.mark.parametrize(("days", "left"), [(0, 6), (1, 2), (2, 3), (29, 4), (30, 5), (399, 5), (400, 6)])
async def test_only_what_is_too_old_is_deleted(aged: Database, clock: Clock, days: int, left: int) -> None:
    """Samples and verdicts go as usage does; with 0 days nothing ever goes."""
    for rows, what in ((box_of(aged), "sample drafts"), (Verdicts(aged), "feedback")):
        retention = Retention(rows, days, what=what, clock=clock, step=2)
        if days:
            assert await retention.sweep() == 6 - left
        async with retention.running():
            pass
    async with aged.reading() as session:
        assert len(list(await session.scalars(select(PromptSampleRow.id)))) == left
        assert len(list(await session.scalars(select(VerdictRow.request_id)))) == left


async def test_service_deletes_what_is_too_old(state: Path) -> None:
    """Each by its own setting."""
    long_ago = datetime.now(UTC) - timedelta(days=50)
    async with service(state):
        pass
    for settings, left in (({"sample_days": 60}, 1), ({"sample_days": 40}, 0)):
        database = Database(f"sqlite+aiosqlite:///{state}/assistant.db")
        async with database.writing() as session:
            found = await session.scalars(select(PromptSampleRow))
            if not list(found):
                session.add(
                    PromptSampleRow(
                        prompt_key=KEY, name="old", content="x", variables="{}", author_id=7, at=long_ago, sealed=None
                    )
                )
        async with service(state, **settings) as client:
            path = f"/api/v1/ai/prompts/{KEY}/samples"

            async def swept(path: str = path, client: httpx.AsyncClient = client, left: int = left) -> bool:
                return len((await client.get(path)).json()["data"]) == left

            await until(swept)
        await database.aclose()
