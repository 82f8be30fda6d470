"""Budgets and own prices, as an administrator writes them: one document, always replaced as a whole."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, structs

from assistant.errors import InvalidRequestError
from assistant.usage.prices import Price
from providers.hosts import HOSTS

Scope: TypeAlias = Literal["agent", "team", "prompt", "workspace"]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=10**12)]

ANY = "*"
"""The id that stands for each agent, team or prompt that has no limit of its own."""

LIMITS = ("requests_per_minute", "tokens_per_day", "cost_per_day")
"""What a budget can limit, as its members and the error codes call it."""

_MOST = 1000
_LONGEST_ID = 100
_LONGEST_MODEL = 200


class Budget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of one agent, team or prompt, of each of them (`*`), or of all together (`workspace`).

    Attributes:
        scope: whose requests are counted together.
        id: of the agent or team, or the prompt's key.
        requests_per_minute: of an agent only; hits of the cache count too.
        tokens_per_day: input and output, from midnight to midnight UTC.
        cost_per_day: US dollars, from midnight to midnight UTC; what has no known price costs nothing, but is not
            asked any more once all is spent, as a model is that is known to be free.
    """

    scope: Scope
    id: str | int = ANY
    requests_per_minute: Count | None = None
    tokens_per_day: Count | None = None
    cost_per_day: Annotated[float, Meta(gt=0, le=10**6)] | None = None


class BudgetDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All budgets and all own prices; nothing is limited that no budget names."""

    budgets: list[Budget] = []
    prices: list[Price] = []


def checked(document: BudgetDocument) -> BudgetDocument:
    """Return the document with every id as text.

    Raises:
        InvalidRequestError: a member can't be used; the error names it.
    """
    for name, rows in (("budgets", document.budgets), ("prices", document.prices)):
        if len(rows) > _MOST:
            raise InvalidRequestError(name, f"may have at most {_MOST} entries")
    budgets = [structs.replace(each, id=_checked_id(each, f"budgets[{i}]")) for i, each in enumerate(document.budgets)]
    for index, price in enumerate(document.prices):
        field = f"prices[{index}]"
        if price.provider not in HOSTS:
            raise InvalidRequestError(f"{field}.provider", f"there is no such provider; known are {', '.join(HOSTS)}")
        if not 0 < len(price.model) <= _LONGEST_MODEL:
            raise InvalidRequestError(f"{field}.model", f"must have 1 to {_LONGEST_MODEL} characters")
    _refuse_twins("budgets", [(each.scope, each.id) for each in budgets])
    _refuse_twins("prices", [(each.provider, each.model) for each in document.prices])
    return structs.replace(document, budgets=budgets)


def _checked_id(budget: Budget, field: str) -> str:
    if all(getattr(budget, limit) is None for limit in LIMITS):
        raise InvalidRequestError(field, f"must have at least one of {', '.join(LIMITS)}")
    if budget.requests_per_minute is not None and budget.scope != "agent":
        raise InvalidRequestError(f"{field}.requests_per_minute", "only an agent's requests are counted by the minute")
    name = str(budget.id)
    if budget.scope == "workspace" and name != ANY:
        raise InvalidRequestError(f"{field}.id", "there is one workspace; leave the id out")
    if budget.scope in {"agent", "team"} and name != ANY and not (name.isascii() and name.isdigit()):
        raise InvalidRequestError(f"{field}.id", f"must be the {budget.scope}'s number, or * for each")
    if not 0 < len(name) <= _LONGEST_ID or not name.isprintable():
        raise InvalidRequestError(f"{field}.id", "must be a prompt's key, or * for each")
    return name


def _refuse_twins(field: str, names: Sequence[tuple[str, str | int]]) -> None:
    seen: set[tuple[str, str | int]] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise InvalidRequestError(f"{field}[{index}]", f"there are two for {name[0]} {name[1]}; keep one")
        seen.add(name)
