"""What a prompt has to pass before it is published: its own tests, on the active provider."""

import asyncio

from assistant.auth.actor import Actor
from assistant.authoring.judge import judge_prompt, verdict_of
from assistant.authoring.prompt_tests import Gate, TestOutcome, TestReport, run_tests
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.request import DraftRequest
from assistant.telemetry import request_id
from prompts.conversation import Around
from prompts.front_matter import PromptTest
from prompts.template import Prompt

SECONDS = 60.0
"""For all tests of a prompt."""


class LiveAnswers:
    """Answers tests, and judges answers, by asking a model.

    Args:
        asker: asks it.
        actor: who tests, on whose budget it is.
        provider: the only one that is asked; None: those that agents get.
    """

    def __init__(self, asker: PromptAsker, actor: Actor, provider: str | None = None) -> None:
        self._asker = asker
        self._actor = actor
        self._provider = provider

    async def answer(self, prompt: Prompt, test: PromptTest) -> str:
        """Return the answer to a test's draft."""
        return await self._ask(prompt, test.content, dict(test.variables), test.around)

    async def judge(self, rule: str, test: PromptTest, answer: str) -> str | None:
        """Say why an answer breaks a rule; None when it keeps it."""
        return verdict_of(await self._ask(judge_prompt(), answer, {"rule": rule, "draft": test.said}))

    async def _ask(
        self, prompt: Prompt, content: str, variables: dict[str, object], around: Around | None = None
    ) -> str:
        now = asyncio.get_running_loop().time()
        order = DraftRequest(
            prompt_key=prompt.key,
            content=content,
            variables=variables,
            around=around,
            arrived=now,
            request_id=request_id.get(),
        )
        job = await self._asker.job(prompt, order, provider=self._provider)
        return (await self._asker.ask(job, self._actor)).entry.text


def gate_of(asker: PromptAsker) -> Gate:
    """Return what runs the tests of a prompt, on the budget of who publishes it."""

    async def gate(prompt: Prompt, actor: Actor) -> TestReport:
        live = LiveAnswers(asker, actor)
        try:
            async with asyncio.timeout(SECONDS):
                return await run_tests(prompt, live.answer, live.judge)
        except TimeoutError:
            return TestReport(outcomes=(TestOutcome(number=1, content="", answer="", failures=(late_sentence(),)),))

    return gate


def late_sentence() -> str:
    """Say that a test took too long."""
    return f"did not finish within {SECONDS:.0f} seconds together with the others; the provider is too slow."
