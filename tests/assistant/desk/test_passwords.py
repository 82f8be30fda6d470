"""Checking passwords: one at a time, however many come at once, and never in the way of the process's end."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from assistant.desk.passwords import NOBODYS, Checked, Turns, check_password, hash_password
from assistant.errors import BusyError
from tests.assistant.harness import error
from tests.assistant.serving import Served, serving
from tests.assistant.starting import OFFLINE

PASSWORD = "correct horse battery"
LOGIN = "/api/v1/auth/login"
AGENTS = [f"agent{number}@example.com" for number in range(3)]
STRANGERS = [f"nobody{number}@example.com" for number in range(3)]
OTHER_COSTS = [(4, 3, 65536), (4, 3, 1024), (2, 1, 1024), (1, 2, 1024), (1, 3, 32768), (8, 1, 1024)]


def hashed_with(lanes: int, iterations: int = 3, memory: int = 65536) -> str:
    """Return the password's hash as another version stored it."""
    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=iterations, lanes=lanes, memory_cost=memory)
    return kdf.derive_phc_encoded(PASSWORD.encode())


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a service that runs in a folder."""
    path = folder / "var" / "assistant.db"
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        yield connection


def sign_in(served: Served, email: str, password: str = PASSWORD) -> httpx.Response:
    """Sign in as a stranger would, on a connection of its own."""
    body = {"email": email, "password": password}
    return httpx.post(f"{served.client.base_url}{LOGIN}", json=body, timeout=40)


def test_simultaneous_sign_ins_finish_and_hashes_of_four_lanes_are_made_anew(tmp_path: Path) -> None:
    """Agents with hashes of an earlier version and strangers come at once, then the service stops."""
    with serving(tmp_path, **OFFLINE) as served, ThreadPoolExecutor(12) as pool:
        for email in AGENTS:
            body = {"first_name": "Ada", "email": email, "roles": ["Agent"], "new_password": PASSWORD}
            assert served.client.post("/api/v1/agents", json=body).status_code == 200
        with opened(tmp_path) as database:
            database.executemany(
                "UPDATE desk_agent SET password_hash = ? WHERE email = ?", [(hashed_with(4), each) for each in AGENTS]
            )
        try:
            pair = list(pool.map(lambda email: sign_in(served, email), AGENTS[:2]))
            many = list(pool.map(lambda email: sign_in(served, email), [*AGENTS, *STRANGERS]))
            again = [sign_in(served, each, password) for each in AGENTS[:1] for password in (PASSWORD, "wrong")]
        except httpx.TimeoutException:
            served.process.kill()  # it can't end by itself
            raise
        assert [answer.status_code for answer in pair] == [200, 200]
        assert [answer.status_code for answer in many] == [200] * 3 + [401] * 3
        assert [answer.status_code for answer in again] == [200, 401]
        with opened(tmp_path) as database:
            rows = database.execute("SELECT password_hash FROM desk_agent WHERE password_hash IS NOT NULL").fetchall()
        assert {each.split("$")[3] for (each,) in rows} == {"m=65536,t=3,p=1"}
        left = [pool.submit(sign_in, served, f"late{number}@example.com") for number in range(6)]
        assert left[0].result().status_code == 401
    assert served.process.returncode == 0, "it ends while others wait for their turn"


def test_flood_of_sign_ins_is_refused_soon_and_health_answers(tmp_path: Path) -> None:
    """Beyond the queue there is 503 with the time to wait; what else the service does goes on."""
    with serving(tmp_path, **OFFLINE) as served, ThreadPoolExecutor(24) as pool:
        flood = [pool.submit(sign_in, served, f"n{number}@example.com") for number in range(24)]
        assert served.client.get("/health").status_code == 200
        answers = [each.result() for each in flood]
        refused = [each for each in answers if each.status_code == 503]
        assert {each.status_code for each in answers} == {401, 503}
        for answer in refused:
            assert error(answer) == (503, "NetworkException", "busy")
            assert int(answer.headers["Retry-After"]) >= 1
        assert sign_in(served, "later@example.com").status_code == 401


@pytest.mark.parametrize(("lanes", "iterations", "memory"), OTHER_COSTS)
async def test_hash_with_other_costs_is_made_anew(lanes: int, iterations: int, memory: int) -> None:
    """The right password's hash comes back with the costs of today, which is left as it is from then on."""
    old = hashed_with(lanes, iterations, memory)
    assert await check_password("wrong", old) == Checked(right=False)
    checked = await check_password(PASSWORD, old)
    assert checked.right
    assert checked.anew is not None
    again = await check_password(PASSWORD, checked.anew)
    assert (again.right, again.anew) == (True, None)


