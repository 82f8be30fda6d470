"""What a prompt has to pass before it is published: its own tests, with the provider in charge."""

import asyncio

from assistant.auth.actor import Actor
from assistant.authoring.judge import judge_prompt, verdict_of
from assistant.authoring.prompt_tests import Ask, Gate, Judge, TestOutcome, TestReport, run_tests
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.request import DraftRequest
from assistant.telemetry import request_id
from prompts.front_matter import PromptTest
from prompts.template import Prompt

_SECONDS = 60.0  # for all tests of a prompt


def gate_of(asker: PromptAsker) -> Gate:
    """Return what runs the tests of a prompt, on the budget of who publishes it."""

    async def gate(prompt: Prompt, actor: Actor) -> TestReport:
        try:
            async with asyncio.timeout(_SECONDS):
                return await run_tests(prompt, asking(asker, actor), judging(asker, actor))
        except TimeoutError:
            late = f"could not be run within {_SECONDS:.0f} seconds, with all the others; the provider is too slow."
            return TestReport(outcomes=(TestOutcome(number=1, content="", answer="", failures=(late,)),))

    return gate


def asking(asker: PromptAsker, actor: Actor, provider: str | None = None) -> Ask:
    """Return what answers tests, with the providers in charge or one of them."""

    async def ask(prompt: Prompt, test: PromptTest) -> str:
        order = _order(prompt.key, test.content, dict(test.variables))
        answer = await asker.ask(await asker.job(prompt, order, provider=provider), actor)
        return answer.entry.text

    return ask


def judging(asker: PromptAsker, actor: Actor, provider: str | None = None) -> Judge:
    """Return what judges answers."""
    prompt = judge_prompt()

    async def judge(rule: str, test: PromptTest, answer: str) -> str | None:
        order = _order(prompt.key, answer, {"rule": rule, "draft": test.content})
        said = await asker.ask(await asker.job(prompt, order, provider=provider), actor)
        return verdict_of(said.entry.text)

    return judge


def _order(key: str, content: str, variables: dict[str, object]) -> DraftRequest:
    now = asyncio.get_running_loop().time()
    return DraftRequest(prompt_key=key, content=content, variables=variables, arrived=now, request_id=request_id.get())
