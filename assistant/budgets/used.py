"""How much of each budget of a day is used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from assistant.budgets.document import ANY, Budget, BudgetDocument, Scope
from assistant.usage.prices import MICROS
from assistant.usage.spending import Spent


class UsedBudget(Struct, frozen=True, kw_only=True):
    """What is used of a budget.

    Attributes:
        scope: of the budget.
        id: likewise.
        tokens: used today, in UTC; of a budget for each (`*`), by the one who used most of it.
        cost: likewise, in US dollars.
        by: whose that is; empty while no one has used any.
    """

    scope: Scope
    id: str
    tokens: int
    cost: float
    by: str


def used(document: BudgetDocument, spent: Iterable[Spent]) -> list[UsedBudget]:
    """Return what is used of each budget, in the order of the document.

    Args:
        document: the budgets.
        spent: what a day has cost so far.
    """
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in spent:
        for scope, key in _names(each):
            sums[scope, key][0] += each.tokens
            sums[scope, key][1] += each.cost
    own: set[tuple[str, str]] = {(each.scope, str(each.id)) for each in document.budgets}
    return [_used(each, sums, own) for each in document.budgets]


def _used(budget: Budget, sums: dict[tuple[str, str], list[int]], own: set[tuple[str, str]]) -> UsedBudget:
    scope, name = budget.scope, str(budget.id)
    if name == ANY and scope != "workspace":
        others = [(key, amounts) for key, amounts in sums.items() if key[0] == scope and key not in own]
        (_, name), (tokens, cost) = max(
            others, key=lambda each: _share(budget, *each[1]), default=((scope, ""), (0, 0))
        )
    else:
        tokens, cost = sums.get((scope, name), (0, 0))
    return UsedBudget(scope=scope, id=str(budget.id), tokens=tokens, cost=cost / MICROS, by=name)


def _share(budget: Budget, tokens: int, cost: int) -> tuple[float, int]:
    """Return how much of a budget amounts are: of the limit that they are nearer to."""
    shares = [
        tokens / budget.tokens_per_day if budget.tokens_per_day else 0.0,
        cost / MICROS / budget.cost_per_day if budget.cost_per_day else 0.0,
    ]
    return max(shares), tokens


def _names(spent: Spent) -> Iterator[tuple[str, str]]:
    yield "agent", str(spent.agent_id)
    for team in spent.teams:
        yield "team", str(team)
    yield "prompt", spent.prompt_key
    yield "workspace", ANY
