"""Asking a model with any version of a prompt, outside the cache and on the author's budget."""

from collections.abc import Callable

from msgspec import structs

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer, Hear
from assistant.completion.model_call import ModelCaller
from assistant.completion.prepared import Prepared, prepare
from assistant.completion.request import DraftRequest
from assistant.completion.usage_recording import Recorder
from assistant.errors import InvalidRequestError
from assistant.live_settings.purges import Purges
from assistant.provider_setting.active import Active, ActiveProvider
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import offload
from assistant.usage.prices import Prices, dollars
from prompts.template import Prompt
from providers.base import Usage


class PromptAsker:
    """Asks with any version of a prompt.

    Args:
        active: the active providers.
        masking: returns what is masked at the moment.
        epochs: for jobs; nothing is stored.
        model: asks the providers.
        recorder: writes down what was asked.
        prices: what tokens cost.
    """

    def __init__(
        self,
        active: ActiveProvider,
        masking: Callable[[], MaskingRules],
        epochs: Purges,
        *,
        model: ModelCaller,
        recorder: Recorder,
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._active = active
        self._masking = masking
        self._epochs = epochs
        self._model = model
        self._recorder = recorder

    @property
    def providers(self) -> list[str]:
        """The names of the providers that are configured, in the order in which they are asked."""
        return [setting.label for setting in self._active.current.settings]

    async def job(self, prompt: Prompt, order: DraftRequest, *, provider: str | None = None) -> Prepared:
        """Decide what an order means with a prompt.

        Args:
            prompt: any version of it.
            order: what is asked; the key in it is not looked at.
            provider: the only one that is asked; None: the active ones, as for agents.

        Raises:
            InvalidRequestError, TooLargeError: the content can't be used, or no such provider is configured.
            VariableError: a variable is wrong or missing.
        """
        active = self._active.current
        if provider is not None:
            active = _only(active, provider)
        fresh, epochs = structs.replace(order, fresh=True), self._epochs.current
        return await offload(order.size, prepare, fresh, prompt, active, self._masking, epochs)

    def cost(self, provider: str, model: str, usage: Usage) -> float | None:
        """Return what tokens cost, in US dollars; None when no price is known."""
        return dollars(self._prices.cost(provider, model, usage))

    def billed(self, answer: Answer) -> float | None:
        """Return what an answer cost, in US dollars; None when no price is known."""
        return dollars(self._prices.billed(answer.bills))

    async def ask(self, job: Prepared, actor: Actor, emit: Hear | None = None) -> Answer:
        """Ask, and write down what that took; `emit` takes the pieces. Raises as a completion does."""
        with self._recorder.recording(job.request, actor, streamed=emit is not None) as recording:
            recording.prepared = job
            recording.answer = answer = await self._model.answer(job, actor, emit)
            return answer


def _only(active: Active, provider: str) -> Active:
    for setting, upstream in zip(active.settings, active.upstreams, strict=True):
        if setting.label == provider:
            return structs.replace(active, settings=(setting,), upstreams=(upstream,))
    known = ", ".join(each.label for each in active.settings)
    raise InvalidRequestError("providers", f"{provider!r} is not configured; choose one of: {known}")
