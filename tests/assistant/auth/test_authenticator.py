"""How callers are remembered, and how soon they are forgotten."""

import asyncio

import pytest

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import RememberingAuthenticator
from assistant.errors import CoreUnavailableError, ForbiddenError, UnauthorizedError

ANNA = Credentials(authorization="token anna:1")
BERT = Credentials(authorization="token bert:2")


class Core:
    """Knows Anna, counts the questions, and fails when told to."""

    def __init__(self) -> None:
        self.questions = 0
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def identify(self, credentials: Credentials) -> Actor:
        """Answer a question once the gate is open."""
        self.questions += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if credentials != ANNA:
            raise UnauthorizedError("Nobody.")
        return Actor(id=1)


class Clock:
    """A clock that moves when told to."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


async def test_known_caller_is_asked_about_once_in_thirty_seconds() -> None:
    """The core is not asked for every click."""
    core, clock = Core(), Clock()
    authenticator = RememberingAuthenticator(core, clock=clock)
    for clock.now in (0, 10, 29.9):
        assert (await authenticator.identify(ANNA)).id == 1
    assert core.questions == 1
    clock.now = 30.1
    await authenticator.identify(ANNA)
    assert core.questions == 2


async def test_refusal_is_remembered_for_two_seconds() -> None:
    """A wrong key can't be used to flood the core, and a corrected one works soon."""
    core, clock = Core(), Clock()
    authenticator = RememberingAuthenticator(core, clock=clock)
    for clock.now in (0, 1.9):
        with pytest.raises(UnauthorizedError):
            await authenticator.identify(BERT)
    assert core.questions == 1
    clock.now = 2.1
    with pytest.raises(UnauthorizedError):
        await authenticator.identify(BERT)
    assert core.questions == 2


async def test_one_question_at_a_time_per_credential() -> None:
    """Twenty clicks at once ask the core once; another caller is asked about meanwhile."""
    core = Core()
    core.gate.clear()
    authenticator = RememberingAuthenticator(core)
    waiting = [asyncio.create_task(authenticator.identify(ANNA)) for _ in range(20)]
    other = asyncio.create_task(authenticator.identify(BERT))
    await asyncio.sleep(0.01)
    core.gate.set()
    assert {actor.id for actor in await asyncio.gather(*waiting)} == {1}
    with pytest.raises(UnauthorizedError):
        await other
    assert core.questions == 2


async def test_caller_who_leaves_does_not_take_the_others_along() -> None:
    """A cancelled request leaves the question to those who wait for the same answer."""
    core = Core()
    core.gate.clear()
    authenticator = RememberingAuthenticator(core)
    leaver, stayer = (asyncio.create_task(authenticator.identify(ANNA)) for _ in range(2))
    await asyncio.sleep(0.01)
    leaver.cancel()
    core.gate.set()
    assert (await stayer).id == 1


async def test_core_that_is_down_is_never_remembered() -> None:
    """As soon as the core is back, callers are let in; nothing is guessed meanwhile."""
    core = Core()
    core.failure = CoreUnavailableError("down")
    authenticator = RememberingAuthenticator(core)
    with pytest.raises(CoreUnavailableError):
        await authenticator.identify(ANNA)
    core.failure = None
    assert (await authenticator.identify(ANNA)).id == 1


async def test_forgetting_holds_for_answers_on_their_way() -> None:
    """A key that was renewed while the core answered is not let in by the old answer."""
    core = Core()
    core.gate.clear()
    authenticator = RememberingAuthenticator(core)
    early = asyncio.create_task(authenticator.identify(ANNA))
    await asyncio.sleep(0.01)
    authenticator.forget()
    core.gate.set()
    await early
    core.failure = ForbiddenError("disabled")
    with pytest.raises(ForbiddenError):
        await authenticator.identify(ANNA)


def test_credentials_never_print() -> None:
    """A traceback or a log line shows no secret."""
    assert "anna" not in repr(ANNA)
