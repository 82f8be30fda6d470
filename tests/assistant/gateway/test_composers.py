"""How long the composers of a helpdesk wait: the helpdesk is asked, without anyone's credentials."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.auth.actor import Credentials
from assistant.errors import CoreUnavailableError
from assistant.gateway.composers import Composers
from assistant.gateway.remote_core import RemoteCore
from assistant.settings import Waits
from http1.origins import Origin
from http1.trust import Trust
from tests.assistant.completion.asking import asked as completions
from tests.assistant.completion.asking import click, using
from tests.assistant.harness import service, settings_for
from tests.clock import LoopClock
from tests.fakes import FakeProvider
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore
from tests.fakes.loading import Loading
from tests.servers.process import free_port
from tests.waiting import eventually

CONFIG, NOWHERE = "/api/v1/ai/config/completion", "/api/v1/ai/no-such-operation"
SIGN_IN = b'{"status":"error","message":"Invalid or expired session","data":null,"error_type":"GeneralException"}'
UNKNOWN = acts.answer(404, b"Not Found")
KINDS = [
    ("2.6, 2.7", acts.answer(401, SIGN_IN), UNKNOWN, 60.0),
    ("2.6 behind a rule", acts.answer(403, SIGN_IN), UNKNOWN, 60.0),
    ("2.6 with another page for what is nowhere", acts.answer(401, SIGN_IN), acts.answer(200, b"<html>"), 60.0),
    ("2.5", UNKNOWN, UNKNOWN, 9.0),
    ("2.5 that knows the path for another method", acts.answer(405), UNKNOWN, 9.0),
    ("a page for every path", acts.answer(200, b"<html>"), acts.answer(200, b"<html>"), 9.0),
    ("a sign-in in front of everything", acts.answer(401), acts.answer(401), 9.0),
    ("a redirect to a sign-in", acts.answer(302, headers=[("Location", "/login")]), UNKNOWN, 9.0),
    ("not HTTP", acts.raw(b"SSH-2.0-x\r\n", then="fin"), UNKNOWN, 9.0),
    ("an error", acts.answer(503), UNKNOWN, 9.0),
]


@asynccontextmanager
async def asked(url: str, state: Path) -> AsyncIterator[tuple[RemoteCore, Waits]]:
    """Run what asks a helpdesk, and give it and what it finds out."""
    waits = Waits(settings_for(state))
    core = RemoteCore(Origin.of(url), timeout=2.0, trusted=(), trust=Trust(), changed=lambda: None)
    async with Composers(core, waits).running():
        yield core, waits
    await core.aclose()


@pytest.mark.parametrize(
    ("config", "nowhere", "seconds"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS]
)
async def test_what_a_helpdesk_answers_tells(
    core: ScriptedCore, state: Path, config: acts.Act, nowhere: acts.Act, seconds: float
) -> None:
    """One that has what came with 2.6 has composers that wait; who does not tell has not."""
    core.at(CONFIG, config)
    core.at(NOWHERE, nowhere)
    async with asked(core.url, state) as (_, waits):
        assert waits.rewrite == 9.0, "until it is known"
        await asyncio.to_thread(core.wait_for, CONFIG)
        if seconds > waits.rewrite:
            await eventually(lambda: waits.patient)
        else:
            await asyncio.sleep(0.3)
        assert waits.rewrite == seconds
    assert not {name for each in core.requests for name in each.names} & {"authorization", "cookie"}


async def test_helpdesk_that_comes_later_is_asked_then(state: Path) -> None:
    """Down at the start, and up a moment later."""
    port, clock = free_port(), LoopClock()
    async with asked(f"http://127.0.0.1:{port}", state) as (_, waits):
        await asyncio.sleep(0.3)
        assert waits.rewrite == 9.0
        with ScriptedCore(port) as core:
            core.at(CONFIG, acts.answer(401, SIGN_IN))
            await clock.reach(lambda: waits.rewrite == 60.0)
            seen = len(core.seen(CONFIG))
            clock.forward(2.5)
            await asyncio.sleep(0.3)
            assert len(core.seen(CONFIG)) == seen, "it is asked once"


@pytest.mark.parametrize(("before", "after"), [(404, 401), (401, 404)], ids=["upgraded", "downgraded"])
async def test_helpdesk_that_was_away_is_asked_again(state: Path, before: int, after: int) -> None:
    """It may have come back as another version."""
    port, clock = free_port(), LoopClock()
    longer = {401: 60.0, 404: 9.0}
    async with asked(f"http://127.0.0.1:{port}", state) as (remote, waits):
        with ScriptedCore(port) as core:
            core.at(CONFIG, acts.answer(before))
            await asyncio.to_thread(core.wait_for, CONFIG)
            await eventually(lambda: waits.rewrite == longer[before])
        with pytest.raises(CoreUnavailableError):
            await remote.ask("/api/v1/agents/me", Credentials())
        with ScriptedCore(port) as core:
            core.at(CONFIG, acts.answer(after))
            await clock.reach(lambda: waits.rewrite == longer[after])


def test_what_the_operator_says_holds(state: Path) -> None:
    """Whatever the helpdesk is."""
    waits = Waits(settings_for(state, request_timeout=5.0))
    waits.patient = True
    assert waits.rewrite == 5.0


async def test_slow_answer_reaches_composers_that_wait(
    core: ScriptedCore, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that takes eleven seconds is an answer behind a newer helpdesk."""
    clock, log = LoopClock(), [""]

    def known() -> bool:
        log.append(capsys.readouterr().out)
        return "composers were asked about" in "".join(log)

    core.at(CONFIG, acts.answer(401, SIGN_IN))
    core.at(NOWHERE, acts.answer(404, SIGN_IN))
    me = b'{"status":"success","data":{"id":1,"enabled":true,"permissions":["ai:manage"],"teams":[],"roles":["Agent"]}}'
    core.at("/api/v1/agents/me", acts.answer(200, me))
    slow = Loading()
    with FakeProvider() as fake:
        fake.script(slow)
        async with service(state, core_url=core.url, **using(fake)) as client:
            await eventually(known)
            asking = asyncio.create_task(click(client, "your parcel is on its way"))
            await eventually(lambda: len(completions(fake)) == 1)
            clock.forward(11)
            await asyncio.sleep(0.3)
            slow.finish()
            answer = await asking
    assert (answer.status_code, slow.given_up) == (200, 0)
