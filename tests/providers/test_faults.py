"""What the words of an error answer mean."""

import msgspec
import pytest

from providers.errors import (
    ContentFilteredError,
    ContextTooLongError,
    CredentialsError,
    GatewayKeyError,
    InvalidRequestError,
    ModelLoadingError,
    ProviderError,
    RateLimitedError,
    UnavailableError,
)
from providers.faults import error_from, read_fault
from tests.growth import grows_no_faster, repeated

_COMPLAINT = [{"type": "extra_forbidden", "loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}]


@pytest.mark.parametrize("content", [{"detail": _COMPLAINT}, {"message": {"detail": _COMPLAINT}}])
def test_a_complaint_of_fastapi_names_its_parameter(content: object) -> None:
    """VLLM's and Mistral's servers write errors of validation so."""
    fault = read_fault(422, msgspec.json.encode(content))
    assert (fault.param, fault.message) == ("temperature", "Extra inputs are not permitted")


@pytest.mark.parametrize("detail", [[], [7], [{}], [{"loc": "body", "msg": 7}], {"loc": []}, 7, None])
def test_an_odd_complaint_is_no_trouble(detail: object) -> None:
    """Whatever stands there, the status decides."""
    fault = read_fault(400, msgspec.json.encode({"detail": detail, "message": {"detail": detail}}))
    assert type(error_from("p", fault)) is InvalidRequestError


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "Your credit balance is too low to access the API.", RateLimitedError),
        (422, "This exceeds the context window.", ContextTooLongError),
        (404, "No model of that name with a context window of 8k.", InvalidRequestError),
        (409, "Another call changed the context length.", InvalidRequestError),
    ],
)
def test_words_count_where_they_can_mean_it(status: int, message: str, expected: type[ProviderError]) -> None:
    """A missing model isn't a long text, and an empty account isn't a bad request."""
    error = error_from("p", read_fault(status, msgspec.json.encode({"error": {"message": message}})))
    assert type(error) is expected
    assert ("no credit" in str(error)) is (expected is RateLimitedError)


@pytest.mark.parametrize(
    ("status", "detail", "expected"),
    [
        (403, "Not authenticated", CredentialsError),
        (401, "Your session has expired or the token is invalid. Please sign in again.", CredentialsError),
        (404, "Model not found", InvalidRequestError),
        (500, "Open WebUI: Server Connection Error", UnavailableError),
    ],
)
def test_what_open_webui_says_itself(status: int, detail: str, expected: type[ProviderError]) -> None:
    """Its own errors have nothing but a text: utils/auth.py and routers/openai.py of its source."""
    assert type(error_from("p", read_fault(status, msgspec.json.encode({"detail": detail})))) is expected


