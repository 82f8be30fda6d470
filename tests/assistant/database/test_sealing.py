"""What is sealed is bound to its place: whoever can write to Redis or the database can't swap two values."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from sqlalchemy import select, text, update

from assistant.authoring.samples import PURPOSE as SAMPLES
from assistant.authoring.samples import PromptSamples
from assistant.commands.key_rotation import rotate_keys
from assistant.database.database import Database
from assistant.database.secret_keys import SealedValueError, SecretKeys
from assistant.database.tables import TABLES, PromptSampleRow, ProviderSettingRow
from assistant.errors import SettingsError
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage, place_of
from providers.registry import ProviderSetting
from tests.assistant.completion.answers import entry
from tests.assistant.completion.replica import KEY, LEASE, fly_after, landed, replica
from tests.assistant.completion.test_cache import FRESH, cache
from tests.assistant.harness import SECRET_KEY, settings_for
from tests.assistant.redis.redis_trouble import linked
from tests.servers.redis import RedisServer

OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
SETTING = ProviderSetting(
    provider="custom",
    api_key="sk-one",
    base_url="https://one.example/v1",
    model="m",
    api="chat",
    headers=(("x-gateway", "sk-gateway"),),
)
FALLBACK = ProviderSetting(
    provider="openai", api_key="sk-two", base_url="https://two.example/v1", model="m", api="chat"
)


@pytest.fixture
async def database(state: Path) -> AsyncIterator[Database]:
    """An empty database."""
    settings = settings_for(state)
    made = Database(settings.resolved_database_url)
    await made.upgrade(TABLES)
    yield made
    await made.aclose()


def settings_of(database: Database, *keys: str) -> SettingStorage:
    """Return the saved setting as a service with these secret keys has it."""
    return SettingStorage(database, SecretKeys(keys or (SECRET_KEY,)).box(PURPOSE))


def samples_of(database: Database) -> PromptSamples:
    """Return the samples as the service has them."""
    return PromptSamples(database, SecretKeys((SECRET_KEY,)).box(SAMPLES))


def as_before(purpose: str, value: bytes, key: str = SECRET_KEY) -> bytes:
    """Seal a value as earlier versions did: for its purpose, and for no place."""
    derived = SecretKeys((key,)).derive(purpose)
    return Fernet(base64.urlsafe_b64encode(derived)).encrypt(value)


async def test_answers_swapped_in_redis_are_misses(redis: RedisServer) -> None:
    """No one gets another agent's answer, or the one to another draft, from whoever writes to Redis."""
    async with linked(redis.url) as link:
        cache(link).put("mine", entry(), 60)
        cache(link).put("yours", entry("yours"), 60)
        mine, yours = await link.call("MGET", "assistant:completion:mine", "assistant:completion:yours")
        assert await cache(link).get("mine") == FRESH
        await link.call("MSET", "assistant:completion:mine", yours, "assistant:completion:yours", mine)
        await link.call("SET", "assistant:completion:other", mine)
        assert [await cache(link).get(name) for name in ("mine", "yours", "other")] == [None] * 3


async def test_answer_of_an_earlier_version_is_a_miss(redis: RedisServer) -> None:
    """It was bound to no place, so no one knows whose it is; cut short, or with a bit turned, it is one too."""
    async with linked(redis.url) as link:
        cache(link).put("k", entry(), 60)
        sealed: bytes = await link.call("GET", "assistant:completion:k")
        old = as_before("completions", b"anything")
        for value in (old, sealed[:-1], sealed[:5], sealed[:1], b"", sealed[:-1] + bytes([sealed[-1] ^ 1])):
            await link.call("SET", "assistant:completion:k", value)
            assert await cache(link).get("k") is None


async def test_answer_to_another_question_is_not_handed_over(redis: RedisServer) -> None:
    """A lease in Redis that is made to name another question's flight leads to no answer; the follower asks itself."""
    async with replica(redis.url, "secret", stores=False) as one, replica(redis.tcp_url, "two") as two:
        leading, following = await fly_after(one, two)
        token = await one.link.call("HGET", LEASE, "token")
        one.may_end.set()
        await asyncio.gather(leading, following)
        await landed(one)
        client = Redis.from_url(redis.url)
        assert await client.exists(f"assistant:flight-result:{token.decode()}")
        await client.hset("assistant:flight:another", "token", token)
        await client.pexpire("assistant:flight:another", 100)
        await client.aclose()
        two.may_end.set()
        found = await two.fly("another")
        assert (found.entry.text, found.cache) == ("two", "miss")
    assert KEY != "another"


@pytest.mark.parametrize(
    "moved",
    [
        {"base_url": "https://evil.example/v1"},
        {"base_url": ""},
        {"provider": "openai"},
    ],
    ids=str,
)
async def test_stored_key_goes_to_same_address(database: Database, moved: dict[str, str]) -> None:
    """Whoever can write to the database can't have the provider's key sent to an address of theirs."""
    await settings_of(database).save((SETTING, FALLBACK), based_on=0)
    async with database.writing(ProviderSettingRow) as session:
        await session.execute(update(ProviderSettingRow).values(**moved))
    loaded = await settings_of(database).load()
    assert loaded is not None
    assert (loaded.readable, loaded.settings[0].api_key) == (False, "")


