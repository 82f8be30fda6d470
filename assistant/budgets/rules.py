"""What the budgets say about one completion."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from assistant.budgets.day_counters import Charge
from assistant.budgets.document import ANY, LIMITS, BudgetDocument
from assistant.usage.prices import MICROS
from assistant.usage.spending import Spent

_DAILY = ("tokens_per_day", "cost_per_day")


class Rules:
    """The budgets, arranged for looking up. A limit of someone's own goes before the one for each (`*`)."""

    def __init__(self, document: BudgetDocument) -> None:
        self._limits: dict[tuple[str, str, str], int] = {
            (each.scope, str(each.id), name): _counted(name, most)
            for each in document.budgets
            for name in LIMITS
            if (most := getattr(each, name)) is not None
        }
        names = {name for _, _, name in self._limits}
        self.limits_requests = "requests_per_minute" in names
        self.limits_days = not names.isdisjoint(_DAILY)
        self.limits_cost = "cost_per_day" in names

    def requests_per_minute(self, agent_id: int) -> int | None:
        """Return how many requests an agent may send in a minute; None: any number."""
        return self._limit("agent", str(agent_id), "requests_per_minute")

    def charges(
        self, agent_id: int, teams: Iterable[int], prompt_key: str, *, tokens: int, cost: int
    ) -> tuple[Charge, ...]:
        """Return what a completion takes from which budgets."""
        amounts = {"tokens_per_day": tokens, "cost_per_day": cost}
        return tuple(
            Charge(name=name, scope=scope, id=key, amount=amounts[name], most=most)
            for scope, key in _scopes(agent_id, teams, prompt_key)
            for name in _DAILY
            if (most := self._limit(scope, key, name)) is not None
        )

    def totals(self, spent: Iterable[Spent]) -> dict[str, int]:
        """Return what each counter has to hold for what was spent."""
        totals: dict[str, int] = defaultdict(int)
        for each in spent:
            for charge in self.charges(each.agent_id, each.teams, each.prompt_key, tokens=each.tokens, cost=each.cost):
                totals[charge.counter] += charge.amount
        return dict(totals)

    def _limit(self, scope: str, key: str, name: str) -> int | None:
        return self._limits.get((scope, key, name)) or self._limits.get((scope, ANY, name))


def _counted(name: str, most: float) -> int:
    """Return a limit in the unit of its counter."""
    return max(1, round(most * MICROS)) if name == "cost_per_day" else int(most)


def _scopes(agent_id: int, teams: Iterable[int], prompt_key: str) -> Iterator[tuple[str, str]]:
    yield "agent", str(agent_id)
    for team in sorted(teams):
        yield "team", str(team)
    yield "prompt", prompt_key
    yield "workspace", ANY
