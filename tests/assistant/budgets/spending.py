"""Making calls that budgets count."""

from typing import Any

import pytest

from assistant.auth.actor import Actor
from assistant.budgets.budgets import Budgets
from assistant.budgets.document import Budget, BudgetDocument
from assistant.budgets.reservation import Reservation
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.errors import BudgetExceededError
from assistant.live_settings.documents import Documents
from assistant.redis.link import RedisLink
from assistant.usage.prices import Bill, Price, Prices
from assistant.usage.rows import UsageRows
from providers.base import CompletionRequest, Message, Usage

ANNA = Actor(id=7, teams=frozenset({3}))
BOB = Actor(id=8, teams=frozenset({4}))
ADMIN = 1
REQUEST = CompletionRequest(messages=(Message(role="user", content="x" * 2976),), max_output_tokens=1000)
ESTIMATE = 2000  # tokens of that request


def bill(provider: str, model: str, usage: Usage, *, asked: str = "") -> Bill:
    """Make the bill of a call."""
    return Bill(provider=provider, model=model, asked=asked or model, usage=usage)


async def limit(budgets: Budgets, *wanted: Budget, prices: list[Price] | None = None) -> None:
    """Set budgets."""
    await budgets.replace(BudgetDocument(budgets=list(wanted), prices=prices or []), agent_id=ADMIN)


async def reserve(budgets: Budgets, actor: Actor = ANNA, prompt: str = "reply_friendly") -> Reservation:
    """Reserve the estimate of a call."""
    return await budgets.reserve(actor, prompt, provider="custom", model="m", request=REQUEST)


async def refused(budgets: Budgets, actor: Actor = ANNA, prompt: str = "reply_friendly") -> BudgetExceededError:
    """Return why a call is refused."""
    with pytest.raises(BudgetExceededError) as error:
        await reserve(budgets, actor, prompt)
    return error.value


async def spend(budgets: Budgets, tokens: int, actor: Actor = ANNA, prompt: str = "reply_friendly") -> None:
    """Make a call that takes so many tokens."""
    with await reserve(budgets, actor, prompt) as reservation:
        reservation.settle(bill("custom", "m", Usage(input_tokens=tokens)))
    await budgets.settled()


def budgets_of(database: Database, prices: Prices, link: RedisLink | None, **options: Any) -> Budgets:  # noqa: ANN401
    """Make the budgets of another replica, or of the next start."""
    return Budgets(Documents(database, AuditLog(database)), UsageRows(database), prices, link, **options)
