"""Who is calling, and what they may do here."""

from typing import Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.auth.guards import read_credentials
from assistant.envelope import Success, success
from assistant.gateway.core import CoreGateway
from assistant.web.operation import documented
from assistant.web.pages import service_version


class Me(Struct, frozen=True, kw_only=True):
    """The caller, and the service that they talk to.

    Attributes:
        id: of the agent.
        name: first and last name, as the helpdesk has them; may be empty.
        email: likewise.
        permissions: for prompts, providers and settings, in order, with those that a larger one holds and those that
            the operator gives; what the helpdesk allows otherwise is not listed.
        signed_in_by: a browser's session, or an API key.
        desk: whether the helpdesk is the built-in one.
        version: of the service.
    """

    id: int
    name: str
    email: str
    permissions: list[str]
    signed_in_by: Literal["session", "key"]
    desk: bool
    version: str


class MeController(Controller):
    """Operations on the caller."""

    path = "/api/v1/ai/me"
    tags = ("AI",)

    @get("/", opt=documented(answers=Me))
    async def show_me(self, request: ApiRequest, core: NamedDependency[CoreGateway]) -> Success:
        """Tell who is calling, and which permissions for AI settings and prompts they hold."""
        actor = request.user
        return success(
            Me(
                id=actor.id,
                name=actor.name,
                email=actor.email,
                permissions=actor.ai_permissions,
                signed_in_by="key" if read_credentials(request).authorization else "session",
                desk=core.in_process,
                version=service_version(),
            )
        )
