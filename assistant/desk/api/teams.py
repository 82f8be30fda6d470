"""Operations on teams."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import TeamBody
from assistant.desk.lists import ConversationLists
from assistant.desk.people import Team
from assistant.desk.shapes import ConversationListItem, Page
from assistant.desk.teams import Teams
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.operation import PAGING, documented
from assistant.web.parameters import read_id, read_page

_MANAGE = "teams:manage"


class TeamController(Controller):
    """Operations on teams."""

    path = "/api/v1/teams"
    tags = ("Teams",)

    @get("/", opt=documented(permission=_MANAGE, answers=list[Team]))
    async def list_teams(self, teams: NamedDependency[Teams]) -> Success:
        """List all teams."""
        return success(await teams.all())

    @post(
        "/",
        status_code=200,
        dependencies={"wanted": Provide(body_of(TeamBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Team, body=TeamBody, errors=frozenset({409})),
    )
    async def create_team(self, wanted: NamedDependency[TeamBody], teams: NamedDependency[Teams]) -> Success:
        """Add a team."""
        return success(await teams.create(wanted))

    @get("/{id:str}", opt=documented(permission=_MANAGE, answers=Team))
    async def show_team(self, request: DeskRequest, teams: NamedDependency[Teams]) -> Success:
        """Show a team."""
        return success(await teams.get(read_id(request)))

    @put(
        "/{id:str}",
        dependencies={"wanted": Provide(body_of(TeamBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Team, body=TeamBody, errors=frozenset({409})),
    )
    async def update_team(
        self, request: DeskRequest, wanted: NamedDependency[TeamBody], teams: NamedDependency[Teams]
    ) -> Success:
        """Replace what is known of a team."""
        return success(await teams.update(read_id(request), wanted))

    @delete("/{id:str}", status_code=200, opt=documented(permission=_MANAGE, errors=frozenset({409})))
    async def delete_team(self, request: DeskRequest, teams: NamedDependency[Teams]) -> Success:
        """Remove a team; its conversations lose it."""
        await teams.delete(read_id(request))
        return success(data=True)

    @get(
        "/{id:str}/conversations/unassigned",
        opt=documented(permission="conversations:read_team_inbox", answers=Page[ConversationListItem], query=PAGING),
    )
    async def list_unassigned_of_team(self, request: DeskRequest, lists: NamedDependency[ConversationLists]) -> Success:
        """List the conversations that a team has and none of its agents."""
        return success(await lists.of_team(read_id(request), request.user, read_page(request)))
