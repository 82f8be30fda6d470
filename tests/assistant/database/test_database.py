"""The database, the sealed keys, and what is kept in them, on SQLite and PostgreSQL."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, inspect, select, text

from assistant.authoring.prompt_ids import assign_ids
from assistant.commands.key_rotation import rotate_keys
from assistant.commands.storage import upgrade_tables
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.database.queries import Query, prepare_queries
from assistant.database.read_cache import KeptAnswers
from assistant.database.secret_keys import SealedValueError, SecretKeys, load_secret_keys, write_private
from assistant.database.tables import TABLES as ASSISTANT
from assistant.database.tables import PromptRow
from assistant.database.upgrading import Tables, migrate
from assistant.desk.tables import TABLES as DESK
from assistant.errors import SettingsError
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from providers.registry import ProviderSetting
from tests.assistant.harness import SECRET_KEY, settings_for
from tests.servers.postgres import PostgresServer

OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
SETTING = ProviderSetting(
    provider="custom", api_key="sk-very-secret", model="m", base_url="http://127.0.0.1:1/v1", api="chat"
)
FALLBACK = ProviderSetting(
    provider="custom", api_key="sk-very-secret-too", model="n", base_url="http://127.0.0.1:2/v1", api="responses"
)


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, state: Path) -> AsyncIterator[Database]:
    """An up-to-date database of either kind, empty at the start."""
    url = None
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url
        await _empty(url)
    settings = settings_for(state, database_url=url)
    await asyncio.gather(*(upgrade_tables(settings) for _ in range(3)))  # three replicas start together
    database = Database(settings.resolved_database_url)
    yield database
    await database.aclose()


async def _empty(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await database.aclose()


async def test_provider_setting_survives_a_restart_and_its_key_is_sealed(database: Database) -> None:
    """What an admin saved is there afterwards, fallbacks too, and the table holds no key in clear."""
    box = SecretKeys((SECRET_KEY,)).box(PURPOSE)
    await SettingStorage(database, box).save((SETTING, FALLBACK), based_on=0)
    loaded = await SettingStorage(database, box).load()
    assert loaded is not None
    assert loaded.settings == (SETTING, FALLBACK)
    async with database.engine.connect() as connection:
        [row] = (await connection.execute(text("SELECT * FROM assistant_provider_setting"))).all()
    assert b"very-secret" not in repr(row).encode()


async def test_migrations_lead_to_the_tables_of_a_new_database(database: Database) -> None:
    """A database that grew up with us has the same tables as one that was made today."""

    def described(connection: Connection, tables: Tables) -> dict[str, object]:
        found = inspect(connection)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(tuple(each["column_names"]) for each in found.get_unique_constraints(name)),
            )
            for name in tables.metadata.tables
        }

    def grow_up(connection: Connection, tables: Tables) -> None:
        tables.metadata.drop_all(connection)
        tables.versions.drop(connection)
        migrate(connection, tables)

    for tables in (ASSISTANT, DESK):
        async with database.engine.begin() as connection:
            new = await connection.run_sync(described, tables)
            await connection.run_sync(grow_up, tables)
            assert await connection.run_sync(described, tables) == new


async def test_each_save_is_a_new_revision(database: Database) -> None:
    """Of admins who save at once one is first, and the others are told instead of undoing it unseen."""
    saved = SettingStorage(database, SecretKeys((SECRET_KEY,)).box(PURPOSE))
    assert await saved.revision() == 0
    outcomes = await asyncio.gather(*(saved.save((SETTING,), based_on=0) for _ in range(8)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["SavedSetting"] + ["StaleEditError"] * 7
    assert (await saved.save((SETTING,), based_on=1)).revision == await saved.revision() == 2


async def test_setting_sealed_with_another_key_says_so(database: Database) -> None:
    """A lost secret key costs the provider's key and the fallbacks, not the rest of the setting, and is no crash."""
    await SettingStorage(database, SecretKeys((SECRET_KEY,)).box(PURPOSE)).save((SETTING, FALLBACK), based_on=0)
    loaded = await SettingStorage(database, SecretKeys((OTHER_KEY,)).box(PURPOSE)).load()
    assert loaded is not None
    setting, *fallbacks = loaded.settings
    assert (loaded.readable, setting.api_key, setting.model, fallbacks) == (False, "", "m", [])


async def test_rotations_at_once_come_one_after_the_other(database: Database, state: Path) -> None:
    """Whoever is second finds nothing left to do; the setting is the same, and needs the first key alone."""
    await SettingStorage(database, SecretKeys((SECRET_KEY,)).box(PURPOSE)).save((SETTING, FALLBACK), based_on=0)
    settings = settings_for(state, secret_key=(OTHER_KEY, SECRET_KEY))
    done = await asyncio.gather(*(rotate_keys(database, settings) for _ in range(3)))
    assert sorted((each.rewritten, each.values) for each in done) == [(0, 2), (0, 2), (2, 2)]
    loaded = await SettingStorage(database, SecretKeys((OTHER_KEY,)).box(PURPOSE)).load()
    assert loaded is not None
    assert (loaded.settings, loaded.revision, loaded.readable) == ((SETTING, FALLBACK), 1, True)
    entries, total = await AuditLog(database).page(size=9, offset=0)
    assert (total, {each.action for each in entries}) == (3, {"keys.rotated"})


