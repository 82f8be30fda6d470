"""What can go wrong in the service itself, without a word about HTTP.

    AssistantError
    ├── SettingsError              a setting that the service can't start with
    ├── InvalidRequestError        a body or parameter that can't be used; names the field
    │   ├── ApiKeyRequiredError    a new base URL without a key of its own
    │   └── ProviderKeyError       a provider without the key that it needs
    ├── EmptyContentError          a draft without anything to rewrite
    ├── AnswerRefusedError         an answer that lost a link or a figure, for a caller who would not be told
    ├── KeyRefusedError            a provider refuses the key of a setting that is being tried
    ├── UnauthorizedError          no or wrong credentials
    ├── ForbiddenError             the right is missing
    │   └── CsrfError              a request with a session cookie lacks its proof of origin
    ├── TooManyAttemptsError       too many wrong passwords
    ├── BudgetExceededError        a budget is used up; names it
    ├── NotFoundError              no such object
    │   └── OutOfScopeError        a prompt that is for other teams or inboxes
    ├── DuplicateError             another object has that name or address already
    ├── InUseError                 it can't go while others refer to it
    ├── StaleEditError             somebody else was quicker
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

Errors of prompts and providers are their packages' own; `envelope` maps all of them.
"""

from collections.abc import Sequence

_MOST_NAMED = 5  # things that a sentence lists


class AssistantError(Exception):
    """Base of the service's own errors; the text is a sentence for the person who caused it."""


class SettingsError(AssistantError):
    """A setting has a value that can't be used; the text names the variable, never the value."""


class InvalidRequestError(AssistantError):
    """A field of the request can't be used.

    Args:
        field: the field or parameter at fault; empty when the body as a whole is.
        reason: what is wrong with it, and what would be right.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class ApiKeyRequiredError(InvalidRequestError):
    """The stored key belongs to another provider or address and does not follow to this one."""


class ProviderKeyError(InvalidRequestError):
    """The provider needs a key, and none was sent."""


class EmptyContentError(AssistantError):
    """The draft, or what is selected in it, has neither a word nor a picture."""


class AnswerRefusedError(AssistantError):
    """The model lost or changed what an answer must keep, and the caller would see no warning."""


class KeyRefusedError(AssistantError):
    """The key in a provider setting that an administrator tries or saves is refused by the provider."""


class UnauthorizedError(AssistantError):
    """Nobody that we know, or nobody at all, is calling."""


class ForbiddenError(AssistantError):
    """The caller is known and may not do this."""


class CsrfError(ForbiddenError):
    """A request with a session cookie lacks the token that proves where it comes from."""


class TooManyAttemptsError(AssistantError):
    """Too many wrong passwords for one address.

    Args:
        retry_after: seconds after which to try again.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BudgetExceededError(AssistantError):
    """A budget is used up.

    Args:
        message: which budget it is, whose, and when it is free again.
        name: `requests_per_minute`, `tokens_per_day` or `cost_per_day`.
        retry_after: seconds after which it is free again.
    """

    def __init__(self, message: str, *, name: str, retry_after: float) -> None:
        super().__init__(message)
        self.name = name
        self.retry_after = retry_after


class NotFoundError(AssistantError):
    """The object does not exist, or not for this caller."""


class OutOfScopeError(NotFoundError):
    """The prompt is for other teams or inboxes, so for this caller there is none."""

    def __init__(self) -> None:
        super().__init__("This prompt is for other teams or inboxes. Choose another one, or ask an administrator.")


class DuplicateError(AssistantError):
    """Another object has that name or address already."""


class InUseError(AssistantError):
    """The object can't be changed or deleted while others refer to it, or because it is built in."""


class StaleEditError(AssistantError):
    """The thing was changed by somebody else since it was read."""


class PreconditionError(AssistantError):
    """The request must say which version it is based on."""


class TestsFailedError(AssistantError):
    """The tests of a prompt fail.

    Args:
        failures: a sentence for each.
    """

    __test__ = False  # not one of pytest's

    def __init__(self, failures: list[str]) -> None:
        super().__init__(
            f"{len(failures)} of the prompt's tests fail. Mend them or the prompt, or publish with force and a reason."
        )
        self.details = failures


class TooLargeError(AssistantError):
    """Something is over its limit."""


class LongPathError(TooLargeError):
    """The path of a request is longer than any of ours, or of a helpdesk's, can be."""


class MethodNotAllowedError(AssistantError):
    """The method is not possible here."""


class CrowdedError(AssistantError):
    """One client has so much under way that others could not be served."""

    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__("Too many requests from your address are under way. Try again when some have ended.")


class SlowBodyError(AssistantError):
    """The body of a request does not come in time."""

    def __init__(self) -> None:
        super().__init__("The body of the request took too long to arrive. Try again, on a better connection.")


class BusyError(AssistantError):
    """More is asked for at once than can be done in time.

    Args:
        retry_after: seconds after which to try again.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DatabaseUnavailableError(AssistantError):
    """The database does not answer, or not in time."""

    retry_after = 1.0


class StoppingError(AssistantError):
    """The service is told to end, and the time of what was under way is over."""

    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__("The service is being restarted. Try again in a moment.")


class MaskingUnknownError(AssistantError):
    """What administrators want hidden can't be read, so no text may leave."""

    def __init__(
        self,
        reason: str = "It can't be read what must be hidden from providers, so no text is sent to one. "
        "An administrator has to save the masking settings again.",
    ) -> None:
        super().__init__(reason)


class MaskingPatternError(MaskingUnknownError):
    """Saved patterns can't be used, so nobody knows what they would hide, and no text may leave."""

    def __init__(self, names: Sequence[str]) -> None:
        named = ", ".join(repr(name) for name in names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
        super().__init__(
            f"These masking patterns can't be used: {named}. So no text is sent to a provider. "
            "An administrator has to change them and save the masking settings again."
        )


class CoreUnavailableError(AssistantError):
    """The core did not say who is calling.

    Args:
        retry_after: seconds after which to try again.
    """

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CoreUnreachableError(AssistantError):
    """A request could not be passed on to the core, or its answer is not whole.

    Args:
        hint: what the operator's log says besides.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class CoreTimeoutError(AssistantError):
    """The core took too long to answer, or to take a request.

    Args:
        hint: what the operator's log says besides.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