async def test_sealed_columns_can_not_be_swapped(database: Database) -> None:
    """A fallback's keys in the place of the provider's own, and the other way round."""
    await settings_of(database).save((SETTING, FALLBACK), based_on=0)
    async with database.writing(ProviderSettingRow) as session:
        swapped = "sealed_api_key = sealed_fallbacks, sealed_fallbacks = sealed_api_key"
        await session.execute(text(f"UPDATE assistant_provider_setting SET {swapped}"))  # noqa: S608 - of this test
    loaded = await settings_of(database).load()
    assert loaded is not None
    assert not loaded.readable


async def test_samples_can_not_be_swapped(database: Database) -> None:
    """A draft moved to another prompt, or in another's place, opens no more."""
    samples = samples_of(database)
    first, second = [await samples.add("reply_friendly", name, name, {}, author_id=7) for name in ("one", "two")]
    async with database.writing(PromptSampleRow) as session:
        rows = {row.id: row for row in await session.scalars(select(PromptSampleRow))}
        rows[first.id].sealed, rows[second.id].sealed = rows[second.id].sealed, rows[first.id].sealed
    assert await samples.of("reply_friendly") == []


async def test_keys_of_an_earlier_version_open_and_are_bound_by_the_next_save(database: Database) -> None:
    """An upgrade asks for no key again; once the setting is saved, the key is bound."""
    await settings_of(database).save((SETTING, FALLBACK), based_on=0)
    await _unbind(database, SECRET_KEY)
    saved = await settings_of(database).load()
    assert saved is not None
    assert (saved.settings, saved.readable) == ((SETTING, FALLBACK), True)
    assert {each[:5] for each in await _sealed(database)} == {b"gAAAA"}
    await settings_of(database).save(saved.settings, based_on=saved.revision)
    assert {each[:1] for each in await _sealed(database)} == {b"\x01"}
    again = await settings_of(database).load()
    assert again is not None
    assert again.settings == (SETTING, FALLBACK)


@pytest.mark.parametrize("keys", [(SECRET_KEY,), (OTHER_KEY, SECRET_KEY)], ids=["same key", "new key"])
async def test_rotation_binds_what_an_earlier_version_sealed(
    database: Database, state: Path, keys: tuple[str, ...]
) -> None:
    """`assistant keys rotate` rewrites the old form, also where the key stays; the second time nothing is left."""
    await settings_of(database).save((SETTING, FALLBACK), based_on=0)
    sample = await samples_of(database).add("reply_friendly", "one", "text", {}, author_id=7)
    await _unbind(database, SECRET_KEY)
    settings = settings_for(state, secret_key=keys)
    done = [await rotate_keys(database, settings) for _ in range(2)]
    assert [(each.values, each.rewritten) for each in done] == [(4, 4), (4, 0)]
    assert {each[:1] for each in await _sealed(database)} == {b"\x01"}
    loaded = await settings_of(database, keys[0]).load()
    assert loaded is not None
    assert loaded.settings == (SETTING, FALLBACK)
    newest = PromptSamples(database, SecretKeys(keys[:1]).box(SAMPLES))
    assert (await newest.get("reply_friendly", sample.id)).content == "text"


async def test_moved_key_stops_a_rotation(database: Database, state: Path) -> None:
    """The rotation does not bind a key to the address that someone put into its row."""
    await settings_of(database).save((SETTING,), based_on=0)
    async with database.writing(ProviderSettingRow) as session:
        await session.execute(update(ProviderSettingRow).values(base_url="https://evil.example/v1"))
    with pytest.raises(SettingsError, match="for another provider or address"):
        await rotate_keys(database, settings_for(state, secret_key=(OTHER_KEY, SECRET_KEY)))


def test_places_are_told_apart() -> None:
    """Two parts are not one, and a number is no text: no two places are written the same way."""
    box = SecretKeys((SECRET_KEY,)).box("p")
    sealed = box.seal(b"value", "a", "b")
    assert box.open(sealed, "a", "b") == b"value"
    for place in (("ab",), ("a", "b", ""), ("b", "a"), ('a","b',), (), ("a",)):
        with pytest.raises(SealedValueError):
            box.open(sealed, *place)
    with pytest.raises(SealedValueError):
        box.open(box.seal(b"value", 1), "1")
    with pytest.raises(SealedValueError):
        box.open(as_before("p", b"value"), "a")
    assert box.seal(b"value", "a") != box.seal(b"value", "a")


async def _unbind(database: Database, key: str) -> None:
    """Seal what is stored as an earlier version did."""
    keys = SecretKeys((key,))
    async with database.writing(ProviderSettingRow) as session:
        row = await session.get(ProviderSettingRow, 1)
        assert row is not None
        box = keys.box(PURPOSE)
        for name in ("sealed_api_key", "sealed_fallbacks", "sealed_headers"):
            setattr(row, name, as_before(PURPOSE, box.open(getattr(row, name), *place_of(row, name)), key))
        for sample in await session.scalars(select(PromptSampleRow)):
            assert sample.sealed is not None
            opened = keys.box(SAMPLES).open(sample.sealed, sample.prompt_key, sample.id)
            sample.sealed = as_before(SAMPLES, opened, key)


async def _sealed(database: Database) -> list[bytes]:
    """Return all that is stored sealed."""
    async with database.reading() as session:
        rows = (
            await session.execute(
                text("SELECT sealed_api_key, sealed_fallbacks, sealed_headers FROM assistant_provider_setting")
            )
        ).all()
        samples = (await session.execute(text("SELECT sealed FROM assistant_prompt_sample"))).all()
    return [bytes(value) for row in [*rows, *samples] for value in row]
