"""Operations on agents."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.agents import Agents
from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import AgentBody, AvailabilityBody
from assistant.desk.people import Agent, ApiKey, PersonSummary
from assistant.envelope import Success, success
from assistant.errors import InUseError
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.parameters import read_id
from messages.sentences import Sentence

_MANAGE = "users:manage"


class AgentController(Controller):
    """Operations on agents."""

    path = "/api/v1/agents"
    tags = ("Agents",)

    @get("/", opt=documented(permission=_MANAGE, answers=list[PersonSummary]))
    async def list_agents(self, agents: NamedDependency[Agents]) -> Success:
        """List all agents."""
        return success(await agents.all())

    @post(
        "/",
        status_code=200,
        dependencies={"wanted": Provide(body_of(AgentBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Agent, body=AgentBody, errors=frozenset({409})),
    )
    async def create_agent(self, wanted: NamedDependency[AgentBody], agents: NamedDependency[Agents]) -> Success:
        """Add an agent."""
        return success(await agents.create(wanted))

    @get("/me", opt=documented(answers=Agent))
    async def me(self, request: DeskRequest, agents: NamedDependency[Agents]) -> Success:
        """Show the calling agent."""
        return success(await agents.get(request.user.id))

    @put(
        "/me/availability",
        dependencies={"wanted": Provide(body_of(AvailabilityBody, storable=True))},
        opt=documented(answers=Agent, body=AvailabilityBody),
    )
    async def set_availability(
        self, request: DeskRequest, wanted: NamedDependency[AvailabilityBody], agents: NamedDependency[Agents]
    ) -> Success:
        """Say whether the calling agent is there."""
        return success(await agents.set_availability(request.user.id, wanted))

    @get("/{id:str}", opt=documented(permission=_MANAGE, answers=Agent))
    async def show_agent(self, request: DeskRequest, agents: NamedDependency[Agents]) -> Success:
        """Show an agent."""
        return success(await agents.get(read_id(request)))

    @put(
        "/{id:str}",
        dependencies={"wanted": Provide(body_of(AgentBody, storable=True))},
        opt=documented(permission=_MANAGE, answers=Agent, body=AgentBody, errors=frozenset({409})),
    )
    async def update_agent(
        self, request: DeskRequest, wanted: NamedDependency[AgentBody], agents: NamedDependency[Agents]
    ) -> Success:
        """Replace what is known of an agent."""
        agent_id = read_id(request)
        if agent_id == request.user.id and not wanted.enabled:
            raise InUseError(Sentence("You can't disable yourself."))
        return success(await agents.update(agent_id, wanted))

    @delete("/{id:str}", status_code=200, opt=documented(permission=_MANAGE, errors=frozenset({409})))
    async def delete_agent(self, request: DeskRequest, agents: NamedDependency[Agents]) -> Success:
        """Remove an agent; what they wrote stays."""
        agent_id = read_id(request)
        if agent_id == request.user.id:
            raise InUseError(Sentence("You can't delete yourself."))
        await agents.delete(agent_id)
        return success(data=True)

    @post("/{id:str}/api-key", status_code=200, opt=documented(permission=_MANAGE, answers=ApiKey))
    async def renew_key(self, request: DeskRequest, agents: NamedDependency[Agents]) -> Success:
        """Give an agent a new API key; the secret is shown this once."""
        pair = await agents.renew_key(read_id(request))
        return success(ApiKey(api_key=pair.key, api_secret=pair.secret))

    @delete("/{id:str}/api-key", status_code=200, opt=documented(permission=_MANAGE, errors=frozenset({409})))
    async def revoke_key(self, request: DeskRequest, agents: NamedDependency[Agents]) -> Success:
        """Take an agent's API key away."""
        await agents.revoke_key(read_id(request), request.user)
        return success(data=True)
