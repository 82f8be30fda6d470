"""The table of servers in docs/providers.md is what really comes of what these servers do."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from assistant.envelope import TABLE
from providers.asking.asking import Asking
from providers.asking.deadline import Deadlines
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream
from providers.errors import ProviderError
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider
from tests.providers.adapters.playing import TEXT
from tests.providers.conftest import REQUEST, heard
from tests.providers.servers import ASKED, COLUMNS, SERVERS, Server

DOCS = Path(__file__).parents[2] / "docs" / "providers.md"
BEGIN, END = "<!-- servers: made by tests/providers/test_servers.py -->\n", "<!-- end of servers -->"
_STREAMED = {"streamed", "error in mid-stream"}
_PLENTY = 60.0  # seconds


async def test_the_table_of_servers_is_true(tmp_path: Path) -> None:
    """Each server and what it is known to do: what an agent gets, for how many calls."""
    head, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    written, tail = rest.split(END)
    lines = [f"| server | {' | '.join(COLUMNS)} |\n", f"|{'---|' * (len(COLUMNS) + 1)}\n"]
    for server in SERVERS.values():
        cells = await asyncio.gather(*(_cell(server, column, tmp_path) for column in COLUMNS))
        lines.append(f"| {server.name} | {' | '.join(cells)} |\n")
    table = "".join(lines)
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{head}{BEGIN}{table}{END}{tail}", encoding="utf-8")
        written = table
    assert written == table, "run this test once with UPDATE_DOCS=1"


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_known_from_somewhere(name: str) -> None:
    """A report by its number, or the maker's documentation; and it does something."""
    play = SERVERS[name].play
    source = play.__doc__ or ""
    assert "#" in source or "documentation" in source
    assert set(play()) <= set(COLUMNS)
    assert play()


async def _cell(server: Server, column: str, state: Path) -> str:
    """Return what comes of it, and for how many calls where it is not one."""
    step = server.play().get(column)
    if step is None:
        return "not known"
    async with AsyncExitStack() as stack:
        fake = stack.enter_context(FakeProvider(server.dialect))
        fake.script(*[step] * 9)
        setting = resolve(server.provider, base_url=fake.url, model="small", api_key="k", api=server.dialect)
        provider = connect(setting, ProviderOptions(state_dir=state))
        stack.push_async_callback(provider.aclose)
        got = await _asked(Upstream(provider, "small"), column)
        return got if len(fake.requests) == 1 else f"{got}, {len(fake.requests)} calls"


async def _asked(upstream: Upstream, column: str) -> str:
    shown: list[str] = []
    deadlines = Deadlines(arrived=asyncio.get_running_loop().time(), seconds=_PLENTY)
    limit = ASKED if column == "token limit" else REQUEST.max_output_tokens
    request = msgspec.structs.replace(REQUEST, max_output_tokens=limit)
    asking = Asking([upstream], deadlines, trace=Trace())
    try:
        streamed = column in _STREAMED
        answer = await (heard(asking, request, shown) if streamed else asking.answer(request))
        assert answer.text == TEXT
        assert "".join(shown) == (TEXT if streamed else "")
    except ProviderError as error:
        status = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
        return f"text, then `{error.error_code}`" if shown else f"{status} `{error.error_code}`"
    return "the answer"
