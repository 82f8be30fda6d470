"""From what a provider says went wrong to one of our errors.

The bodies: https://platform.openai.com/docs/guides/error-codes, https://docs.anthropic.com/en/api/errors, and what
llama.cpp, vLLM and the compatible hosts really send. What was read stays here: errors carry our own words only.
"""

import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from msgspec import Struct

from providers.errors import (
    Cause,
    ContentFilteredError,
    ContextTooLongError,
    CredentialsError,
    InvalidRequestError,
    ProviderError,
    RateLimitedError,
    TimedOutError,
    UnavailableError,
)

_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|request_too_large|prompt is too long|maximum context length"
    r"|context (length|window|size)|input (is )?too long|too many (input )?tokens|input token count"
)
_NO_CREDIT = re.compile(r"credit balance is too low")  # Anthropic says it with 400
_FILTER = re.compile(r"content_filter|content_policy|responsibleaipolicy|\brefusal\b|moderation|safety_violation")
_CREDIT = re.compile(r"insufficient_quota|billing|credit|insufficient balance|spend_limit")
# Gemini and xAI answer a wrong key with 400.
_KEY = re.compile(r"api[ _]key( is)? (not valid|invalid|expired)|(invalid|incorrect|api_key)[ _](api[ _]key|invalid)")
_PLACE = re.compile(r"unsupported_country|region|country|territory|model_not_found|not have access to (the )?model")
_MODEL = re.compile(r"model|deployment")
_NO_MODEL = re.compile(
    r"model_not_found|(unknown|invalid|no such) model|model\b.{0,200}\b(not found|not exist|not a valid)"
)
_BY_TYPE: dict[str, int] = {
    "authentication_error": 401,
    "invalid_api_key": 401,
    "permission_error": 403,
    "permission_denied": 403,
    "not_found_error": 404,
    "model_not_found": 404,
    "timeout_error": 408,
    "invalid_request_error": 400,
    "invalid_prompt": 400,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
    "billing_error": 402,
    "overloaded_error": 529,
}
_BAD_REQUEST, _UNAUTHORIZED, _PAYMENT, _FORBIDDEN, _NOT_FOUND, _NOT_ALLOWED = 400, 401, 402, 403, 404, 405
_TIMEOUT, _TOO_LARGE, _UNPROCESSABLE, _TOO_MANY = 408, 413, 422, 429
_FIRST_SERVER_ERROR, _GATEWAY_TIMEOUT = 500, 504
_MAX_WAIT = 86400.0


class Fault(Struct, frozen=True, kw_only=True):
    """What a provider said went wrong, as far as it could be read."""

    status: int | None = None
    type: str = ""
    code: str = ""
    param: str = ""
    message: str = ""
    retry_after: float | None = None

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether its type, code or message matches; in lower case."""
        return pattern.search(f"{self.type} {self.code} {self.message}".lower()) is not None


def read_fault(status: int | None, body: bytes, header: Callable[[str], str | None] = lambda _name: None) -> Fault:
    """Read an error answer; whatever can't be read is left out. `header` finds a header by name."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = None
    return fault_from(status, content, retry_after=read_retry_after(header))


def fault_from(status: int | None, content: object, *, retry_after: float | None = None) -> Fault:
    """Read a decoded error answer or event.

    The error may be `{error: {…}}`, `{error: "…"}`, `[{error: …}]`, itself, or a list of what FastAPI found wrong,
    `{detail: [{loc: […], msg: …}]}`, which some hosts put under `message`.
    """
    if isinstance(content, list) and content:
        content = content[0]
    if isinstance(content, dict) and content.get("error"):
        content = content["error"]
    if isinstance(content, str):
        content = {"message": content}
    found = content if isinstance(content, dict) else {}
    param, message = _first_detail(found)
    return Fault(
        status=status,
        type=_text(found, "type"),
        code=_text(found, "code"),
        param=_text(found, "param") or param,
        message=_text(found, "message") or _text(found, "detail") or message,
        retry_after=retry_after,
    )


def read_retry_after(header: Callable[[str], str | None]) -> float | None:
    """Return the seconds to wait from `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3: seconds or a date)."""
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = (header(name) or "").strip()
        if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", value):
            return min(float(value) * factor, _MAX_WAIT)
    try:
        moment = parsedate_to_datetime(header("retry-after") or "").timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(moment - time.time(), 0.0), _MAX_WAIT)


