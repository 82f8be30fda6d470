"""The one place that turns an error into what a client gets: status, envelope and headers."""

import math
from typing import Any

from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Struct, UnsetType, structs

from assistant import errors
from prompts import errors as prompts
from providers import errors as providers


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


class Row(Struct, frozen=True):
    """A row of the contract's error table, and what a person can do about it."""

    status_code: int
    error_type: str
    code: str
    remedy: str = ""


_NEW_KEY = "An administrator has to enter a valid key in the AI settings."
_WAIT = "Try again in a moment; if it goes on, an administrator can choose another provider."

TABLE: dict[type[BaseException], Row] = {
    errors.InvalidRequestError: Row(400, "InputException", "invalid_request"),
    errors.ApiKeyRequiredError: Row(400, "InputException", "api_key_required"),
    errors.ProviderKeyError: Row(400, "InputException", "provider_key"),
    errors.EmptyContentError: Row(422, "DataException", "empty_content"),
    errors.AnswerRefusedError: Row(422, "DataException", "answer_refused"),
    errors.UnauthorizedError: Row(401, "UnauthorizedException", "unauthorized"),
    errors.ForbiddenError: Row(403, "PermissionException", "forbidden"),
    errors.CsrfError: Row(403, "PermissionException", "csrf"),
    errors.TooManyAttemptsError: Row(429, "RateLimitException", "too_many_attempts"),
    errors.BudgetExceededError: Row(429, "RateLimitException", "budget"),  # the code ends with the budget's name
    errors.NotFoundError: Row(404, "NotFoundException", "not_found"),
    errors.OutOfScopeError: Row(404, "NotFoundException", "unknown_prompt"),
    errors.DuplicateError: Row(409, "ConflictException", "duplicate"),
    errors.InUseError: Row(409, "ConflictException", "in_use"),
    errors.StaleEditError: Row(412, "ConflictException", "stale_edit"),
    errors.PreconditionError: Row(428, "ConflictException", "precondition_required"),
    errors.TestsFailedError: Row(409, "ConflictException", "tests_failed"),
    errors.TooLargeError: Row(413, "InputException", "too_large"),
    errors.LongPathError: Row(414, "InputException", "too_large"),
    errors.CrowdedError: Row(429, "RateLimitException", "too_many_requests"),
    errors.SlowBodyError: Row(408, "InputException", "request_timeout"),
    errors.BusyError: Row(503, "NetworkException", "busy"),
    errors.DatabaseUnavailableError: Row(503, "NetworkException", "busy"),
    errors.StoppingError: Row(503, "NetworkException", "restarting"),
    errors.MaskingUnknownError: Row(503, "GeneralException", "masking_unknown"),
    errors.MethodNotAllowedError: Row(405, "InputException", "method_not_allowed"),
    errors.CoreUnavailableError: Row(503, "NetworkException", "core_unavailable"),
    errors.CoreUnreachableError: Row(502, "NetworkException", "core_unavailable"),
    errors.CoreTimeoutError: Row(504, "NetworkException", "core_timeout"),
    prompts.UnknownPromptError: Row(404, "NotFoundException", "unknown_prompt"),
    prompts.DisabledPromptError: Row(404, "NotFoundException", "prompt_disabled"),
    prompts.BrokenTemplateError: Row(400, "InputException", "broken_prompt"),
    prompts.VariableError: Row(400, "InputException", "invalid_request"),
    prompts.MissingVariableError: Row(422, "DataException", "missing_variable"),
    errors.KeyRefusedError: Row(400, "InputException", "provider_key", _NEW_KEY),
    providers.CredentialsError: Row(502, "NetworkException", "provider_key", _NEW_KEY),
    providers.InvalidRequestError: Row(
        502, "NetworkException", "provider_rejected", "An administrator should check the model and the address."
    ),
    providers.ContextTooLongError: Row(
        422, "DataException", "context_too_long", "Shorten the draft, or choose a model with a larger context."
    ),
    providers.ContentFilteredError: Row(
        422, "DataException", "content_filtered", "Word the draft differently and try again."
    ),
    providers.NotAdmittedError: Row(
        429,
        "RateLimitException",
        "budget_cost_per_day",
        "It is free again at midnight UTC; an administrator can raise it.",
    ),
    providers.OverloadedError: Row(503, "NetworkException", "busy", _WAIT),
    providers.CircuitOpenError: Row(503, "NetworkException", "provider_unavailable", _WAIT),
    providers.RateLimitedError: Row(429, "RateLimitException", "provider_rate_limited", _WAIT),
    providers.UnavailableError: Row(502, "NetworkException", "provider_unavailable", _WAIT),
    providers.TimedOutError: Row(504, "NetworkException", "provider_timeout", _WAIT),
}

