"""Running the tests of a prompt: each draft is answered, and what must hold of the answer is looked at."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.errors import AssistantError, message_of
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import check as check_guards
from assistant.text.offloading import offload, size_of
from prompts.assertions import Assertion, AssertionType, check
from prompts.front_matter import PromptTest
from prompts.template import Prompt
from providers.errors import ProviderError

_AT_ONCE = 4

Ask: TypeAlias = Callable[[Prompt, PromptTest], Awaitable[str]]
"""Returns the answer to a test's draft; raises an AssistantError, or a ProviderError."""
Judge: TypeAlias = Callable[[str, PromptTest, str], Awaitable[str | None]]
"""Asks a model whether an answer keeps a rule; returns why not, or None. Takes the rule, the test and the answer."""
Gate: TypeAlias = Callable[[Prompt, Actor], "Awaitable[TestReport]"]
"""Runs the tests of a prompt before it is published."""


class TestCheck(Struct, frozen=True, kw_only=True):
    """How an assertion of a test went; `failure` says why it does not hold, null when it does."""

    __test__ = False  # not one of pytest's

    type: AssertionType
    value: str | int | tuple[str, ...] | None
    failure: str | None


class TestOutcome(Struct, frozen=True, kw_only=True):
    """How one test went: the answer, its assertions, and a sentence for all that failed; `number` counts from 1.

    `content` is the draft, or what was said.
    """

    __test__ = False

    number: int
    content: str
    answer: str
    checks: tuple[TestCheck, ...] = ()
    failures: tuple[str, ...] = ()
    milliseconds: float = 0.0


class TestReport(Struct, frozen=True, kw_only=True):
    """How the tests of a prompt went."""

    __test__ = False

    outcomes: tuple[TestOutcome, ...] = ()

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(not outcome.failures for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[str, ...]:
        """A sentence for each assertion that failed."""
        return tuple(f"Test {each.number}: {reason}" for each in self.outcomes for reason in each.failures)


async def run_tests(
    prompt: Prompt, ask: Ask, judge: Judge, done: Callable[[TestOutcome], None] | None = None
) -> TestReport:
    """Run all tests of a prompt, a few at a time.

    Args:
        prompt: whose tests.
        ask: returns answers.
        judge: asks a model about them.
        done: told of each outcome as it is there.
    """
    room = asyncio.Semaphore(_AT_ONCE)

    async def run(number: int, test: PromptTest) -> TestOutcome:
        async with room:
            outcome = await _run(prompt, number, test, ask, judge)
        if done is not None:
            done(outcome)
        return outcome

    outcomes = await asyncio.gather(*(run(number, test) for number, test in enumerate(prompt.tests, 1)))
    return TestReport(outcomes=tuple(outcomes))


async def _run(prompt: Prompt, number: int, test: PromptTest, ask: Ask, judge: Judge) -> TestOutcome:
    started, answer = time.perf_counter(), ""
    checks: list[TestCheck] = []
    broken: tuple[str, ...] = ()
    try:
        answer = await ask(prompt, test)
        for each in test.asserts:
            failure = await _failure(each, test, answer, judge)
            checks.append(TestCheck(type=each.type, value=each.value, failure=failure))
    except (AssistantError, ProviderError) as error:
        broken = (f"could not be run: {message_of(error)}",)
    return TestOutcome(
        number=number,
        content=test.said,
        answer=answer,
        checks=tuple(checks),
        failures=(*(f"{each.type}: {each.failure}" for each in checks if each.failure is not None), *broken),
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
    )


async def _failure(assertion: Assertion, test: PromptTest, answer: str, judge: Judge) -> str | None:
    size = size_of(test.said, answer)
    if assertion.type == "judged":
        return await judge(str(assertion.value), test, answer)
    if assertion.type == "language":
        return await offload(size, _wrong_language, str(assertion.value), test.said, answer)
    return await offload(size, check, assertion, test.said, answer)


def _wrong_language(language: str, draft: str, answer: str) -> str | None:
    found = check_guards(("language",), draft, answer, html=False, options=GuardOptions(language=language))
    return found[0].message if found else None
