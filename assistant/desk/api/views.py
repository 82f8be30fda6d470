"""Operations on saved filters."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import ViewBody
from assistant.desk.lists import ConversationLists
from assistant.desk.shapes import ConversationListItem, Page, View
from assistant.desk.views import Views
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.operation import PAGING, documented
from assistant.web.parameters import read_id, read_page

_MANAGE = "views:manage"
_LIST = Page[ConversationListItem]


class ViewController(Controller):
    """Operations on saved filters."""

    path = "/api/v1/views"
    tags = ("Views",)

    @get("/me", opt=documented(permission=_MANAGE, answers=list[View]))
    async def list_views(self, request: DeskRequest, views: NamedDependency[Views]) -> Success:
        """List the calling agent's views."""
        return success(await views.own(request.user))

    @post(
        "/me",
        status_code=200,
        dependencies={"wanted": Provide(body_of(ViewBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=View, body=ViewBody),
    )
    async def create_view(
        self, request: DeskRequest, wanted: NamedDependency[ViewBody], views: NamedDependency[Views]
    ) -> Success:
        """Save a filter."""
        return success(await views.create(wanted, request.user))

    @put(
        "/me/{id:str}",
        dependencies={"wanted": Provide(body_of(ViewBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=View, body=ViewBody),
    )
    async def update_view(
        self, request: DeskRequest, wanted: NamedDependency[ViewBody], views: NamedDependency[Views]
    ) -> Success:
        """Replace a view."""
        return success(await views.update(read_id(request), wanted, request.user))

    @delete("/me/{id:str}", status_code=200, opt=documented(permission=_MANAGE))
    async def delete_view(self, request: DeskRequest, views: NamedDependency[Views]) -> Success:
        """Remove a view."""
        await views.delete(read_id(request), request.user)
        return success(data=True)

    @get("/{id:str}/conversations", opt=documented(permission="conversations:read", answers=_LIST, query=PAGING))
    async def list_of_view(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """List the conversations of one of the calling agent's views."""
        return success(await lists.of_view(read_id(request), request.user, read_page(request)))
