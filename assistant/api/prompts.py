"""The list of prompts that an agent can choose from."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.authoring.prompt_ids import PromptRows
from assistant.database.moment import Moment
from assistant.database.tables import PromptRow
from assistant.envelope import Success, success
from assistant.gateway.open_conversation import OpenConversations
from assistant.web.operation import Parameter, documented
from assistant.web.parameters import read_number, read_one
from prompts.live import LiveRegistry
from prompts.template import Prompt

_QUERY = (
    Parameter(name="all", schema={"type": "boolean", "default": False}),
    Parameter(name="inbox_id", schema={"type": "integer"}),
    Parameter(name="language", schema={"type": "string"}),
)


class ListedPrompt(Struct, frozen=True, kw_only=True):
    """A prompt, as the list shows it; `needs` names the variables that must be sent besides the draft.

    A prompt that reads the conversation needs `conversation_uuid`.
    """

    id: int
    created_at: Moment
    updated_at: Moment
    key: str
    title: str
    description: str
    needs: list[str]


class PromptController(Controller):
    """Operations on prompts."""

    path = "/api/v1/ai/prompts"
    tags = ("AI",)

    @get("/", opt=documented(answers=list[ListedPrompt], query=_QUERY))
    async def list_prompts(
        self,
        request: ApiRequest,
        prompts: NamedDependency[LiveRegistry],
        prompt_rows: NamedDependency[PromptRows],
        conversations: NamedDependency[OpenConversations],
        *,
        all: FromQuery[bool] = False,  # noqa: A002 - the parameter's name in the API
    ) -> Success:
        """List the agent's prompts that work with a draft alone, by title; `all` adds the rest and what they need.

        A prompt for some inboxes is there when one of them is named, one for some languages unless another is. A
        helpdesk's page asks once for all its conversations and names none: it gets those for any inbox, and the
        completion looks at the conversation.
        """
        inbox_id, language = read_number(request, "inbox_id"), read_one(request, "language")
        anywhere = inbox_id is None and conversations.asks_for_all(request.scope)
        theirs = (
            prompt
            for prompt in prompts.prompts
            if prompt.listed
            and prompt.scope.allows(request.user.teams, inbox_id, anywhere=anywhere)
            and prompt.scope.speaks(language)
        )
        listed = (_as_json(prompt, prompt_rows[prompt.key]) for prompt in theirs if prompt.key in prompt_rows)
        return success([prompt for prompt in listed if all or not prompt.needs])


def _as_json(prompt: Prompt, row: PromptRow) -> ListedPrompt:
    return ListedPrompt(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        key=prompt.key,
        title=prompt.title,
        description=prompt.description,
        needs=[
            *(["conversation_uuid"] if prompt.context == "conversation" else []),
            *(name for name, variable in prompt.variables.items() if variable.required),
        ],
    )