_HTTP: dict[int, Row] = {
    400: Row(400, "InputException", "invalid_request"),
    401: Row(401, "UnauthorizedException", "unauthorized"),
    403: Row(403, "PermissionException", "forbidden"),
    404: Row(404, "NotFoundException", "not_found"),
    405: Row(405, "InputException", "method_not_allowed"),
    413: Row(413, "InputException", "too_large"),
}

_ASKED_FOR_BY_COMPOSERS = "openai"
_INTERNAL = Row(500, "GeneralException", "internal")


def render(error: BaseException) -> Rendered:
    """Turn any error into an answer; one that we don't know says nothing about its inside."""
    row = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    if row is not None:
        return _rendered(_named(row, error), f"{error} {row.remedy}".strip(), _headers(error, row), _details(error))
    if isinstance(error, HTTPException) and error.status_code in _HTTP:
        row = _HTTP[error.status_code]
        message = _invalid_fields(error) or error.detail or row.code
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return _rendered(row, message, headers)
    return _rendered(_INTERNAL, "Something went wrong on our side. Try again; the log has the details.", {})


def _invalid_fields(error: HTTPException) -> str:
    """Name the parameters that Litestar refused, and why."""
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return ""
    found = [part for part in error.extra if isinstance(part, dict) and part.get("key")]
    return "; ".join(f"{part['key']}: {part.get('message', 'is not valid')}".replace("`", "'") for part in found)


def success(data: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Wrap `data` the way every successful answer is."""
    return {"status": "success", "data": data}


def _rendered(row: Row, message: str, headers: dict[str, str], details: list[Any] | UnsetType = UNSET) -> Rendered:
    data = ErrorData(code=row.code, details=details)
    envelope = ErrorEnvelope(message=message, data=data, error_type=row.error_type)
    return Rendered(status_code=row.status_code, envelope=envelope, headers=headers)


def _details(error: BaseException) -> list[Any] | UnsetType:
    """List what is wrong, where it is several things."""
    if isinstance(error, prompts.BrokenTemplateError):
        return [
            {"file": each.file, "line": each.line, "column": each.column, "reason": each.reason}
            for each in error.problems
        ]
    found: list[Any] | UnsetType = getattr(error, "details", UNSET)
    return found


def _named(row: Row, error: BaseException) -> Row:
    """Say which budget it is, and whether it is OpenAI's key that is refused.

    Composers take any 400 for a missing key of OpenAI's, and ask an administrator for one: nobody else's key mends by
    that. The error of a chain of providers is that of the first, which is the one in use.
    """
    if isinstance(error, errors.BudgetExceededError):
        return structs.replace(row, code=f"{row.code}_{error.name}")
    if isinstance(error, providers.CredentialsError) and error.provider == _ASKED_FOR_BY_COMPOSERS:
        return TABLE[errors.KeyRefusedError]
    return row


def _headers(error: BaseException, row: Row) -> dict[str, str]:
    """Retry-After in whole seconds, where waiting helps; what follows a body that did not come is not read."""
    if row.status_code == 408:  # noqa: PLR2004 - the HTTP status
        return {"Connection": "close"}
    if row.status_code not in {429, 503}:
        return {}
    seconds = getattr(error, "retry_after", None)
    return {"Retry-After": str(max(1, math.ceil(seconds if seconds is not None else 1)))}