def said(status: int | None, message: str, /, **more: object) -> ProviderError:
    """Return the error that a host's error of this message means."""
    return error_from("p", read_fault(status, msgspec.json.encode({"error": {"message": message, **more}})))


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (400, "No connected db.", {"type": "no_db_connection", "code": "400"}),  # LiteLLM without a database
        (400, "Authentication Error - Expired Key. Key Expiry time 2026-01-01", {"type": "expired_key"}),  # LiteLLM
        (401, "Authentication Error, Invalid proxy server token passed", {"type": "token_not_found_in_db"}),
        (400, "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai.", {}),  # xAI
        (400, "API key not valid. Please pass a valid API key.", {"status": "INVALID_ARGUMENT"}),  # Gemini
        (400, "API key expired. Please renew the API key.", {"status": "INVALID_ARGUMENT"}),  # Gemini
        (400, "Unable to authenticate request", {"code": 10001}),  # Cloudflare
        (200, "login fail: Please carry the API secret key in the 'Authorization' field", {"code": 1004}),  # MiniMax
    ],
)
def test_a_wrong_key_is_one_whatever_its_status(status: int, message: str, more: dict[str, object]) -> None:
    """And not a request that something else is wrong with."""
    assert type(said(status, message, **more)) is CredentialsError


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (401, "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided", {}),
        (401, "litellm.AuthenticationError: AzureException AuthenticationError - Access denied", {"code": "401"}),
        (403, "litellm.PermissionDeniedError: PermissionDeniedError: OpenAIException - Forbidden", {}),
        (401, "Incorrect API key provided", {"type": "upstream_error", "code": "invalid_api_key"}),  # new-api
        (401, "bad response status code 401", {"type": "new_api_error", "code": "bad_response_status_code"}),
    ],
)
def test_a_gateways_own_key_is_told_apart(status: int, message: str, more: dict[str, object]) -> None:
    """Whoever set the gateway up mends it there; ours was taken."""
    error = said(status, message, **more)
    assert type(error) is GatewayKeyError
    assert "behind it" in str(error)
    assert "AI settings" not in error.remedy


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (401, "API Key not allowed to access model. This token can only access models=['a'].", {}),  # LiteLLM
        (403, "The requested model 'b' is not available for this API key, or the model name is invalid.", {}),
        (403, "Tried to access b", {"type": "key_model_access_denied", "param": "model"}),
        (403, "The requested model 'b' is not in the allowed models for this customer.", {}),
        (403, "Team not allowed to access model. Team=1, Model=b", {"type": "team_model_access_denied"}),
    ],
)
def test_a_model_that_a_key_may_not_use_is_the_models_fault(status: int, message: str, more: dict[str, object]) -> None:
    """The admin enters another model, not another key."""
    error = said(status, message, **more)
    assert type(error) is InvalidRequestError
    assert error.cause is not None
    assert error.cause.kind == "model"


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "7"}, "Try again in 9 seconds.", 7),
        ({"llm_provider-retry-after": "7"}, "litellm.RateLimitError: OpenAIException", 7),
        ({"llm_provider-retry-after-ms": "1500"}, "litellm.RateLimitError: OpenAIException", 1.5),
        ({}, "No deployments available for selected model, Try again in 5 seconds.", 5),  # LiteLLM
        ({}, "Quota exceeded for metric: generate_content. Please retry in 34.074824224s.", 34.074824224),  # Gemini
        ({}, "Rate limit reached for gpt-4o on requests per min. Please try again in 120ms.", 0.12),  # OpenAI
        ({}, "Requests have exceeded the call rate limit. Please retry after 20 seconds.", 20),  # Azure
        ({}, "Rate limit exceeded, retry after 2 minutes", 120),
        ({}, "Slow down and retry after 1500 milliseconds", 1.5),
        ({}, "Please try again in 7m12.5s. Need more tokens?", 432.5),  # Groq
        ({}, "Please try again later.", None),
        ({}, "Please try again in a few seconds", None),
    ],
)
def test_a_wait_is_kept_to_wherever_it_stands(headers: dict[str, str], message: str, seconds: float | None) -> None:
    """In its header, in that of the host behind a gateway, or in the sentence alone."""
    body = msgspec.json.encode({"error": {"message": message}})
    assert error_from("p", read_fault(429, body, headers.get)).retry_after == seconds


