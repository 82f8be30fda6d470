"""What can go wrong with a model provider.

Exception
├── SettingError                  a setting can't work: which field, and why
└── ProviderError
    ├── CredentialsError          the key is missing, wrong, or may not do this
    │   └── GatewayKeyError       so is the one that a gateway has for the model behind it
    ├── InvalidRequestError       the provider refuses the request as it is
    │   └── ContextTooLongError   the text doesn't fit the model
    ├── ContentFilteredError      the provider won't answer such a text
    ├── RateLimitedError        * too many requests, or no credit left
    ├── NotAdmittedError        + there is no money for it; it was not asked
    ├── OverloadedError         + too many of our own requests wait for it; it was not asked
    ├── ModelLoadingError       * it loads the model first, which goes on
    └── UnavailableError        * down, unreachable, overloaded
        ├── TimedOutError       * no answer in time
        ├── UntrustedError      + its certificate can't be trusted; the key was not sent
        ├── StreamInterruptedError * the answer broke off
        ├── MalformedReplyError * the answer is empty or can't be read
        │   └── ThoughtsOnlyError * all that came was thoughts
        └── CircuitOpenError    + it failed so often lately that it was not asked

* worth retrying, or asking another provider
+ worth asking another provider
"""

from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from messages.sentences import Sentence, repeated
from providers.base import NO_USAGE

CauseKind: TypeAlias = Literal[
    "name",
    "refused",
    "unreachable",
    "silent",
    "closed",
    "certificate",
    "no_tls",
    "tls",
    "no_http",
    "proxy",
    "path",
    "model",
    "unloaded",
]
"""Why a provider could not be asked: its name has no address, no one listens there, there is no way to it, it takes no
connection in time, it closes it, its certificate is refused, it speaks no TLS, TLS fails otherwise, it speaks no HTTP,
the proxy on the way refuses, it has nothing at the path, it has no such model, or none loaded."""

_LOADING_SECONDS = 5.0  # after which to look again
_WAIT = "Try again in a moment; if it goes on, an administrator can choose another provider."


class Cause(Struct, frozen=True, kw_only=True):
    """Why a provider could not be asked, for whoever sets it up.

    Attributes:
        kind: one word for it.
        said: what is wrong with its certificate, or with TLS; part of a sentence.
    """

    kind: CauseKind
    said: str = ""


class SettingError(Exception):
    """A provider setting that can't work.

    Args:
        field: the member of the setting at fault: provider, api_key, model, base_url, api or local_model.
        reason: a sentence for the admin; never holds a key.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class ProviderError(Exception):
    """A provider didn't answer as asked; the text is for people and holds neither keys nor what the provider sent.

    Args:
        provider: name of the provider.
        status: HTTP status of its answer, where there was one.
        retry_after: seconds to wait before asking again, where the provider said so.
        detail: a sentence of ours that says more; never text from the provider.
        again: whether asking the same provider again can help, where errors of the kind are worth it.

    Attributes:
        where: which of several settings it was, for an admin who tries them; empty where that is clear.
        cause: why it could not be asked, where that is known.
        spent: what it reported to have billed for an answer that can't be used.
    """

    reason: ClassVar[str] = "failed"
    code: ClassVar[str] = "failed"
    """One word for logs and metrics."""
    error_code: ClassVar[str] = "internal"
    """Which error it is, for programs that use the service."""
    remedy: str = ""
    """What a person can do about it."""
    retryable: ClassVar[bool] = False
    called: ClassVar[bool] = True
    """Whether the provider was asked at all; if not, asking it again at once is no use."""
    about_text: ClassVar[bool] = False
    """Whether the text is the cause, so that other providers need not be tried."""

    most: ClassVar[int] = 1000
    """How often one request may fail so before its provider is not asked again."""

    def __init__(
        self,
        provider: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        detail: str = "",
        again: bool = True,
    ) -> None:
        super().__init__(provider)
        self.provider = provider
        self.status = status
        self.retry_after = retry_after
        self.detail = detail
        self.again = again
        self.where = ""
        self.cause: Cause | None = None
        self.spent = NO_USAGE

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        """What happened, for people."""
        where = f"{self.where}: " if self.where else ""
        status = "" if self.status is None else f" (HTTP {self.status})"
        detail = repeated(": {detail}", detail=repeated(self.detail)) if self.detail else ""
        return Sentence(
            "{where}The provider {provider} {reason}{status}{detail}.",
            where=where,
            provider=self.provider,
            reason=repeated(self.reason),
            status=status,
            detail=detail,
        )


class CredentialsError(ProviderError):
    """The key is missing, wrong, or not allowed to use this model."""

    reason = "refused the API key"
    code = "credentials"
    error_code = "provider_key"
    remedy = "An administrator has to enter a valid key in the AI settings."


class GatewayKeyError(CredentialsError):
    """A gateway took our key; the provider behind it refuses the gateway's."""

    reason = "has no valid key for the model behind it"
    remedy = "An administrator has to correct that key in the gateway's own settings."


