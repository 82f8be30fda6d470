"""Prompts that live in Libredesk's own table become drafts here, and what stands in them stays text."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from assistant.authoring.libredesk_import import Plan, draft_of, plan_drafts, valid_key
from assistant.authoring.libredesk_prompts import LibredeskPrompt, read_libredesk_prompts
from assistant.errors import InvalidRequestError
from tests.assistant.authoring.editing import prompt
from tests.assistant.authoring.engine import AUTHOR, Engine, engine
from tests.assistant.authoring.test_folders import prompts
from tests.assistant.databases import empty_database
from tests.assistant.harness import own_loop, service
from tests.servers.pgbouncer import pgbouncer_server
from tests.servers.postgres import PostgresServer

TABLE = """
CREATE TABLE ai_prompts (
    id SERIAL PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    title TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    CONSTRAINT constraint_prompts_on_title CHECK (length(title) <= 140),
    CONSTRAINT constraint_prompts_on_key CHECK (length(key) <= 140)
)
"""
ROWS = {
    "make_friendly": ("Make Friendly", "Make it friendly."),
    "our-house": ('House: "ours" #1', "Write as we do: {{ name }} {% if x %} {# no #} {{{ }}.\n\n  Say {%- raw %}."),
    "Größer!": ("[DE] größer", "Schreibe größer. \\d 'x' \"y\""),
    "empty": ("Empty", "  \n"),
}


@pytest.fixture
async def libredesk(postgres: PostgresServer) -> AsyncIterator[str]:
    """The address of a database with Libredesk's table."""
    async with empty_database(postgres) as url:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        await execute(address, TABLE)
        for key, (title, content) in ROWS.items():
            await execute(
                address, "INSERT INTO ai_prompts (key, title, content) VALUES ($1, $2, $3)", key, title, content
            )
        yield address


async def execute(address: str, statement: str, *values: str) -> None:
    """Do something in a database."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


async def planned(made: Engine, *rows: LibredeskPrompt, replace: bool = False) -> Plan:
    """Decide what becomes of some rows."""
    return await plan_drafts(made.drafts, made.published, rows, replace=replace)


async def brought(made: Engine, plan: Plan) -> None:
    """Save the drafts."""
    texts = {each.key: each.after for each in plan.drafts}
    await made.drafts.save_together(texts, "", actor=AUTHOR)


def row(key: str = "ours", title: str = "Ours", content: str = "Say it as we do.") -> LibredeskPrompt:
    """Return a row of the table."""
    return LibredeskPrompt(key=key, title=title, content=content)


async def test_command_makes_drafts(state: Path, libredesk: str) -> None:
    """A dry run shows and saves nothing; then there are drafts, and nothing that agents see; again, nothing is new."""
    dry = prompts(state, "import", "--libredesk", libredesk, "--dry-run")
    assert (dry.returncode, "2 prompts differ" in dry.stdout, "+Schreibe" in dry.stdout) == (0, True, True), dry.stderr
    assert "make_friendly was skipped: the prompt reply_friendly exists already; use --replace" in dry.stderr
    assert "empty was skipped: it has no text" in dry.stderr
    done = prompts(state, "import", "--libredesk", libredesk)
    assert (done.returncode, done.stdout) == (0, "our_house\ngrosser\n2 prompts imported\n"), done.stderr
    again = prompts(state, "import", "--libredesk", libredesk, "--replace")
    assert again.stdout == "reply_friendly\n1 prompts imported\n", again.stderr
    async with service(state) as client:
        listed = {each["key"] for each in (await client.get("/api/v1/ai/prompts?all=true")).json()["data"]}
        assert listed.isdisjoint({"our_house", "grosser"})
        found = (await client.get("/api/v1/ai/prompts/our_house")).json()["data"]
        assert (found["title"], found["draft"], found["published"]) == ('House: "ours" #1', 1, 0)
        assert (await client.get("/api/v1/ai/prompts/reply_friendly")).json()["data"]["published"] == 0
        body = {"content": "Hi"}
        shown = (await client.post("/api/v1/ai/prompts/our_house/preview", json=body)).json()["data"]
        assert ROWS["our-house"][1].partition("\n")[0] in shown["messages"][0]["content"]


TEXTS = [
    "{{ 7 * 7 }}", "{% include '_style.j2' %}", "{# gone? #}", "{% raw %}{{ x }}{% endraw %}", "{{{{ x }}}}", "{{{%",
    "{", "{ {", "}}", "%}", "a {{ b", "{% endblock %}", "{%- if -%}", "Title: x\n---\n# no",
    "'''\"\"\"\\",
    "\\d+ {{'\\\\'}}",
    "{%", "# Title\n## 2", "ä 漢字 🙂", "---\ntitle: x\n---", "{% block system %}x{% endblock %}",
    "{{ super() }}", "a\r\nb", "$x ${y}",
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine for tests that each publish another prompt."""
    async with engine(tmp_path_factory.mktemp("import") / "var") as made:
        yield made


