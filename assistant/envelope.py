"""The one place that turns an error into what a client gets: status, envelope and headers."""

import math
from typing import Any, TypeAlias

from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Struct, UnsetType

from assistant import errors
from messages.sentences import ENGLISH, Sentence
from prompts import errors as prompts
from providers import errors as providers

Success: TypeAlias = dict[str, Any]
"""The body of every good answer."""


class ErrorData(Struct, frozen=True, kw_only=True):
    """What programs read of an error.

    Attributes:
        code: which error it is.
        details: what is wrong, one by one: problems of a prompt (line, column, reason), sentences of failed tests.
    """

    code: str
    details: list[Any] | UnsetType = UNSET


class ErrorEnvelope(Struct, frozen=True, kw_only=True):
    """The body of every error answer of ours."""

    message: str
    data: ErrorData
    error_type: str
    status: str = "error"


class Rendered(Struct, frozen=True, kw_only=True):
    """An error as a client gets it."""

    status_code: int
    envelope: ErrorEnvelope
    headers: dict[str, str]


TABLE: dict[type[BaseException], int] = {
    errors.InvalidRequestError: 400,
    errors.KeyRefusedError: 400,
    errors.NotLoadedError: 503,
    errors.EmptyContentError: 422,
    errors.AnswerRefusedError: 422,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.TooManyAttemptsError: 429,
    errors.BudgetExceededError: 429,
    errors.NotFoundError: 404,
    errors.DuplicateError: 409,
    errors.InUseError: 409,
    errors.StaleEditError: 412,
    errors.PreconditionError: 428,
    errors.TestsFailedError: 409,
    errors.TooLargeError: 413,
    errors.LongPathError: 414,
    errors.CrowdedError: 429,
    errors.SlowBodyError: 408,
    errors.BusyError: 503,
    errors.DatabaseUnavailableError: 503,
    errors.StoppingError: 503,
    errors.MaskingUnknownError: 503,
    errors.MethodNotAllowedError: 405,
    errors.InvalidOutputError: 502,
    errors.CoreUnavailableError: 503,
    errors.CoreUnreachableError: 502,
    errors.CoreTimeoutError: 504,
    prompts.UnknownPromptError: 404,
    prompts.BrokenTemplateError: 400,
    prompts.VariableError: 400,
    prompts.MissingVariableError: 422,
    providers.CredentialsError: 502,
    providers.InvalidRequestError: 502,
    providers.ContextTooLongError: 422,
    providers.ContentFilteredError: 422,
    providers.NotAdmittedError: 429,
    providers.OverloadedError: 503,
    providers.ModelLoadingError: 503,
    providers.CircuitOpenError: 503,
    providers.RateLimitedError: 429,
    providers.UnavailableError: 502,
    providers.TimedOutError: 504,
}
"""The status of each error; an error without a row of its own has that of the nearest kind above it."""

_ERROR_TYPES = {
    400: "InputException",
    401: "UnauthorizedException",
    403: "PermissionException",
    404: "NotFoundException",
    405: "InputException",
    408: "InputException",
    409: "ConflictException",
    412: "ConflictException",
    413: "InputException",
    414: "InputException",
    422: "DataException",
    428: "ConflictException",
    429: "RateLimitException",
    500: "GeneralException",
    502: "NetworkException",
    503: "NetworkException",
    504: "NetworkException",
}
"""What helpdesks call the errors of each status."""

_OF_LITESTAR: dict[int, type[errors.AssistantError]] = {
    400: errors.InvalidRequestError,
    401: errors.UnauthorizedError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    405: errors.MethodNotAllowedError,
    413: errors.TooLargeError,
}
"""Which of our errors one of Litestar's is, by its status."""

_ASKED_FOR_BY_COMPOSERS = "openai"
_UNEXPECTED = Sentence("Something went wrong in the service. Try again; the log has the details.")


def render(error: BaseException, language: str = ENGLISH) -> Rendered:
    """Turn any error into an answer in a language; one that we don't know says nothing about its inside."""
    if isinstance(error, HTTPException) and error.status_code in _OF_LITESTAR:
        code = _OF_LITESTAR[error.status_code].error_code
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return _rendered(error.status_code, code, _invalid_fields(error) or error.detail or code, headers)
    status = _status(error)
    if status is None or not isinstance(error, errors.Told):
        return _rendered(500, errors.INTERNAL, _UNEXPECTED.in_language(language), {})
    message = errors.message_of(error, language)
    return _rendered(status, errors.code_of(error), message, _headers(error, status), error)


def _status(error: BaseException) -> int | None:
    """Return an error's status, if it is one that we know.

    Composers take any 400 for a missing key of OpenAI's, and ask an administrator for one: no other provider's key
    helps against that. The error of a chain of providers is that of the first, which is the one in use.
    """
    if isinstance(error, providers.CredentialsError) and error.provider == _ASKED_FOR_BY_COMPOSERS:
        return TABLE[errors.KeyRefusedError]
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)


def _invalid_fields(error: HTTPException) -> str:
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return ""
    found = [part for part in error.extra if isinstance(part, dict) and part.get("key")]
    return "; ".join(f"{part['key']}: {part.get('message', 'is not valid')}".replace("`", "'") for part in found)


def success(data: Any) -> Success:  # noqa: ANN401 - any JSON value
    """Wrap `data` the way every successful answer is."""
    return {"status": "success", "data": data}


def _rendered(
    status: int, code: str, message: str, headers: dict[str, str], error: BaseException | None = None
) -> Rendered:
    # what must be hidden can't be read: no network is to blame
    kind = _ERROR_TYPES[500 if isinstance(error, errors.MaskingUnknownError) else status]
    data = ErrorData(code=code, details=_details(error))
    envelope = ErrorEnvelope(message=message, data=data, error_type=kind)
    return Rendered(status_code=status, envelope=envelope, headers=headers)


def _details(error: BaseException | None) -> list[Any] | UnsetType:
    if isinstance(error, prompts.BrokenTemplateError):
        return [
            {"file": each.file, "line": each.line, "column": each.column, "reason": each.reason}
            for each in error.problems
        ]
    return error.details if isinstance(error, errors.TestsFailedError) else UNSET


def _headers(error: BaseException, status: int) -> dict[str, str]:
    """Retry-After in whole seconds, where waiting helps; what follows a body that did not come is not read."""
    if status == 408:  # noqa: PLR2004 - the HTTP status
        return {"Connection": "close"}
    if status not in {429, 503}:
        return {}
    seconds = getattr(error, "retry_after", None)
    return {"Retry-After": str(max(1, math.ceil(seconds if seconds is not None else 1)))}
