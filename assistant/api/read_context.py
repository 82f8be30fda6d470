"""The operation that tells what the model read for an answer."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from assistant.api.completion_shapes import Clicks
from assistant.api.request import ApiRequest
from assistant.auth.guards import read_credentials
from assistant.conversation.account import Account
from assistant.envelope import Success, success
from assistant.errors import NotFoundError
from assistant.web.operation import documented
from messages.sentences import Sentence


class ReadContextController(Controller):
    """Operations on answers that were given."""

    path = "/api/v1/ai/completions"
    tags = ("AI",)

    @get("/{request_id:str}/context", opt=documented(answers=Account))
    async def read_context(
        self, request_id: FromPath[str], request: ApiRequest, clicks: NamedDependency[Clicks]
    ) -> Success:
        """Tell what the model read of the conversation for one's own answer, for an hour: the text, turns and cuts."""
        kept = await clicks.accounts.find(request.user.id, request_id)
        if kept is None:
            raise NotFoundError(
                Sentence(
                    "You have no answer with this request_id that was written from a conversation in the last hour. "
                    "What the model read is kept no longer, and shown to no one else."
                )
            )
        await clicks.contexts.check_access(kept.uuid, read_credentials(request))
        return success(kept.account)