@pytest.mark.parametrize("text", TEXTS)
@own_loop
async def test_text_stays_text(shared_engine: Engine, text: str) -> None:
    """Whatever a title or an instruction holds, it is shown and sent letter by letter."""
    made, title, key = shared_engine, " ".join(text.split()), f"ours_{TEXTS.index(text)}"
    plan = await planned(made, row(key, title, f"Before {text} after"))
    assert not plan.left
    await made.publish(key, plan.drafts[0].after)
    found = made.live.get(key)
    assert found.title == title
    assert f"Task: Before {text} after\n".replace("\r\n", "\n") in made.system(key)
    assert " ".join(f"Before {text} after".split()) in found.render_brief("x", {})[0].content


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("make_it_short", "make_it_short"), ("Make It Short", "make_it_short"), ("_part", "part"),
        ("2nd", "prompt_2nd"),
        ("été", "ete"), ("漢字", "prompt"), ("a--b", "a_b"), ("a" * 140, "a" * 64), ("", "prompt"), ("x.j2", "x_j2"),
    ],
)  # fmt: skip
def test_keys_are_made_valid(key: str, wanted: str) -> None:
    """A key is taken over where it can be, and else becomes one that is as much like it as can be."""
    assert valid_key(key) == wanted


async def test_keys_that_clash(state: Path) -> None:
    """A prompt, a draft or an alias of that key is left alone unless told; two alike get two keys."""
    async with engine(state) as made:
        await made.drafts.save("ours", prompt(), "", actor=AUTHOR, based_on=None)
        rows = [row("ours"), row("fix_grammar"), row("make_friendly"), row("New"), row("new!")]
        plan = await planned(made, *rows)
        assert [each.key for each in plan.drafts] == ["new", "new_2"]
        assert [key for key, _ in plan.left] == ["ours", "fix_grammar", "make_friendly"]
        assert all("--replace" in reason for _, reason in plan.left)
        plan = await planned(made, *rows, replace=True)
        assert [each.key for each in plan.drafts] == ["ours", "fix_grammar", "reply_friendly", "new", "new_2"]
        await brought(made, plan)
        assert (await planned(made, *rows)) == Plan(drafts=[], left=[])
        assert (await made.drafts.state("ours")).draft == 2
        assert "Say it as we do" not in made.system("fix_grammar")


@pytest.mark.parametrize(
    ("content", "title"),
    [("x" * 70_000, "T"), (" \n ", "T"), ("", ""), ("x", "\x07"), ("x", "\u2028a\x85b"), ("x\x01y {{", "\ufeff")],
)
async def test_rows_that_are_strange(state: Path, content: str, title: str) -> None:
    """A row is either taken or told, and never stops the others."""
    async with engine(state) as made:
        plan = await planned(made, row("odd", title, content), row("good"))
        assert [each.key for each in plan.drafts] + [key for key, _ in plan.left] in (["odd", "good"], ["good", "odd"])
        await brought(made, plan)


def test_brief_is_one_short_line() -> None:
    """However long the instruction is, a very small model gets one line of it."""
    for content in ("Say\nit. " * 200, "{{" * 400, '"\\' * 400, "漢" * 400):
        line = next(line for line in draft_of(row(content=content)).splitlines() if line.startswith("brief: "))
        assert len(line) < 700


async def refusal(address: str) -> str:
    """Return why a database is refused."""
    with pytest.raises(InvalidRequestError) as refused:
        await read_libredesk_prompts(address)
    return str(refused.value)


