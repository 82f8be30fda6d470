"""What can go wrong in the service itself, without a word about HTTP.

    AssistantError
    ├── SettingsError              a setting that the service can't start with
    ├── InvalidRequestError        a body or parameter that can't be used; names the field
    │   ├── ApiKeyRequiredError    a new base URL without a key of its own
    │   └── ProviderKeyError       a provider without the key that it needs
    ├── EmptyContentError          a draft without anything to rewrite
    ├── AnswerRefusedError         an answer that lost a link or a figure, for a caller who would not be told
    ├── KeyRefusedError            a provider refuses the key of a setting that is being tried
    ├── NotLoadedError             the model of a setting that is being tried is not loaded yet
    ├── UnauthorizedError          no or wrong credentials
    ├── ForbiddenError             the right is missing
    │   └── CsrfError              a request with a session cookie lacks its proof of origin
    ├── TooManyAttemptsError       too many wrong passwords
    ├── BudgetExceededError        a budget is used up; names it
    ├── NotFoundError              no such object
    │   └── OutOfScopeError        a prompt that is for other teams or inboxes
    ├── DuplicateError             another object has that name or address already
    ├── InUseError                 it can't go while others refer to it
    ├── StaleEditError             someone else was quicker
    ├── PreconditionError          an edit that does not say what it is based on
    ├── TestsFailedError           a prompt that does not do what its tests say
    ├── TooLargeError              over a limit; names it
    │   └── LongPathError          a path that is longer than any can be
    ├── MethodNotAllowedError      a method that is not possible here
    ├── CrowdedError               one client has too much under way
    ├── SlowBodyError              a body does not come in time
    ├── BusyError                  more at once than can be done in time
    ├── DatabaseUnavailableError   the database does not answer
    ├── StoppingError              the service ends before the answer is there
    ├── MaskingUnknownError        what must be hidden from providers can't be read
    │   └── MaskingPatternError    a saved pattern of theirs can't be used
    ├── CoreUnavailableError       the core could not be asked who is calling
    ├── CoreUnreachableError       a request could not be passed on to the core, or got no whole answer
    └── CoreTimeoutError           the core takes too long

Errors of prompts and providers are their packages' own; `envelope` says which HTTP status each of them is.
"""

from collections.abc import Sequence
from typing import TypeAlias

from messages.sentences import ENGLISH, Sentence, repeated, say
from prompts import errors as prompts
from providers import errors as providers

_MOST_NAMED = 5  # things that a sentence lists
INTERNAL = "internal"
"""The code of an unexpected error."""


