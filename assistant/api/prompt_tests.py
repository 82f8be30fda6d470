"""Running the tests of a prompt, and how its versions did."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from assistant.api.event_stream import Emit, Streamed, event, wants_stream
from assistant.api.prompt_keys import checked_key
from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_PROMPTS
from assistant.authoring.chosen_version import chosen_version
from assistant.authoring.drafts import Drafts
from assistant.authoring.prompt_results import PromptResults, VersionResult
from assistant.authoring.prompt_tests import TestOutcome
from assistant.authoring.test_runs import TestRun, outcomes_of, run_of
from assistant.authoring.uncached_completion import PromptAsker
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.web.body import body_of
from assistant.web.operation import documented
from prompts.layers import is_part

_ERRORS = frozenset({422, 429, 502, 503, 504})


class TestsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose tests are run: a version's (a number, `draft` or `published`), or those of a `source` that is not saved.

    `provider` is the name of a configured one; by default the active ones are asked, as for agents.
    """

    __test__ = False  # not one of pytest's

    version: int | str = "draft"
    source: str | None = None
    provider: str | None = None


_tests = body_of(TestsBody)


class PromptTestController(Controller):
    """Operations on a prompt's tests and results."""

    path = "/api/v1/ai/prompts/{key:str}"
    tags = ("AI",)

    @post(
        "/tests",
        status_code=200,
        opt=documented(permission=AI_PROMPTS, answers=TestRun, body=TestsBody, errors=_ERRORS),
    )
    async def run_prompt_tests(
        self,
        key: FromPath[str],
        request: ApiRequest,
        drafts: NamedDependency[Drafts],
        prompt_asker: NamedDependency[PromptAsker],
    ) -> Response[Any]:
        """Run a prompt's own tests; nothing is stored. `Accept: text/event-stream` gives each outcome as it comes."""
        body = await _tests(request)
        if is_part(checked_key(key)):
            raise InvalidRequestError("key", "is a shared part, which has no tests; run those of a prompt that uses it")
        prompt = await chosen_version(drafts, key, "source" if body.source is not None else body.version, body.source)
        if body.provider is not None and body.provider not in prompt_asker.providers:
            raise InvalidRequestError("provider", f"must be one of: {', '.join(prompt_asker.providers)}")
        outcomes = outcomes_of(prompt, prompt_asker, request.user, body.provider)
        if wants_stream(request):
            return Streamed(partial(_write, len(prompt.tests), outcomes))
        async with aclosing(outcomes):
            return Response(success(run_of([each async for each in outcomes])))

    @get("/results", opt=documented(permission=AI_PROMPTS, answers=list[VersionResult]))
    async def show_prompt_results(self, key: FromPath[str], prompt_results: NamedDependency[PromptResults]) -> Success:
        """Show how the versions of a prompt did in the last 30 days: uses, what was kept, cost."""
        return success(await prompt_results.of(checked_key(key)))


async def _write(tests: int, outcomes: AsyncGenerator[TestOutcome, None], emit: Emit) -> None:
    """Write how many tests there are, each outcome, and how many passed."""
    found: list[TestOutcome] = []
    async with aclosing(outcomes):
        await emit(event("start", {"tests": tests}))
        async for each in outcomes:
            found.append(each)
            await emit(event("test", each))
    run = run_of(found)
    await emit(event("end", {"passed": run.passed, "failed": run.failed}))