GROQ = (
    "Request too large for model `openai/gpt-oss-20b` in organization `org_1` service tier `on_demand` on tokens per"
    " minute (TPM): Limit 8000, Requested 12328, please reduce your message size and try again."
)


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (413, GROQ, {"type": "tokens", "code": "rate_limit_exceeded"}),  # Groq (ha-groq-cloud-api #27)
        (413, "Too many tokens per minute for your plan", {}),  # Cerebras (koassistant.koplugin #106)
        (403, "API rate limit exceeded for user ID 7.", {}),  # GitHub Models
        (403, "Quota exceeded for quota metric 'Generate requests'", {"status": "RESOURCE_EXHAUSTED"}),  # Google
        (400, "ThrottlingException: Too many requests, please wait before trying again.", {}),  # Bedrock (litellm #589)
        (500, "ThrottlingException: Rate exceeded", {}),  # bedrock-access-gateway #91
        (503, "Rate limit reached for requests per minute", {}),
        (200, "Rate limit exceeded: free-models-per-min", {"code": 429}),  # OpenRouter, in a good answer
        (200, "You are being rate limited", {}),
        (403, "user quota is not enough", {"code": "insufficient_user_quota"}),  # new-api
        (403, "\u7528\u6237\u989d\u5ea6\u4e0d\u8db3, \u5269\u4f59\u989d\u5ea6: 0.1", {}),  # new-api in Chinese
        (402, "Insufficient Balance", {}),  # DeepSeek
        (400, "Budget has been exceeded! Current cost: 2.1, Max budget: 2.0", {"type": "budget_exceeded"}),  # LiteLLM
        (403, "Key limit exceeded (daily limit). Manage it in your settings.", {"code": 403}),  # OpenRouter
        (403, "Your team has either used all available credits or reached its monthly spending limit.", {}),  # xAI
        (403, "You are out of credits.", {}),
        (400, "Team exceeded its budget for this month", {}),
    ],
)
def test_a_limit_is_one_whatever_its_status(status: int, message: str, more: dict[str, object]) -> None:
    """So that another provider is asked, and the agent is told to wait rather than to shorten the draft."""
    error = said(status, message, **more)
    assert type(error) is RateLimitedError
    assert not error.about_text


def test_what_is_too_large_for_a_minute_is_not_asked_again() -> None:
    """It will be as large then; another provider may take it."""
    assert not said(413, GROQ).again
    assert said(429, GROQ).again


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (529, "Overloaded", {"type": "overloaded_error"}),  # Anthropic
        (200, "Overloaded", {"type": "overloaded_error"}),
        (200, "The model is overloaded. Please try again later.", {}),  # Gemini through gateways
        (400, "The engine is currently overloaded, please try again later", {}),  # Moonshot
        (403, "Service temporarily unavailable", {}),
        (503, "no available channel for model gpt-4o under group default", {}),  # new-api
        (424, "Failed dependency", {}),
        (425, "Too early", {}),
        (503, "Error loading model: out of memory", {}),
        (503, "Failed to load model", {}),
    ],
)
def test_a_busy_host_is_busy_whatever_its_status(status: int, message: str, more: dict[str, object]) -> None:
    """Asking again, or another provider, helps."""
    error = said(status, message, **more)
    assert type(error) is UnavailableError
    assert error.retryable


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (503, "Loading model", {"type": "unavailable_error"}),  # llama.cpp
        (503, "Model Qwen/Qwen2.5-7B-Instruct is currently loading", {}),  # Hugging Face
        (424, "ModelNotReadyException: The model is not ready for inference.", {}),  # Bedrock
        (425, "Model is not ready yet: model is not ready", {}),
        (503, "The server is warming up. Try again.", {}),
        (503, "Cold start in progress", {}),
        (400, "Model is currently loading", {}),
        (200, "The model `gpt-oss:20b` is still being loaded", {}),
        (503, "not yet", {"code": "model_loading"}),
    ],
)
def test_a_model_that_is_being_loaded_is_waited_for(status: int, message: str, more: dict[str, object]) -> None:
    """The agent is told so; the provider is not down."""
    error = said(status, message, **more)
    assert type(error) is ModelLoadingError
    assert error.retry_after == 5


