"""From what a provider says went wrong to one of our errors.

The bodies: https://platform.openai.com/docs/guides/error-codes, https://docs.anthropic.com/en/api/errors, and what
llama.cpp, vLLM and the compatible hosts really send. What was read stays here: errors carry our own words only.
"""

import re
import time
from codecs import BOM_UTF8
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from msgspec import Struct, structs

from providers.errors import (
    Cause,
    ContentFilteredError,
    ContextTooLongError,
    CredentialsError,
    InvalidRequestError,
    ModelLoadingError,
    ProviderError,
    RateLimitedError,
    TimedOutError,
    UnavailableError,
)

_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|request_too_large|prompt is too long|maximum context length"
    r"|context (length|window|size)|input (is )?too long|too many (input )?tokens|input token count"
)
# Anthropic says it with 400, new-api and its like with 403, in English and Chinese.
_NO_CREDIT = re.compile(
    r"credit balance is too low|insufficient[_ ]((user|account)[_ ])?(quota|balance|funds|credit)"
    r"|\u4f59\u989d\u4e0d\u8db3|\u989d\u5ea6\u4e0d\u8db3|\u989d\u5ea6\u5df2\u7528\u5c3d"
)
_FILTER = re.compile(
    r"content[_ ]?filter|content[_ ](management )?policy|responsibleaipolicy|\brefusal\b|moderation|safety_violation"
    r"|usage polic|acceptable use|polic(y|ies) violation|violat\w{1,4} [^.]{0,80}polic|\bflagged\b|guardrail"
    r"|prompt shield|content exists risk|inappropriate content|data_?inspection|sensitive (content|word)|unsafe content"
    r"|(blocked|rejected|declined) [^.]{0,40}(safety|filter|polic)|safety (system|setting|filter|guideline|reason)"
)
_CREDIT = re.compile(r"insufficient_quota|billing|credit|insufficient balance|spend_limit")
# Limits that come with other statuses than 429: Groq's 413, GitHub's 403, Bedrock's 400 behind gateways.
_RATE = re.compile(
    r"rate[_ -]?limit|rate[_ ]exceeded|throttl|too many (requests|tokens[^.]{0,80}per)|resource_exhausted"
    r"|(tokens|requests) per (second|minute|hour|day)|per minute|\b[tr]p[md]\b|quota (exceeded|reached)"
    r"|exceeded [^.]{0,40}quota"
)
_BUSY = re.compile(
    r"overloaded|over capacity|at capacity|temporarily unavailable|server (is )?busy|engine is currently"
    r"|no available (channel|server|worker|replica)"
)
_LOADING = re.compile(
    r"loading (the )?model|model\b.{0,200}\b(is|are) (currently |still |now )?(being loaded|loading)"
    r"|model is not (yet )?ready|model_?not_?ready|model_loading|warming[ _-]?up|cold[ _-]start"
)
_NOT_LOADED = re.compile(r"(error|fail(ed|ure)?|unable|cannot|could not|can't)( to| while| when| in)? (be )?load")
# Said by what stands between us and the provider, which never saw the key; or of where we are, by the provider.
_FIREWALL = re.compile(
    r"^ {0,3}(none)? ?error code: 10\d\d|rbac: access denied|web application firewall|ip_not_authorized"
    r"|(\bip\b|address) .{0,60}(not (allowed|authorized|permitted|in the)|blocked|denied)|not in (the )?allow"
)
_BLOCKED = (
    "a firewall or proxy on the way blocks the address, so this is not about the key; "
    "ask whoever runs the network or the host to let this service through"
)
_PROXY_KEY = "a proxy on the way wants credentials of its own; let this service reach the host directly"
# Gemini and xAI answer a wrong key with 400.
_KEY = re.compile(r"api[ _]key( is)? (not valid|invalid|expired)|(invalid|incorrect|api_key)[ _](api[ _]key|invalid)")
_PLACE = re.compile(r"unsupported_country|region|country|territory|model_not_found|not have access to (the )?model")
_MODEL = re.compile(r"model|deployment")
_NO_MODEL = re.compile(
    r"model_not_found|(unknown|invalid|unsupported|no such|not a valid) model"
    r"|model\b.{0,200}\b(not found|not exist|not a valid)"
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
_MESSAGES = ("message", "detail", "msg", "error_msg", "status_msg", "error_description", "title")
_BAD_REQUEST, _UNAUTHORIZED, _PAYMENT, _FORBIDDEN, _NOT_FOUND, _NOT_ALLOWED = 400, 401, 402, 403, 404, 405
_PROXY, _TIMEOUT, _TOO_LARGE, _UNPROCESSABLE, _NOT_READY, _TOO_MANY, _LEGAL = 407, 408, 413, 422, 424, 429, 451
_TOO_EARLY, _FIRST_SERVER_ERROR, _OVERLOADED, _GATEWAY_TIMEOUT = 425, 500, 503, 504
_MAY_LOAD = frozenset((None, _BAD_REQUEST, _FORBIDDEN, _UNPROCESSABLE, _NOT_READY, _TOO_EARLY, _OVERLOADED))
_MAX_WAIT = 86400.0
_PAGE = re.compile(r"\s*<(!doctype|html|head|body|center|title|h1|!--)", re.IGNORECASE)
_MOST_SAID = 2000  # bytes of a plain text


class Fault(Struct, frozen=True, kw_only=True):
    """What a provider said went wrong, as far as it could be read; `page`: it was a page for people."""

    status: int | None = None
    type: str = ""
    code: str = ""
    param: str = ""
    message: str = ""
    retry_after: float | None = None
    page: bool = False

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether its type, code or message matches; in lower case."""
        return pattern.search(f"{self.type} {self.code} {self.message}".lower()) is not None


def read_fault(status: int | None, body: bytes, header: Callable[[str], str | None] = lambda _name: None) -> Fault:
    """Read an error answer; whatever can't be read is left out. `header` finds a header by name."""
    content = _decoded(body)
    page = content is None and (
        "html" in (header("content-type") or "").lower() or _PAGE.match(body.decode(errors="replace")) is not None
    )
    if content is None and not page:
        content = body[:_MOST_SAID].decode(errors="replace")  # some say it in plain text
    return structs.replace(fault_from(status, content, retry_after=read_retry_after(header)), page=page)


def _decoded(body: bytes) -> object:
    try:
        return msgspec.json.decode(body.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def fault_from(status: int | None, content: object, *, retry_after: float | None = None) -> Fault:
    """Read a decoded error answer or event.

    The error may be `{error: {…}}`, `{error: "…"}`, `[{error: …}]`, itself, or a list of what FastAPI found wrong,
    `{detail: [{loc: […], msg: …}]}`, which some hosts put under `message`.
    """
    if isinstance(content, list) and content:
        content = content[0]
    for name in ("error", "errors", "base_resp"):
        if isinstance(content, dict) and content.get(name):
            content = content[name]
    if isinstance(content, list) and content:
        content = content[0]
    if isinstance(content, str):
        content = {"message": content}
    found = content if isinstance(content, dict) else {}
    param, message = _first_detail(found)
    return Fault(
        status=status,
        type=_text(found, "type") or _text(found, "status"),
        code=_text(found, "code") or _text(found, "status_code") or _text(found, "error_code"),
        param=_text(found, "param") or param,
        message=next(filter(None, (_text(found, name) for name in _MESSAGES)), message),
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
    if status in {_UNAUTHORIZED, _FORBIDDEN, _PROXY} and (fault.page or status == _PROXY or fault.says(_FIREWALL)):
        return build(InvalidRequestError, _PROXY_KEY if status == _PROXY else _BLOCKED)
    passing = _passing(provider, status, fault, build)
    if passing is not None:
        return passing
    if status is not None and status < _FIRST_SERVER_ERROR:
        return _client_error(status, fault, build)
    if status == _GATEWAY_TIMEOUT or (status is None and "timeout" in fault.type):
        return build(TimedOutError, "")
    return build(UnavailableError, "")


def _passing(
    provider: str, status: int | None, fault: Fault, build: Callable[[type[ProviderError], str], ProviderError]
) -> ProviderError | None:
    """Return what keeps the provider from answering for now, whatever the status says; None when nothing does."""
    if status in _MAY_LOAD and not fault.page and fault.says(_LOADING) and not fault.says(_NOT_LOADED):
        return ModelLoadingError(provider, retry_after=fault.retry_after)
    if _is_limit(status, fault):
        return build(RateLimitedError, "the account has no credit left" if fault.says(_CREDIT) else "")
    return build(UnavailableError, "") if _is_busy(status, fault) else None


def _is_limit(status: int | None, fault: Fault) -> bool:
    """Tell whether too much was asked for, or there is no credit left, whatever the status says."""
    if status in {_PAYMENT, _TOO_MANY}:
        return True
    if status in {_BAD_REQUEST, _FORBIDDEN} and fault.says(_NO_CREDIT):
        return True
    return status not in {_UNAUTHORIZED, _NOT_FOUND} and fault.says(_RATE)


def _is_busy(status: int | None, fault: Fault) -> bool:
    return status in {_NOT_READY, _TOO_EARLY} or (
        status in {None, _BAD_REQUEST, _FORBIDDEN, _UNPROCESSABLE} and fault.says(_BUSY)
    )


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
    if fault.says(_KEY):
        return _UNAUTHORIZED
    return _BAD_REQUEST if fault.says(_CONTEXT) or fault.says(_FILTER) else None


def _client_error(
    status: int, fault: Fault, build: Callable[[type[ProviderError], str], ProviderError]
) -> ProviderError:
    if _refuses_key(status, fault):
        return build(CredentialsError, "")
    if status == _TIMEOUT:
        return build(TimedOutError, "")
    if status == _TOO_LARGE or (_is_about_input(status, fault) and fault.says(_CONTEXT)):
        return build(ContextTooLongError, "")
    if status != _NOT_FOUND and fault.says(_FILTER):
        return build(ContentFilteredError, "")
    refused = build(InvalidRequestError, _advice(status))
    refused.cause = _cause(status, fault)
    if refused.cause is not None:
        refused.remedy = ""  # it is said already
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


def _advice(status: int) -> str:
    if status < _BAD_REQUEST:
        return "it redirects elsewhere, which is not followed"
    return "this model or region is not open to the account" if status in {_FORBIDDEN, _LEGAL} else ""


def _maker(provider: str, fault: Fault) -> Callable[[type[ProviderError], str], ProviderError]:
    status = fault.status if fault.status is not None and fault.status >= 300 else None  # noqa: PLR2004 - as above
    # What is too large for a minute's share will be so again.
    return lambda kind, detail: kind(
        provider, status=status, retry_after=fault.retry_after, detail=detail, again=status != _TOO_LARGE
    )


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
