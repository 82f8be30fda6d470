"""Showing and replacing the budgets."""

from litestar import Controller, get, put
from litestar.di import NamedDependency, Provide

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.budgets.budgets import Budgets
from assistant.budgets.document import BudgetDocument
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.operation import documented


class BudgetController(Controller):
    """Operations on budgets."""

    path = "/api/v1/ai/budgets"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=BudgetDocument))
    async def show_budgets(self, budgets: NamedDependency[Budgets]) -> Success:
        """Show all budgets and own prices."""
        return success(budgets.current)

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(BudgetDocument, storable=True))},
        opt=documented(permission=AI_MANAGE, answers=BudgetDocument, body=BudgetDocument),
    )
    async def replace_budgets(
        self, request: ApiRequest, wanted: NamedDependency[BudgetDocument], budgets: NamedDependency[Budgets]
    ) -> Success:
        """Replace all budgets and own prices."""
        await budgets.replace(wanted, agent_id=request.user.id)
        return success(budgets.current)