@pytest.mark.parametrize("message", ["model llama3 is loaded on another server", "model is not loaded", "loaded"])
def test_what_is_loaded_is_not_being_loaded(message: str) -> None:
    """As little as what failed to load."""
    assert type(said(404, message)) is InvalidRequestError
    assert type(said(503, message)) is UnavailableError


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (
            400,
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
            {"code": "invalid_prompt"},
        ),  # OpenAI
        (400, "Content Exists Risk", {"type": "invalid_request_error"}),  # DeepSeek (awesome-deepseek-integration #13)
        (400, "Input data may contain inappropriate content.", {"code": "data_inspection_failed"}),  # DashScope
        (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", {}),
        (403, 'This model requires moderation. Your input was flagged for "violence".', {}),  # OpenRouter
        (400, "Your request was rejected by our safety system.", {}),
        (422, "Blocked by guardrail: prompt injection", {}),  # LiteLLM, Portkey
        (400, "This request violates the content policies of the provider.", {}),
        (200, "The request was rejected because it was considered high risk by the safety filter", {}),  # Moonshot
        (400, "Output blocked by content filtering policy", {}),  # Anthropic
    ],
)
def test_a_policy_is_a_filter(status: int, message: str, more: dict[str, object]) -> None:
    """The agent has to word the draft differently; no other provider is asked to answer it."""
    assert type(said(status, message, **more)) is ContentFilteredError


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "No endpoints found matching your data policy (Free model training)."),  # OpenRouter
        (400, "Invalid prompt: messages must be a list"),
        (400, "Unknown field 'foo'"),
        (404, "The model `gpt-9` does not exist or you do not have access to it."),
        (400, "n must be 1"),
    ],
)
def test_other_refusals_are_none_of_these(status: int, message: str) -> None:
    """They are for an administrator."""
    assert type(said(status, message, code="invalid_prompt")) is InvalidRequestError


PAGE = b"<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head><body>Blocked</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, PAGE, "text/html; charset=UTF-8"),
        (401, b"<html><head><title>401 Authorization Required</title></head></html>", "text/html"),  # nginx
        (403, b"  \n<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>", ""),  # Akamai
        (403, b"<!-- blocked -->", "application/json"),
        (403, b"Sign in to the hotel's network", "text/html"),
        (407, b"", ""),
        (407, b'{"error": "Proxy Authentication Required"}', "application/json"),
        (403, b"error code: 1020", "text/plain"),  # Cloudflare, to programs
        (403, b"RBAC: access denied", "text/plain"),  # Istio, Envoy
        (403, b'{"error": {"message": "Your IP address 1.2.3.4 is not allowed"}}', "application/json"),
        (401, b'{"error": {"code": "ip_not_authorized", "message": "Your request IP is not on the list"}}', ""),
    ],
)
def test_a_firewall_says_nothing_of_the_key(status: int, body: bytes, kind: str) -> None:
    """Whoever reads it looks at the network, and keeps the key."""
    error = error_from("p", read_fault(status, body, {"content-type": kind}.get))
    assert type(error) is InvalidRequestError
    assert "on the way" in str(error)
    assert "Blocked" not in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error": {"message": "Incorrect API key provided"}}'),
        (401, b"Unauthorized"),
        (401, b""),
        (403, b'{"message": "Forbidden"}'),
        (403, b"Invalid API key"),
        (200, b'{"error": {"message": "Invalid API key"}}'),
    ],
)
def test_a_refused_key_is_one(status: int, body: bytes) -> None:
    """In plain text and without a word too."""
    assert type(error_from("p", read_fault(status, body))) is CredentialsError


@pytest.mark.parametrize(
    "body",
    [
        b'{"errors": [{"message": "prompt is too long", "code": 7}]}',
        b'{"error": {"message": "prompt is too long"}, "detail": 7}',
        b'[{"error": {"message": "prompt is too long"}}]',
        b'{"error_msg": "prompt is too long", "error_code": 336103}',
        b'\xef\xbb\xbf{"detail": "prompt is too long"}',
        b'{"msg": "prompt is too long", "success": false}',
        b"prompt is too long: 9 tokens > 8 maximum",
    ],
)
def test_an_error_is_understood_wherever_it_stands(body: bytes) -> None:
    """Cloudflare, Gemini, Baidu, FastAPI and small servers have places of their own for it."""
    assert type(error_from("p", read_fault(400, body))) is ContextTooLongError


@pytest.mark.parametrize(
    "piece", ["violating ", "a, b: ", "(ip ", "address ", " ", "max_tokens 7 ", "<", "context + 7 "]
)
def test_long_errors_take_time_in_proportion(piece: str) -> None:
    """Twice as long, about twice the time."""
    grows_no_faster(lambda size: error_from("p", read_fault(403, repeated(piece, size).encode())), 20_000)
    grows_no_faster(lambda size: said(400, repeated(piece, size)), 20_000)
