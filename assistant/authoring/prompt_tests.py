"""Running the tests of a prompt: each draft is answered, and what must hold of the answer is looked at."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.errors import AssistantError, message_of
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import check as check_guards
from assistant.text.offloading import offload, size_of
from prompts.assertions import Assertion, check
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


class TestOutcome(Struct, frozen=True, kw_only=True):
    """How one test went: the answer, and a sentence for each assertion that failed; `number` counts from 1."""

    __test__ = False  # not one of pytest's

    number: int
    content: str
    answer: str
    failures: tuple[str, ...] = ()


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
    answer = ""
    try:
        answer = await ask(prompt, test)
        failures = [await _failure(assertion, test, answer, judge) for assertion in test.asserts]
    except (AssistantError, ProviderError) as error:
        failures = [f"could not be run: {message_of(error)}"]
    found: Sequence[str] = [failure for failure in failures if failure is not None]
    return TestOutcome(number=number, content=test.content, answer=answer, failures=tuple(found))


async def _failure(assertion: Assertion, test: PromptTest, answer: str, judge: Judge) -> str | None:
    size = size_of(test.said, answer)
    if assertion.type == "judged":
        reason = await judge(str(assertion.value), test, answer)
    elif assertion.type == "language":
        reason = await offload(size, _wrong_language, str(assertion.value), test.said, answer)
    else:
        reason = await offload(size, check, assertion, test.said, answer)
    return None if reason is None else f"{assertion.type}: {reason}"


def _wrong_language(language: str, draft: str, answer: str) -> str | None:
    found = check_guards(("language",), draft, answer, html=False, options=GuardOptions(language=language))
    return found[0].message if found else None
