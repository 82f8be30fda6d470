"""The account of what a model is told for a request: its messages, what is hidden in them, and what was left out."""

from msgspec import Struct

from assistant.budgets.reservation import estimated
from assistant.completion.messages import request_for
from assistant.completion.prepared import Prepared
from assistant.conversation.transcript import Cut, Transcript
from assistant.text.masking.masking import Mask
from providers.base import CompletionRequest, Message


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


class Account(Struct, frozen=True, kw_only=True):
    """What the model read: the messages to the byte, and what became of the conversation.

    `input_tokens` is an estimate for all of it. `turns` and `cuts` tell what was read of the conversation, and what was
    left out of it and why.
    """

    prompt_key: str
    prompt_version: str
    messages: tuple[Message, ...]
    hidden: list[Hidden]
    input_tokens: int
    turns: list[ReadTurn] = []
    cuts: tuple[Cut, ...] = ()


def account_of(job: Prepared, transcript: Transcript | None) -> tuple[Account, CompletionRequest]:
    """Return the account of a request, and the request itself.

    Args:
        job: what is asked.
        transcript: what was read of the conversation; None: there is none.

    Raises:
        TooLargeError: a pattern of an administrator takes too long on a text.
    """
    mask = Mask(job.rules)
    request = request_for(job, mask)
    account = Account(
        prompt_key=job.prompt.key,
        prompt_version=job.prompt.version,
        messages=request.messages,
        hidden=[Hidden(token=token, kind=thing.kind, value=thing.value) for token, thing in mask.tokens.items()],
        input_tokens=estimated(request).input_tokens,
        turns=[
            ReadTurn(role=turn.voice, messages=turn.messages, tokens=turn.tokens)
            for turn in (transcript.turns if transcript else ())
        ],
        cuts=transcript.cuts if transcript else (),
    )
    return account, request
