"""All AI buttons of a helpdesk, put together."""

from msgspec import Struct

from assistant.drafting.chats import Chats
from assistant.drafting.copilot import Copilot
from assistant.drafting.replies import Replies
from assistant.drafting.summaries import Summaries
from assistant.drafting.tagging import Tagging
from assistant.drafting.tasks import Tasks
from assistant.gateway.core import WritableCore


class Buttons(Struct, frozen=True, kw_only=True):
    """What each button does.

    Attributes:
        tasks: has done what they ask.
        replies: "Generate reply".
        summaries: "Summarize".
        tagging: "Suggest tags".
        copilot: the copilot.
    """

    tasks: Tasks
    replies: Replies
    summaries: Summaries
    tagging: Tagging
    copilot: Copilot


def buttons_of(tasks: Tasks, core: WritableCore, chats: Chats) -> Buttons:
    """Put the buttons together.

    Args:
        tasks: has done what they ask.
        core: the helpdesk that they belong to.
        chats: what was said to the copilot.
    """
    return Buttons(
        tasks=tasks,
        replies=Replies(tasks),
        summaries=Summaries(tasks, core),
        tagging=Tagging(tasks, core),
        copilot=Copilot(tasks, core, chats),
    )
