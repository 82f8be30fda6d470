"""A prompt's own tests, run for its author: each outcome as soon as it is there."""

import asyncio
from collections.abc import AsyncGenerator

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.authoring.gate import SECONDS, LiveAnswers, late_sentence
from assistant.authoring.prompt_tests import TestOutcome, run_tests
from assistant.authoring.uncached_completion import PromptAsker
from prompts.template import Prompt


class TestRun(Struct, frozen=True, kw_only=True):
    """How all tests of a prompt went, in order."""

    __test__ = False  # not one of pytest's

    tests: list[TestOutcome]
    passed: int
    failed: int


async def outcomes_of(
    prompt: Prompt, asker: PromptAsker, actor: Actor, provider: str | None
) -> AsyncGenerator[TestOutcome, None]:
    """Run all tests within the time that publishing gives them, and yield each outcome as it comes.

    What is not done by then has failed. When no one reads on, the calls end.

    Args:
        prompt: whose tests.
        asker: asks the models.
        actor: on whose budget it is.
        provider: the only one that is asked; None: those that agents get.
    """
    live = LiveAnswers(asker, actor, provider)
    done: asyncio.Queue[TestOutcome | None] = asyncio.Queue()
    running = asyncio.create_task(run_tests(prompt, live.answer, live.judge, done.put_nowait))
    running.add_done_callback(lambda _: done.put_nowait(None))
    left = {number: test.said for number, test in enumerate(prompt.tests, 1)}
    end = asyncio.get_running_loop().time() + SECONDS
    try:
        while left:
            try:
                async with asyncio.timeout_at(end):
                    outcome = await done.get()
            except TimeoutError:
                break
            if outcome is None:
                await running  # which raises what went wrong
                break
            del left[outcome.number]
            yield outcome
        for number, said in left.items():
            yield TestOutcome(number=number, content=said, answer="", failures=(late_sentence(),))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def run_of(outcomes: list[TestOutcome]) -> TestRun:
    """Add up outcomes."""
    ordered = sorted(outcomes, key=lambda each: each.number)
    passed = sum(not each.failures for each in ordered)
    return TestRun(tests=ordered, passed=passed, failed=len(ordered) - passed)
