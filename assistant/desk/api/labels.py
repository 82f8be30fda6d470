"""Operations on statuses, priorities and tags."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import StatusBody
from assistant.desk.labels import Labels
from assistant.desk.shapes import Priority, Status, Tag
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.parameters import read_id

_MANAGE = "status:manage"


class LabelController(Controller):
    """Operations on statuses, priorities and tags."""

    path = "/api/v1"
    tags = ("Statuses and priorities",)

    @get("/statuses", opt=documented(answers=list[Status]))
    async def list_statuses(self, labels: NamedDependency[Labels]) -> Success:
        """List what a conversation can be."""
        return success(await labels.statuses())

    @post(
        "/statuses",
        status_code=200,
        dependencies={"wanted": Provide(body_of(StatusBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Status, body=StatusBody, errors=frozenset({409})),
    )
    async def create_status(self, wanted: NamedDependency[StatusBody], labels: NamedDependency[Labels]) -> Success:
        """Add a status."""
        return success(await labels.create_status(wanted))

    @put(
        "/statuses/{id:str}",
        dependencies={"wanted": Provide(body_of(StatusBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Status, body=StatusBody, errors=frozenset({409})),
    )
    async def update_status(
        self, request: DeskRequest, wanted: NamedDependency[StatusBody], labels: NamedDependency[Labels]
    ) -> Success:
        """Rename a status or change its category."""
        return success(await labels.update_status(read_id(request), wanted))

    @delete("/statuses/{id:str}", status_code=200, opt=documented(permission=_MANAGE, errors=frozenset({409})))
    async def delete_status(self, request: DeskRequest, labels: NamedDependency[Labels]) -> Success:
        """Remove a status that no conversation has."""
        await labels.delete_status(read_id(request))
        return success(data=True)

    @get("/priorities", opt=documented(answers=list[Priority]))
    async def list_priorities(self, labels: NamedDependency[Labels]) -> Success:
        """List how urgent a conversation can be."""
        return success(await labels.priorities())

    @get("/tags", opt=documented(answers=list[Tag]))
    async def list_tags(self, labels: NamedDependency[Labels]) -> Success:
        """List what conversations can be marked with, by name."""
        return success(await labels.tags())