async def test_trouble_is_one_sentence(libredesk: str, state: Path) -> None:
    """Each trouble says what to look at, and none quotes the address or the password."""
    url: Any = make_url(libredesk)

    def changed(**parts: Any) -> str:  # noqa: ANN401 - parts of an address
        return str(url.set(**parts).render_as_string(hide_password=False))

    await execute(libredesk, "DROP ROLE IF EXISTS nobody_here")
    await execute(libredesk, "CREATE ROLE nobody_here LOGIN PASSWORD 'sesame'")
    troubles = {
        changed(password="wrong-secret"): "the user or the password",
        changed(username="nobody_at_all"): "the user or the password",
        changed(database="nothing"): "no such database",
        changed(port=1): "host and port",
        changed(host="no-such-host.invalid"): "host and port",
        changed(username="nobody_here", password="sesame"): "grant SELECT",
        changed(database="postgres"): "no table ai_prompts",
        f"{libredesk}?sslmode=nonsense": "as its option sslmode",
        f"{libredesk}?colour=wrong-secret": "without the option colour",
        f"{libredesk}?sslmode=require": "speaks no TLS",
        f"{libredesk}?schema=public&options=-c%20wrong-secret%3D1": "does not know a setting",
        f"{libredesk}?options=endpoint%3Dwrong-secret": "does not understand the option options",
        f"{libredesk}?lock_timeout=wrong-secret": "can't take the value",
        f"{libredesk}?sslcert={__file__}&sslkey={__file__}": "certificate in PEM",
        f"{libredesk}?sslrootcert=/wrong-secret": "option sslrootcert",
        f'"{libredesk}"': "without quotes",
        "postgresql://u:wrong#secret@host/x": "percent-encoded",
        "host=localhost dbname=libredesk password=wrong-secret": "must be the address of Libredesk's database",
        "mysql://root:wrong-secret@host/x": "must be the address",
        "wrong-secret": "must be the address",
        "postgresql://u:wrong-secret@host:port/x": "must hold a port",
    }
    for address, told in troubles.items():
        reason = await refusal(address)
        assert told in reason, (address, reason)
        assert not any(secret in reason for secret in ("wrong-secret", "sesame", str(url.password)))
    await execute(libredesk, "ALTER TABLE ai_prompts RENAME content TO body")
    assert "no key, title and content" in await refusal(libredesk)
    await execute(libredesk, "DROP ROLE nobody_here")
    done = prompts(state, "import", "--libredesk", changed(password="wrong-secret"))
    assert (done.returncode, "Traceback" in done.stderr, "wrong-secret" in done.stderr) == (1, False, False)


ADDRESSES = [
    "", "?sslmode=disable", "?pgbouncer=true", "?schema=public", "?connection_limit=1&pool_timeout=5",
    "?sslmode=prefer",
    "?channel_binding=prefer", "?currentSchema=public&connect_timeout=5", "?statement_timeout=5000", "?supa=base",
    "?options=-c%20search_path%3Dpublic", "?target_session_attrs=read-write&application_name=x", "?gssencmode=disable",
]  # fmt: skip


async def test_address_as_the_service_has_its_own(libredesk: str) -> None:
    """The driver's name in the address does no harm, nor do options; rows come as they were made."""
    schemes = ("postgresql+asyncpg:", "postgresql+psycopg2:", "postgres:", "POSTGRESQL:", " postgresql:")
    for address in (
        *(libredesk + options for options in ADDRESSES),
        *(libredesk.replace("postgresql:", scheme) for scheme in schemes),
    ):
        assert [each.key for each in await read_libredesk_prompts(address)] == list(ROWS), address


async def test_schema_of_the_address_is_the_one_that_is_read(libredesk: str) -> None:
    """Where the table lies in a schema of its own."""
    await execute(libredesk, "CREATE SCHEMA helpdesk")
    await execute(libredesk, "ALTER TABLE ai_prompts SET SCHEMA helpdesk")
    assert "no table ai_prompts" in await refusal(libredesk)
    assert len(await read_libredesk_prompts(f"{libredesk}?schema=helpdesk")) == len(ROWS)


async def test_pooler_before_the_database_is_understood(tmp_path: Path, postgres: PostgresServer) -> None:
    """Its words for a wrong password and a wrong database, too."""
    with pgbouncer_server(postgres, tmp_path) as server:
        url = make_url(server.url).set(drivername="postgresql")
        for parts, told in (({"password": "wrong-secret"}, "the password"), ({"database": "x"}, "no database")):
            reason = await refusal(url.set(**parts).render_as_string(hide_password=False))  # type: ignore[arg-type] # its own parts
            assert told in reason
            assert "wrong-secret" not in reason


@pytest.mark.parametrize(
    "content", ["One.\r\nTwo.", "\r\nOne.\r\n\r\nTwo.\r\n", "One.\rTwo.", "a\r\nb\nc\rd", "x\r\r\ny"]
)
async def test_lines_that_end_as_in_browsers_are_the_same_at_the_second_import(state: Path, content: str) -> None:
    """A draft that was made of it is found to be the same; nothing new is saved, whatever ends its lines."""
    async with engine(state) as made:
        await brought(made, await planned(made, row(content=content)))
        for replace in (False, True):
            assert await planned(made, row(content=content), replace=replace) == Plan(drafts=[], left=[])


async def test_columns_without_a_value_are_empty(libredesk: str, state: Path) -> None:
    """No prompt is called None, and none asks for it."""
    await execute(libredesk, "ALTER TABLE ai_prompts ALTER title DROP NOT NULL, ALTER content DROP NOT NULL")
    await execute(libredesk, "DELETE FROM ai_prompts")
    await execute(libredesk, "INSERT INTO ai_prompts (key, title, content) VALUES ('a', NULL, 'x'), ('b', 'B', NULL)")
    rows = await read_libredesk_prompts(libredesk)
    assert [(each.title, each.content) for each in rows] == [("", "x"), ("B", "")]
    async with engine(state) as made:
        plan = await planned(made, *rows)
    assert 'title: "a"' in plan.drafts[0].after
    assert plan.left == [("b", "it has no text")]
