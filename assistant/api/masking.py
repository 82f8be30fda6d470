"""Showing and replacing what is masked besides the built-in kinds."""

from typing import Any

from litestar import Controller, Request, get, put
from litestar.di import NamedDependency, Provide

from assistant.auth.actor import AI_MANAGE
from assistant.auth.guards import require
from assistant.completion.masking_document import MaskingDocument, MaskingSettings
from assistant.envelope import success
from assistant.errors import MaskingUnknownError
from assistant.web.body import body_of
from assistant.web.operation import documented


class MaskingController(Controller):
    """Operations on masking."""

    path = "/api/v1/ai/masking"
    tags = ("AI",)
    guards = (require(AI_MANAGE),)

    @get("/", opt=documented(permission=AI_MANAGE, answers=MaskingDocument))
    async def show_masking(self, masking: NamedDependency[MaskingSettings]) -> dict[str, Any]:
        """Show the own patterns, and which kinds are private."""
        if not masking.readable:
            raise MaskingUnknownError
        return success(masking.current)

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(MaskingDocument, storable=True))},
        opt=documented(permission=AI_MANAGE, answers=MaskingDocument, body=MaskingDocument),
    )
    async def replace_masking(
        self,
        request: Request[Any, Any, Any],
        wanted: NamedDependency[MaskingDocument],
        masking: NamedDependency[MaskingSettings],
    ) -> dict[str, Any]:
        """Replace the own patterns and the private kinds."""
        await masking.replace(wanted, agent_id=request.user.id)
        return success(masking.current)