@pytest.mark.parametrize("damaged", ["", "x", "$argon2id$", NOBODYS[:-1], NOBODYS.replace("p=1", "p=0"), "$2b$12$abc"])
async def test_damaged_hash_is_nobodys(damaged: str) -> None:
    """What is no hash opens nothing, and the next password is checked as always."""
    assert not (await check_password(PASSWORD, damaged)).right
    assert (await check_password(PASSWORD, await hash_password(PASSWORD))).right


def test_strangers_hash_costs_as_much_as_an_agents() -> None:
    """Comparing with no one's hash tells by its time no more than comparing with an agent's."""
    hashed = asyncio.run(hash_password(PASSWORD))
    assert NOBODYS.split("$")[:4] == hashed.split("$")[:4]


class Gate:
    """Work that goes on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self) -> str:
        """Wait, and tell that it was done."""
        self.begun.set()
        assert self.open.wait(30)
        return "done"


async def begun(turns: Turns) -> tuple[Gate, asyncio.Task[str]]:
    """Return work that is under way."""
    gate = Gate()
    task = asyncio.create_task(turns.take(gate))
    assert await asyncio.to_thread(gate.begun.wait, 10)
    return gate, task


async def test_more_than_can_wait_is_refused_at_once() -> None:
    """Those who wait are not disturbed by those who are refused."""
    turns = Turns(3, 30.0)
    gate, first = await begun(turns)
    waiting = [asyncio.create_task(turns.take(lambda number=number: number)) for number in range(3)]  # type: ignore[misc]
    await asyncio.sleep(0)
    for _ in range(5):
        with pytest.raises(BusyError):
            await turns.take(lambda: "never")
    gate.open.set()
    assert await asyncio.gather(first, *waiting) == ["done", 0, 1, 2]
    assert await turns.take(lambda: "later") == "later"


async def test_who_waits_for_too_long_is_refused_and_what_has_begun_is_finished() -> None:
    """The time limit is for the wait; what no one waits for any more is never done."""
    done: list[int] = []
    turns = Turns(8, 0.05)
    gate, first = await begun(turns)
    for number in range(3):
        with pytest.raises(BusyError):
            await turns.take(lambda number=number: done.append(number))  # type: ignore[misc]
    left = asyncio.create_task(turns.take(lambda: done.append(3)))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.wait((left,))
    assert not first.done()
    gate.open.set()
    assert await first == "done"
    assert await turns.take(lambda: "later") == "later"
    assert done == []


def _fail() -> str:
    raise SystemExit


@pytest.mark.parametrize("work", [_fail, lambda: 1 // 0, lambda: "".encode("nothing")])
async def test_work_that_fails_leaves_the_turns_to_others(work: Callable[[], object]) -> None:
    """The error is the caller's."""
    turns = Turns(2, 5.0)
    with pytest.raises((SystemExit, ArithmeticError, LookupError)):
        await turns.take(work)
    assert await turns.take(lambda: "next") == "next"


def test_turns_are_taken_from_several_loops_one_at_a_time() -> None:
    """Whoever asks, in whatever thread: never two at once."""
    turns, inside, most = Turns(64, 30.0), [0], [0]

    def work() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.001)
        inside[0] -= 1

    async def several() -> None:
        await asyncio.gather(*(turns.take(work) for _ in range(8)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: asyncio.run(several()), range(4)))
    assert most == [1]