async def test_prompt_rows_keep_their_ids_and_date_changes(database: Database) -> None:
    """A prompt keeps its id for ever; its second date moves when its version does, and replicas don't collide."""
    first, *_ = await asyncio.gather(*(assign_ids(database, {"a": "1", "b": "1"}) for _ in range(4)))
    second = await assign_ids(database, {"a": "2", "b": "1", "c": "1"})
    assert [second[key].id for key in "ab"] == [first[key].id for key in "ab"]
    assert second["a"].created_at == first["a"].created_at
    assert second["a"].updated_at > first["a"].updated_at
    assert second["b"].updated_at == first["b"].updated_at
    assert second["c"].id not in {first["a"].id, first["b"].id}


async def test_readers_and_writers_never_meet_a_locked_database(database: Database) -> None:
    """Eight writers that read before they write all get through."""
    versions = [{f"prompt_{number}": "1"} for number in range(40)]
    await asyncio.gather(*(assign_ids(database, each) for each in versions))
    assert len(await assign_ids(database, {key: "1" for each in versions for key in each})) == 40


async def test_a_query_is_built_once_when_it_is_first_needed(database: Database) -> None:
    """Or before, with all others, so that no one waits for it."""
    built: list[str] = []

    def build(key: str) -> Select[Any]:
        built.append(key)
        return select(PromptRow.key).where(PromptRow.key == key)

    one, two = Query(lambda: build("a")), Query(lambda: build("b"))
    assert not built
    await assign_ids(database, {"a": "1"})
    for _ in range(2):
        assert await database.rows(one) == [{"key": "a"}]
    assert built == ["a"]
    prepare_queries()
    assert built == ["a", "b"]
    assert await database.rows(two) == []


async def test_database_that_was_closed_is_opened_again(database: Database) -> None:
    """A start that failed is tried again with the same database, for short and for long reads."""
    queries = [Query(select(PromptRow.key), long=long) for long in (False, True)]
    await assign_ids(database, {"a": "1"})
    for _ in range(2):
        for query in queries:
            assert await database.rows(query) == [{"key": "a"}]
        await database.aclose()


async def test_answers_are_kept_until_somebody_writes(database: Database) -> None:
    """What was kept is gone with the next commit, by whomever; PostgreSQL tells of none, so nothing is kept."""
    kept: KeptAnswers[str] = KeptAnswers(database, most=2)
    assert kept.get("page") is None
    kept.keep("page", "one")
    assert kept.get("page") == ("one" if database.is_sqlite else None)
    await assign_ids(database, {"a": "1"})
    assert kept.get("page") is None
    await assign_ids(database, {"a": "2"})
    kept.keep("page", "read before the write")
    assert kept.get("page") is None
    for key in "abc":
        kept.keep(key, key)
    assert [kept.get(key) for key in "abc"] == ([None, "b", "c"] if database.is_sqlite else [None] * 3)


def test_first_key_seals_and_every_key_opens() -> None:
    """Keys are replaced by putting a new one in front."""
    old, new = SecretKeys((SECRET_KEY,)), SecretKeys((OTHER_KEY, SECRET_KEY))
    assert new.box("p").open(old.box("p").seal(b"value", "here"), "here") == b"value"
    with pytest.raises(SealedValueError):
        old.box("p").open(new.box("p").seal(b"value", "here"), "here")


def test_purposes_can_not_read_each_other() -> None:
    """A sealed provider key pasted into the cache, or the other way round, does not open."""
    keys = SecretKeys((SECRET_KEY,))
    with pytest.raises(SealedValueError):
        keys.box("completions").open(keys.box(PURPOSE).seal(b"value", "here"), "here")
    assert keys.derive("one") != keys.derive("two")


def test_made_up_secret_key_is_private_and_stays(state: Path) -> None:
    """Without a setting the key is made once, for its owner's eyes only."""
    settings = settings_for(state, secret_key=())
    first, second = load_secret_keys(settings), load_secret_keys(settings)
    assert first.derive("p") == second.derive("p")
    assert stat.S_IMODE((state / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"AAAA", b"\xff" * 43, b"not base64 of 32 bytes"])
def test_damaged_secret_key_stops_the_start(state: Path, content: bytes) -> None:
    """Half a key is no key: nothing is ever sealed with one that anybody could guess."""
    state.mkdir()
    (state / "secret-key").write_bytes(content)
    with pytest.raises(SettingsError, match="secret-key: is damaged"):
        load_secret_keys(settings_for(state, secret_key=()))


def test_private_file_is_replaced_whole_or_kept(tmp_path: Path) -> None:
    """An existing private file is kept unless it is to be replaced, and no draft is left behind."""
    path = tmp_path / "file"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"one"
    write_private(path, b"three", replace=True)
    assert path.read_bytes() == b"three"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
