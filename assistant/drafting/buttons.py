"""All AI buttons of a helpdesk, put together."""

from msgspec import Struct

from assistant.drafting.replies import Replies
from assistant.drafting.tasks import Tasks


class Buttons(Struct, frozen=True, kw_only=True):
    """What each button does.

    Attributes:
        tasks: has done what they ask.
        replies: "Generate reply".
    """

    tasks: Tasks
    replies: Replies
