"""What a model would be sent for a draft, what that would cost, and what is hidden from it; nothing is called."""

from msgspec import Struct

from assistant.authoring.uncached_completion import PromptAsker
from assistant.budgets.reservation import estimated
from assistant.completion.prepared import Prepared
from assistant.conversation.account import Hidden, ReadTurn, account_of
from assistant.conversation.transcript import Cut, Transcript
from assistant.text.offloading import offload
from providers.asking.upstream import first_available
from providers.base import Message


class Preview(Struct, frozen=True, kw_only=True):
    """The messages exactly as they would be sent, and what they would take.

    `input_tokens` is an estimate; `output_tokens` is all the room that the answer has. `cost` is in US dollars for
    both, at most; null when no price is known. `turns` and `cuts` tell what was read of the conversation, and what was
    left out of it and why.
    """

    provider: str
    model: str
    prompt_version: str
    messages: tuple[Message, ...]
    hidden: list[Hidden]
    temperature: float | None
    input_tokens: int
    output_tokens: int
    cost: float | None
    turns: list[ReadTurn] = []
    cuts: tuple[Cut, ...] = ()


async def preview(job: Prepared, asker: PromptAsker, transcript: Transcript | None = None) -> Preview:
    """Show what a job would send to the provider that would be asked first; a transcript is what was read for it."""
    account, request = await offload(job.masking_size, account_of, job, transcript)
    upstream = job.active.upstreams[first_available(job.active.upstreams)]
    usage = estimated(request)
    return Preview(
        provider=upstream.provider.name,
        model=upstream.model,
        prompt_version=job.prompt.version,
        messages=account.messages,
        hidden=account.hidden,
        temperature=request.temperature,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost=asker.cost(upstream.provider.name, upstream.model, usage),
        turns=account.turns,
        cuts=account.cuts,
    )
