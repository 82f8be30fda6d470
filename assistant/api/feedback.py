"""What agents did with answers, and how the versions of prompts compare."""

import asyncio
from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from msgspec import Meta, Struct

from assistant.api.request import ApiRequest
from assistant.envelope import Success, success
from assistant.errors import NotFoundError
from assistant.usage.log import UsageLog
from assistant.usage.verdicts import Answered, Verdict, Verdicts
from assistant.web.body import body_of
from assistant.web.operation import documented
from messages.sentences import Sentence

_LOOKS = 8
_PAUSE = 0.2  # seconds; the usage of a request is written within a second


class FeedbackBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of an answer.

    `request_id` is the answer's `X-Request-Id`; `similarity` tells how alike the answer and what was sent are: 0 to 1.
    """

    request_id: Annotated[str, Meta(min_length=1, max_length=128)]
    verdict: Verdict
    similarity: Annotated[float, Meta(ge=0, le=1)] | None = None


_feedback = body_of(FeedbackBody, storable=True)


class FeedbackController(Controller):
    """Operations on verdicts."""

    path = "/api/v1/ai/feedback"
    tags = ("AI",)

    @post("/", status_code=200, opt=documented(body=FeedbackBody))
    async def give_feedback(
        self, request: ApiRequest, verdicts: NamedDependency[Verdicts], usage_log: NamedDependency[UsageLog]
    ) -> Success:
        """Tell what became of the answer to one's own request: kept, edited or undone; never the text."""
        body, actor = await _feedback(request), request.user
        await usage_log.flush()
        answered = await _answered(verdicts, body.request_id, actor.id)
        await verdicts.give(body.request_id, actor.id, answered, body.verdict, body.similarity)
        return success(data=True)


async def _answered(verdicts: Verdicts, request_id: str, agent_id: int) -> Answered:
    """Return what the agent was answered with; another replica may not have written the row yet."""
    for look in range(_LOOKS):
        answered = await verdicts.answered(request_id, agent_id)
        if answered is not None:
            return answered
        if look < _LOOKS - 1:
            await asyncio.sleep(_PAUSE)
    raise NotFoundError(
        Sentence("You have no answer with this request_id. Use the one in the answer's X-Request-Id header.")
    )
