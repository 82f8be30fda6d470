"""Errors of the last minutes, by what went wrong and with whom."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import String, bindparam, func, select

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import USAGE, UtcDateTime
from messages.sentences import Sentence, say

_MOST = 100
_SINCE = (
    USAGE.c.day >= bindparam("day", type_=String),
    USAGE.c.at >= bindparam("since", type_=UtcDateTime),
)
_REQUESTS = Query(lambda: select(func.count().label("requests")).where(*_SINCE), long=True)
_CAUSES = Query(
    lambda: (
        select(
            USAGE.c.error.label("code"),
            USAGE.c.provider,
            USAGE.c.model,
            func.count().label("requests"),
            func.count(USAGE.c.agent_id.distinct()).label("agents"),
            func.max(USAGE.c.at, type_=UtcDateTime).label("latest"),
        )
        .where(*_SINCE, USAGE.c.error != "")
        .group_by(USAGE.c.error, USAGE.c.provider, USAGE.c.model)
        .order_by(func.count().desc(), USAGE.c.error, USAGE.c.provider, USAGE.c.model)
        .limit(_MOST)
    ),
    long=True,
)

_REMEDIES = {
    "provider_key": Sentence("The provider refuses the API key. Enter a valid one and test it."),
    "provider_rejected": Sentence("The provider refuses the requests. Check the model and the address, and test them."),
    "provider_rate_limited": Sentence(
        "The provider limits requests, or the account has no credit left. Raise the limit there, or add a fallback."
    ),
    "provider_timeout": Sentence(
        "The provider did not answer in time. Choose a faster model, or add a fallback; see the provider's status page."
    ),
    "provider_unavailable": Sentence("The provider is down or can't be reached. Test it, or add a fallback."),
    "model_loading": Sentence("The model is loaded when it is first asked. Keep it loaded on the server."),
    "context_too_long": Sentence("Texts are longer than the model can read. Choose a model with a larger context."),
    "content_filtered": Sentence(
        "The provider's content filter stopped texts. Loosen it there, or choose another model."
    ),
    "invalid_model_output": Sentence("The model's answers could not be read. Choose another model for this prompt."),
    "answer_refused": Sentence("The model lost what an answer must keep. Choose another model, or change the prompt."),
    "busy": Sentence("More was asked for at once than can be answered. Add a fallback, or raise the provider's limit."),
    "masking_unknown": Sentence(
        "What must be hidden can't be read, so no text is sent. Save the masking settings again."
    ),
    "core_unavailable": Sentence("The helpdesk does not answer. Check that it runs and can be reached."),
    "core_timeout": Sentence("The helpdesk takes too long to answer. Check its load."),
    "client_left": Sentence("Agents closed the page before the answer came. A faster model helps."),
    "restarting": Sentence("The service was being restarted. Nothing has to be done."),
    "prompt_disabled": Sentence("Agents asked for a prompt that is disabled. Enable it, or tell them."),
    "unknown_prompt": Sentence("Agents asked for a prompt that is not there. Reload the helpdesk's page."),
    "empty_content": Sentence("Agents asked without a draft. Nothing has to be done."),
    "invalid_request": Sentence("A client sends requests that can't be read. Update the composer."),
    "internal": Sentence("The service itself failed. See its log by the request's id, and report it."),
}
_BUDGET = Sentence("A budget is used up. Raise it, or wait until it is free again.")
_OTHER = Sentence("See the log of the service.")


class ErrorCause(Struct, frozen=True, kw_only=True):
    """One kind of error: with which provider, how many requests of how many agents had it, and what can be done."""

    code: str
    provider: str
    model: str
    requests: int
    agents: int
    latest: datetime
    remedy: str


class RecentErrors(Struct, frozen=True, kw_only=True):
    """The errors of the last minutes, the most frequent first, and how many requests there were in all."""

    minutes: int
    since: datetime
    requests: int
    errors: int
    causes: list[ErrorCause]


async def recent_errors(database: Database, since: datetime, minutes: int, language: str) -> RecentErrors:
    """Return the errors since a moment in UTC, with remedies in a language.

    Raises:
        DatabaseUnavailableError: the database does not answer.
    """
    when = {"day": since.date().isoformat(), "since": since}
    [all_of_them] = await database.rows(_REQUESTS, **when)
    causes = [
        ErrorCause(**row, remedy=say(remedy_of(row["code"]), language)) for row in await database.rows(_CAUSES, **when)
    ]
    return RecentErrors(
        minutes=minutes,
        since=since,
        requests=int(all_of_them["requests"]),
        errors=sum(each.requests for each in causes),
        causes=causes,
    )


def remedy_of(code: str) -> Sentence:
    """Return what an administrator can do about an error."""
    return _BUDGET if code.startswith("budget_") else _REMEDIES.get(code, _OTHER)