class InvalidRequestError(ProviderError):
    """The provider refuses the request as it is: unknown model, closed region, bad parameter."""

    reason = "refused the request"
    code = "invalid_request"
    error_code = "provider_rejected"
    remedy = "An administrator should check the model and the address."

    @property
    def sentence(self) -> Sentence:
        """What happened, for people; which of model and address it is, with a detail for those who can mend it."""
        if self.detail or self.cause is None or self.cause.kind not in {"path", "model"}:
            return super().sentence
        return Sentence(
            "The AI provider {provider} does not know this address or model. Tell your administrator.",
            provider=self.provider,
        )


class ContextTooLongError(InvalidRequestError):
    """The text is longer than the model can read."""

    reason = "can't take a text of this length"
    code = "context_too_long"
    error_code = "context_too_long"
    remedy = "Shorten the draft, or choose a model with a larger context."
    about_text = True


class ContentFilteredError(ProviderError):
    """The provider's content filter stopped the request or the answer."""

    reason = "declined to answer this text"
    code = "content_filtered"
    error_code = "content_filtered"
    remedy = "Word the draft differently and try again."
    about_text = True


class RateLimitedError(ProviderError):
    """Too many requests or tokens, or no credit left."""

    reason = "is limiting requests"
    code = "rate_limited"
    error_code = "provider_rate_limited"
    remedy = _WAIT
    retryable = True


class OverloadedError(ProviderError):
    """As many requests as may be are under way or wait already; nothing was sent."""

    reason = "has as many requests of ours to answer as it may have at once"
    code = "overloaded"
    error_code = "busy"
    remedy = _WAIT
    retryable = True
    called = False


class NotAdmittedError(ProviderError):
    """The caller may not ask it, as no budget has room for what it costs; nothing was sent."""

    reason = "costs more than the budget has left today, so it was not asked"
    code = "not_admitted"
    error_code = "budget_cost_per_day"
    remedy = "It is free again at midnight UTC; an administrator can raise it."
    called = False


class ModelLoadingError(ProviderError):
    """The provider loads its model first: it says so, or nothing came before the deadline, and it is left to go on."""

    code = "loading"
    error_code = "model_loading"
    retryable = True

    def __init__(self, provider: str, *, retry_after: float | None = None) -> None:
        super().__init__(provider, retry_after=_LOADING_SECONDS if retry_after is None else retry_after)

    @property
    def sentence(self) -> Sentence:
        """What happened, for people."""
        where = f"{self.where}: " if self.where else ""
        return Sentence("{where}The model is being loaded; try again in a moment.", where=where)


class UnavailableError(ProviderError):
    """The provider is down, overloaded, or can't be reached."""

    reason = "is not available"
    code = "unavailable"
    error_code = "provider_unavailable"
    remedy = _WAIT
    retryable = True


class TimedOutError(UnavailableError):
    """No answer, or no next piece of it, in time."""

    reason = "did not answer in time"
    code = "timed_out"
    error_code = "provider_timeout"


class UntrustedError(UnavailableError):
    """Its certificate can't be trusted, so nothing was sent."""

    reason = "could not show who it is"
    code = "untrusted"
    remedy = "An administrator should check the address, and which certificate authorities the service trusts."
    retryable = False


class StreamInterruptedError(UnavailableError):
    """The answer ended before the provider said that it was finished."""

    reason = "broke off its answer"
    code = "stream_interrupted"


class MalformedReplyError(UnavailableError):
    """The answer is empty, too large, or not what the wire format says."""

    reason = "sent an answer that can't be used"
    code = "malformed_reply"


class ThoughtsOnlyError(MalformedReplyError):
    """The model thought until its tokens were used up, or said nothing after it; with more room it may."""

    code = "thoughts_only"
    most = 2


class CircuitOpenError(UnavailableError):
    """It failed so often lately that it is left alone for a while; nothing was sent."""

    reason = "failed too often lately and is left alone for a moment"
    code = "circuit_open"
    called = False