def error_from(provider: str, fault: Fault) -> ProviderError:
    """Return the error of ours that a fault means: by HTTP status, else by the type or code of an error event."""
    status = _effective_status(fault)
    build = _maker(provider, fault)
    if status is not None and status < _FIRST_SERVER_ERROR:
        return _client_error(status, fault, build)
    if status == _GATEWAY_TIMEOUT or (status is None and "timeout" in fault.type):
        return build(TimedOutError, "")
    return build(UnavailableError, "")


def _effective_status(fault: Fault) -> int | None:
    """Return the status that counts: an error inside a good answer (HTTP 200) names its own."""
    if fault.status is not None and fault.status >= _BAD_REQUEST:
        return fault.status
    for word in (fault.type, fault.code):
        if word in _BY_TYPE:
            return _BY_TYPE[word]
    if re.fullmatch(r"[45]\d\d", fault.code):
        return int(fault.code)
    if fault.status is not None and fault.status >= 300:  # noqa: PLR2004 - a redirect, which we don't follow
        return fault.status
    return _BAD_REQUEST if fault.says(_CONTEXT) or fault.says(_FILTER) else None


def _client_error(
    status: int, fault: Fault, build: Callable[[type[ProviderError], str], ProviderError]
) -> ProviderError:
    if status in {_PAYMENT, _TOO_MANY} or (status == _BAD_REQUEST and fault.says(_NO_CREDIT)):
        return build(RateLimitedError, "the account has no credit left" if fault.says(_CREDIT) else "")
    if _refuses_key(status, fault):
        return build(CredentialsError, "")
    if status == _TIMEOUT:
        return build(TimedOutError, "")
    if status == _TOO_LARGE or (_is_about_input(status, fault) and fault.says(_CONTEXT)):
        return build(ContextTooLongError, "")
    if fault.says(_FILTER):
        return build(ContentFilteredError, "")
    refused = build(InvalidRequestError, _advice(status, fault))
    refused.cause = _cause(status, fault)
    return refused


def _is_about_input(status: int, fault: Fault) -> bool:
    """Tell whether a fault may be one of length: a 404 that speaks of a context window is not."""
    in_stream = fault.status is None or fault.status < _BAD_REQUEST
    return in_stream or status in {_BAD_REQUEST, _UNPROCESSABLE}


def _refuses_key(status: int, fault: Fault) -> bool:
    if status == _FORBIDDEN:
        return not fault.says(_FILTER) and not fault.says(_PLACE)
    return status == _UNAUTHORIZED or (status == _BAD_REQUEST and fault.says(_KEY))


def _cause(status: int, fault: Fault) -> Cause | None:
    """Return whether it is the path or the model that the provider does not have."""
    if status in {_NOT_FOUND, _NOT_ALLOWED}:
        return Cause(kind="model" if fault.says(_MODEL) else "path")
    unknown = status in {_BAD_REQUEST, _UNPROCESSABLE} and (
        "model" in {fault.param, fault.code} or fault.says(_NO_MODEL)
    )
    return Cause(kind="model") if unknown else None


def _advice(status: int, fault: Fault) -> str:
    if status < _BAD_REQUEST:
        return "it redirects elsewhere, which is not followed; check the base URL"
    if status == _NOT_FOUND:
        return "check the model's name and the base URL"
    if status == _FORBIDDEN:
        return "this model or region is not open to the account"
    return "it does not know the model" if "model" in {fault.param, fault.code} else ""


def _maker(provider: str, fault: Fault) -> Callable[[type[ProviderError], str], ProviderError]:
    status = fault.status if fault.status is not None and fault.status >= 300 else None  # noqa: PLR2004 - as above
    return lambda kind, detail: kind(provider, status=status, retry_after=fault.retry_after, detail=detail)


def _first_detail(found: dict[str, Any]) -> tuple[str, str]:
    """Return the parameter and message of FastAPI's first complaint, or blanks."""
    message = found.get("message")
    details = (message if isinstance(message, dict) else found).get("detail")
    first = details[0] if isinstance(details, list) and details else None
    if not isinstance(first, dict):
        return "", ""
    place = first.get("loc")
    return str(place[-1]) if isinstance(place, list) and place else "", _text(first, "msg")


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return str(value) if isinstance(value, (str, int)) else ""
