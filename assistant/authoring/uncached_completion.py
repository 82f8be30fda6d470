"""Asking a model with any version of a prompt, outside the cache and on the author's budget."""

from collections.abc import Callable

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.completion.asking import Asker
from assistant.completion.flight import Emit
from assistant.completion.job import Job, job_for
from assistant.completion.order import Answer, Order
from assistant.completion.record import Recorder
from assistant.errors import InvalidRequestError
from assistant.live_settings.purges import Epochs
from assistant.provider_setting.active import Active, ActiveProvider
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import offload
from assistant.usage.prices import Prices
from prompts.template import Prompt
from providers.base import Usage


class PromptAsker:
    """Asks with prompts that need not be in force.

    Args:
        active: the providers in charge.
        masking: returns what is masked at the moment.
        epochs: for jobs; nothing is stored.
        asker: asks the providers.
        recorder: writes down what was asked.
        prices: what tokens cost.
    """

    def __init__(
        self,
        active: ActiveProvider,
        masking: Callable[[], MaskingRules],
        epochs: Epochs,
        *,
        asker: Asker,
        recorder: Recorder,
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._active = active
        self._masking = masking
        self._epochs = epochs
        self._asker = asker
        self._recorder = recorder

    @property
    def providers(self) -> list[str]:
        """The names of the providers that are configured, in the order in which they are asked."""
        return [setting.label for setting in self._active.current.settings]

    async def job(self, prompt: Prompt, order: Order, *, provider: str | None = None) -> Job:
        """Decide what an order means with a prompt.

        Args:
            prompt: any version of it.
            order: what is asked; the key in it is not looked at.
            provider: the only one that is asked; None: those in charge, as for agents.

        Raises:
            InvalidRequestError, TooLargeError: the content can't be used, or no such provider is configured.
            VariableError: a variable is wrong or missing.
        """
        active = self._active.current
        if provider is not None:
            active = _only(active, provider)
        fresh, epochs = structs.replace(order, fresh=True), self._epochs.current
        return await offload(order.size, job_for, fresh, prompt, active, self._masking, epochs)

    def cost(self, provider: str, model: str, usage: Usage) -> float | None:
        """Return what tokens cost, in US dollars; None when no price is known."""
        cost = self._prices.cost(provider, model, usage)
        return None if cost is None else cost / 1_000_000

    def billed(self, answer: Answer) -> float | None:
        """Return what an answer cost, in US dollars; None when no price is known."""
        cost = self._prices.billed(answer.bills)
        return None if cost is None else cost / 1_000_000

    async def ask(self, job: Job, actor: Actor, emit: Emit | None = None) -> Answer:
        """Ask, and write down what that took; raises as a completion does."""
        with self._recorder.recording(job.order, actor, streamed=emit is not None) as record:
            record.job = job
            record.answer = answer = await self._asker.ask(job, actor, emit)
            return answer


def _only(active: Active, provider: str) -> Active:
    for setting, upstream in zip(active.settings, active.upstreams, strict=True):
        if setting.label == provider:
            return structs.replace(active, settings=(setting,), upstreams=(upstream,))
    known = ", ".join(each.label for each in active.settings)
    raise InvalidRequestError("providers", f"{provider!r} is not configured; there are: {known}")
