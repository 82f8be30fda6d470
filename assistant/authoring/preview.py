"""What a model would be sent for a draft, what that would cost, and what is hidden from it; nothing is called."""

from msgspec import Struct

from assistant.authoring.uncached_completion import PromptAsker
from assistant.budgets.reservation import estimated
from assistant.completion.messages import request_for
from assistant.completion.prepared import Prepared
from assistant.conversation.transcript import Cut, Transcript
from assistant.text.masking.masking import Mask
from assistant.text.offloading import offload
from providers.asking.upstream import first_available
from providers.base import Message


class Hidden(Struct, frozen=True, kw_only=True):
    """A token that the model sees in the place of something."""

    token: str
    kind: str
    value: str


class ReadTurn(Struct, frozen=True, kw_only=True):
    """A turn of the conversation: who wrote it, the messages that it is made of, and about how many tokens it takes."""

    role: str
    messages: tuple[str, ...]
    tokens: int


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
    mask = Mask(job.rules)
    request = await offload(job.masking_size, request_for, job, mask)
    upstream = job.active.upstreams[first_available(job.active.upstreams)]
    usage = estimated(request)
    return Preview(
        provider=upstream.provider.name,
        model=upstream.model,
        prompt_version=job.prompt.version,
        messages=request.messages,
        hidden=[Hidden(token=token, kind=thing.kind, value=thing.value) for token, thing in mask.tokens.items()],
        temperature=request.temperature,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost=asker.cost(upstream.provider.name, upstream.model, usage),
        turns=[
            ReadTurn(role=turn.voice, messages=turn.messages, tokens=turn.tokens)
            for turn in (transcript.turns if transcript else ())
        ],
        cuts=transcript.cuts if transcript else (),
    )
