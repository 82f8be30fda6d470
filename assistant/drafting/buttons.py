"""All AI buttons of a helpdesk, put together."""

from msgspec import Struct

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
    """

    tasks: Tasks
    replies: Replies
    summaries: Summaries
    tagging: Tagging


def buttons_of(tasks: Tasks, core: WritableCore) -> Buttons:
    """Put the buttons together.

    Args:
        tasks: has done what they ask.
        core: the helpdesk that they belong to.
    """
    return Buttons(tasks=tasks, replies=Replies(tasks), summaries=Summaries(tasks, core), tagging=Tagging(tasks, core))
