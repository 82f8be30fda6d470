"""Showing and replacing the budgets."""

from datetime import date

from litestar import Controller, Response, get, put
from litestar.di import NamedDependency, Provide
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.budgets.budgets import Budgets
from assistant.budgets.document import BudgetDocument
from assistant.budgets.used import UsedBudget
from assistant.envelope import Success, success
from assistant.usage.log import UsageLog
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.revisions import read_revision, tag_of


class UsedBudgets(Struct, frozen=True, kw_only=True):
    """What is used of each budget on a day, in UTC."""

    day: date
    budgets: list[UsedBudget]


class BudgetController(Controller):
    """Operations on budgets."""

    path = "/api/v1/ai/budgets"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=BudgetDocument))
    async def show_budgets(self, budgets: NamedDependency[Budgets]) -> Response[Success]:
        """Show all budgets and own prices."""
        return Response(success(budgets.current), headers=tag_of(budgets.revision))

    @get("/used", opt=documented(permission=AI_MANAGE, answers=UsedBudgets))
    async def show_used(self, budgets: NamedDependency[Budgets], usage_log: NamedDependency[UsageLog]) -> Success:
        """Show what is used today of each budget, in UTC; requests per minute are not counted here."""
        await usage_log.flush()
        day, found = await budgets.used()
        return success(UsedBudgets(day=day, budgets=found))

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(BudgetDocument, storable=True))},
        opt=documented(permission=AI_MANAGE, answers=BudgetDocument, body=BudgetDocument, errors=frozenset({412})),
    )
    async def replace_budgets(
        self, request: ApiRequest, wanted: NamedDependency[BudgetDocument], budgets: NamedDependency[Budgets]
    ) -> Response[Success]:
        """Replace all budgets and own prices. `If-Match` may name the revision that they were made from, as `ETag`."""
        await budgets.replace(wanted, agent_id=request.user.id, based_on=read_revision(request))
        return Response(success(budgets.current), headers=tag_of(budgets.revision))