class AssistantError(Exception):
    """Base of the service's own errors.

    Args:
        message: a sentence for the person who caused it.
        retry_after: seconds after which to try again, where waiting helps.
        hint: what the operator's log says besides.

    Attributes:
        error_code: which error it is, for programs; errors of prompts and providers have one too.
        remedy: what a person can do about it, where the message does not say so.
    """

    error_code: str = INTERNAL
    remedy: str = ""
    retry_after: float | None = None

    def __init__(self, message: str = "", *, retry_after: float | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        if retry_after is not None:
            self.retry_after = retry_after


class SettingsError(AssistantError):
    """A setting has a value that can't be used; the text names the variable, never the value."""


class InvalidRequestError(AssistantError):
    """A field of the request can't be used.

    Args:
        field: the field or parameter at fault; empty when the body as a whole is.
        reason: what is wrong with it, and what would be right.
    """

    error_code = "invalid_request"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(Sentence("{field}: {reason}", field=field, reason=reason) if field else reason)
        self.field = field
        self.reason = reason


class ApiKeyRequiredError(InvalidRequestError):
    """The stored key belongs to another provider or address and does not follow to this one."""

    error_code = "api_key_required"


class ProviderKeyError(InvalidRequestError):
    """The provider needs a key, and none was sent."""

    error_code = "provider_key"


class EmptyContentError(AssistantError):
    """The draft, or what is selected in it, has neither a word nor a picture."""

    error_code = "empty_content"


class AnswerRefusedError(AssistantError):
    """The model lost or changed what an answer must keep, and the caller would see no warning."""

    error_code = "answer_refused"


class KeyRefusedError(AssistantError):
    """The key in a provider setting that an administrator tries or saves is refused by the provider."""

    error_code = "provider_key"
    remedy = providers.CredentialsError.remedy


class NotLoadedError(AssistantError):
    """The model in a provider setting that an administrator tries or saves is being loaded first."""

    error_code = "model_loading"


class UnauthorizedError(AssistantError):
    """The caller is unknown, or sent no credentials."""

    error_code = "unauthorized"


class ForbiddenError(AssistantError):
    """The caller is known and may not do this."""

    error_code = "forbidden"


class CsrfError(ForbiddenError):
    """A request with a session cookie lacks the token that proves where it comes from."""

    error_code = "csrf"


class TooManyAttemptsError(AssistantError):
    """Too many wrong passwords for one address."""

    error_code = "too_many_attempts"


class BudgetExceededError(AssistantError):
    """A budget is used up.

    Args:
        message: which budget it is, whose, and when it is free again.
        name: `requests_per_minute`, `tokens_per_day` or `cost_per_day`.
        retry_after: seconds after which it is free again.
    """

    def __init__(self, message: str, *, name: str, retry_after: float) -> None:
        super().__init__(message, retry_after=retry_after)
        self.error_code = f"budget_{name}"


class NotFoundError(AssistantError):
    """The object does not exist, or not for this caller."""

    error_code = "not_found"


class OutOfScopeError(NotFoundError):
    """The prompt is for other teams or inboxes, so for this caller there is none."""

    error_code = "unknown_prompt"

    def __init__(self) -> None:
        super().__init__(
            Sentence("This prompt is for other teams or inboxes. Choose another one, or ask an administrator.")
        )


class DuplicateError(AssistantError):
    """Another object has that name or address already."""

    error_code = "duplicate"


class InUseError(AssistantError):
    """The object can't be changed or deleted while others refer to it, or because it is built in."""

    error_code = "in_use"


class StaleEditError(AssistantError):
    """The thing was changed by someone else since it was read."""

    error_code = "stale_edit"


class PreconditionError(AssistantError):
    """The request must say which version it is based on."""

    error_code = "precondition_required"


class TestsFailedError(AssistantError):
    """The tests of a prompt fail.

    Args:
        failures: a sentence for each.
    """

    error_code = "tests_failed"
    __test__ = False  # not one of pytest's

    def __init__(self, failures: list[str]) -> None:
        super().__init__(
            Sentence(
                "{failed} of the prompt's tests fail. "
                "Correct the tests or the prompt, or publish with force and a reason.",
                failed=len(failures),
            )
        )
        self.details = failures


class TooLargeError(AssistantError):
    """Something is over its limit."""

    error_code = "too_large"


class LongPathError(TooLargeError):
    """The path of a request is longer than any of ours, or of a helpdesk's, can be."""


class MethodNotAllowedError(AssistantError):
    """The method is not possible here."""

    error_code = "method_not_allowed"


class CrowdedError(AssistantError):
    """One client has so much under way that others could not be served."""

    error_code = "too_many_requests"
    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__(
            Sentence("Too many requests from your address are running. Try again when some have finished.")
        )


class SlowBodyError(AssistantError):
    """The body of a request does not come in time."""

    error_code = "request_timeout"

    def __init__(self) -> None:
        super().__init__(Sentence("The request's body took too long to arrive. Try again, on a better connection."))


class BusyError(AssistantError):
    """More is asked for at once than can be done in time."""

    error_code = "busy"


class DatabaseUnavailableError(AssistantError):
    """The database does not answer, or not in time."""

    error_code = "busy"
    retry_after = 1.0


class StoppingError(AssistantError):
    """The service is told to end, and the time of what was under way is over."""

    error_code = "restarting"
    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__(Sentence("The service is being restarted. Try again in a moment."))


class MaskingUnknownError(AssistantError):
    """What administrators want hidden can't be read, so no text may leave."""

    error_code = "masking_unknown"

    def __init__(
        self,
        reason: str = Sentence(
            "What must be hidden from providers can't be read, so no text is sent to one. "
            "An administrator has to save the masking settings again."
        ),
    ) -> None:
        super().__init__(reason)


class MaskingPatternError(MaskingUnknownError):
    """Saved patterns can't be used, so no one knows what they would hide, and no text may leave."""

    def __init__(self, names: Sequence[str]) -> None:
        named = ", ".join(repr(name) for name in names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
        super().__init__(
            Sentence(
                "These masking patterns can't be used: {names}. No text is sent to a provider "
                "until an administrator changes them and saves the masking settings again.",
                names=named,
            )
        )


class InvalidOutputError(AssistantError):
    """The model's answer should have been JSON of a certain form, and was not, twice."""

    error_code = "invalid_model_output"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "The model's answer could not be read. Try again; if it goes on, an administrator can choose another "
                "model."
            )
        )


class CoreUnavailableError(AssistantError):
    """The core did not say who is calling."""

    error_code = "core_unavailable"
    retry_after = 1.0


class CoreUnreachableError(AssistantError):
    """A request could not be passed on to the core, or its answer is not whole."""

    error_code = "core_unavailable"


class CoreTimeoutError(AssistantError):
    """The core took too long to answer, or to take a request."""

    error_code = "core_timeout"


Told: TypeAlias = AssistantError | prompts.PromptError | providers.ProviderError
"""Errors that people are told of in their own words."""


def code_of(error: BaseException) -> str:
    """Return an error's code, as programs know it."""
    return error.error_code if isinstance(error, Told) else INTERNAL


def message_of(error: Told, language: str = ENGLISH) -> str:
    """Return what a person is told of an error, and what they can do about it."""
    given = error.sentence if isinstance(error, providers.ProviderError) else (error.args or ("",))[0]
    remedy = repeated(getattr(error, "remedy", ""))
    return f"{say(given, language)} {remedy.in_language(language)}".strip()
