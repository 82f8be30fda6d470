"""Forgetting stored answers."""

from litestar import Controller, delete
from litestar.di import NamedDependency
from litestar.params import FromQuery

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.live_settings.purges import Purges
from assistant.web.operation import Parameter, documented
from prompts.errors import UnknownPromptError
from prompts.live import LiveRegistry
from providers.hosts import HOSTS

_QUERY = (
    Parameter(name="prompt", schema={"type": "string"}),
    Parameter(name="provider", schema={"type": "string"}),
)


class CacheController(Controller):
    """Operations on stored answers."""

    path = "/api/v1/ai/cache"
    tags = ("AI",)

    @delete("/", status_code=200, opt=documented(permission=AI_MANAGE, query=_QUERY))
    async def purge(
        self,
        request: ApiRequest,
        epochs: NamedDependency[Purges],
        prompts: NamedDependency[LiveRegistry],
        prompt: FromQuery[str | None] = None,
        provider: FromQuery[str | None] = None,
    ) -> Success:
        """Forget the stored answers of a prompt, of a provider, or all."""
        if provider is not None and provider not in HOSTS:
            raise InvalidRequestError("provider", f"there is no such provider; known are {', '.join(HOSTS)}")
        try:
            key = None if prompt is None else prompts.get(prompt).key
        except UnknownPromptError as error:
            raise InvalidRequestError("prompt", str(error)) from None
        await epochs.purge(prompt=key, provider=provider, agent_id=request.user.id)
        return success(data=True)
