"""The addresses that people paste: each reaches the path that its server serves, or one sentence says what to enter."""

import pytest

from providers.dialects import Dialect
from providers.endpoints import alternatives
from providers.errors import SettingError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, connect, headers_for, resolve
from providers.sdk.inspection import list_models
from tests.fakes import FakeProvider
from tests.providers.conftest import REQUEST

AZURE = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
PASTED: list[tuple[str, str, str]] = [
    # GitHub Models, Databricks, Perplexity, Open WebUI, LiteLLM
    ("custom", "/inference", "/inference/chat/completions"),
    ("custom", "/inference/chat/completions", "/inference/chat/completions"),
    ("custom", "/serving-endpoints", "/serving-endpoints/chat/completions"),
    ("custom", "/serving-endpoints/llama/invocations", "/serving-endpoints/llama/invocations"),
    ("custom", "/chat/completions", "/chat/completions"),
    ("custom", "/api/chat/completions", "/api/chat/completions"),
    ("custom", "/api/chat/completions/", "/api/chat/completions"),
    ("custom", "", "/v1/chat/completions"),
    # versions
    ("custom", "/V1", "/V1/chat/completions"),
    ("custom", "/V1/chat/completions", "/V1/chat/completions"),
    ("custom", "/api/v3", "/api/v3/chat/completions"),
    ("custom", "/v1beta/openai/", "/v1beta/openai/chat/completions"),
    ("custom", "//v1//chat/completions", "/v1/chat/completions"),
    ("custom", "/v1/account/gateway/compat/chat/completions", "/v1/account/gateway/compat/chat/completions"),
    (
        "custom",
        "/v1/projects/p/locations/l/endpoints/openapi",
        "/v1/projects/p/locations/l/endpoints/openapi/chat/completions",
    ),
    # Azure: the resource, the portal's target URI, a deployment
    ("azure", "", "/openai/v1/chat/completions"),
    ("azure", "/openai", "/openai/v1/chat/completions"),
    ("azure", AZURE, AZURE),
    ("azure", "/openai/deployments/gpt-4o", "/openai/deployments/gpt-4o/chat/completions"),
    ("azure", "/openai/deployments/gpt-4o?api-version=2024-10-21", AZURE),
    ("azure", "/openai/v1?api-version=preview", "/openai/v1/chat/completions?api-version=preview"),
    ("azure", "/models?api-version=2024-05-01-preview", "/models/chat/completions?api-version=2024-05-01-preview"),
    ("custom", AZURE, AZURE),
    # part of a host's own path
    ("groq", "/openai", "/openai/v1/chat/completions"),
    ("openrouter", "/api", "/api/v1/chat/completions"),
    ("gemini", "/v1beta", "/v1beta/openai/chat/completions"),
    # endpoints of other operations
    ("custom", "/v1/models", "/v1/chat/completions"),
    ("custom", "/v1/completions", "/v1/chat/completions"),
    ("custom", "/v1/embeddings", "/v1/chat/completions"),
    ("custom", "/v1/chat", "/v1/chat/completions"),
    ("ollama", "/api/chat", "/v1/chat/completions"),
    ("ollama", "/api", "/v1/chat/completions"),
    ("custom", "/api/generate", "/v1/chat/completions"),
]


@pytest.mark.parametrize(("provider", "pasted", "path"), PASTED)
async def test_what_is_pasted_reaches_its_server(
    provider: str, pasted: str, path: str, options: ProviderOptions
) -> None:
    """The request goes to the path that the server serves; what the setting shows means the same when sent back."""
    with FakeProvider("chat") as fake:
        setting = resolve(provider, api_key="k", model="m", base_url=fake.url + pasted)
        again = resolve(provider, api_key="k", model="m", base_url=setting.base_url, api=setting.api)
        asked = connect(setting, options)
        await asked.complete(REQUEST)
        await asked.aclose()
        assert [received.path for received in fake.requests] == [path]
    assert again == setting


ENDPOINTS: list[tuple[Dialect, str, str]] = [
    ("messages", "/v1/messages", "/v1/messages"),
    ("messages", "/anthropic/v1/messages", "/anthropic/v1/messages"),
    ("messages", "/messages", "/messages"),
    ("messages", "/v1/account/gateway/anthropic/v1/messages", "/v1/account/gateway/anthropic/v1/messages"),
    ("responses", "/v1/responses", "/v1/responses"),
    ("responses", "/responses", "/responses"),
    (
        "responses",
        "/openai/responses?api-version=2025-04-01-preview",
        "/openai/responses?api-version=2025-04-01-preview",
    ),
    ("chat", "/chat/completions", "/chat/completions"),
]


@pytest.mark.parametrize(("api", "pasted", "path"), ENDPOINTS)
@pytest.mark.parametrize("provider", ["custom", "openai", "anthropic"])
async def test_an_endpoint_says_its_dialect(
    provider: str, api: Dialect, pasted: str, path: str, options: ProviderOptions
) -> None:
    """Whoever pastes a whole endpoint need not know what its dialect is called."""
    with FakeProvider(api) as fake:
        setting = resolve(provider, model="m", base_url=fake.url + pasted)
        asked = connect(setting, options)
        await asked.complete(REQUEST)
        await asked.aclose()
        assert (setting.api, fake.requests[0].path) == (api, path)


@pytest.mark.parametrize(
    ("pasted", "path"),
    [("/v1/chat/completions", "/v1/messages"), ("/chat/completions", "/messages"), ("/x/responses", "/x/messages")],
)
async def test_a_dialect_that_is_named_wins(pasted: str, path: str, options: ProviderOptions) -> None:
    """It is asked at the same place, in the path that it has there."""
    with FakeProvider("messages") as fake:
        asked = connect(resolve("custom", base_url=fake.url + pasted, api="messages"), options)
        await asked.complete(REQUEST)
        await asked.aclose()
        assert fake.requests[0].path == path


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        ("/api/chat/completions", "/api/models"),
        ("/inference", "/inference/models"),
        (AZURE, "/openai/deployments/gpt-4o/models?api-version=2024-10-21"),
        ("/v1/chat/completions", "/v1/models"),
        ("/V1", "/V1/models"),
    ],
)
async def test_models_are_listed_beside_the_endpoint(pasted: str, asked: str, options: ProviderOptions) -> None:
    """And not behind it."""
    with FakeProvider("chat") as fake:
        await list_models(resolve("custom", base_url=fake.url + pasted), options)
        assert fake.requests[0].path == asked


@pytest.mark.parametrize(
    ("provider", "base_url", "kept"),
    [
        ("custom", "https://api.perplexity.ai", "https://api.perplexity.ai"),
        ("custom", "https://api.perplexity.ai/chat/completions", "https://api.perplexity.ai"),
        ("custom", "https://models.github.ai", "https://models.github.ai/inference"),
        ("custom", "https://api.fireworks.ai/inference", "https://api.fireworks.ai/inference/v1"),
        ("custom", "https://api.groq.com", "https://api.groq.com/openai/v1"),
        ("custom", "https://name.openai.azure.com", "https://name.openai.azure.com/openai/v1"),
        ("azure", "https://name.openai.azure.com/?api-version=2024-10-21", "https://name.openai.azure.com/openai/v1"),
        (
            "custom",
            "https://bedrock-runtime.us-west-2.amazonaws.com",
            "https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1",
        ),
        ("custom", "https://elb.us-west-2.amazonaws.com", "https://elb.us-west-2.amazonaws.com/v1"),
        ("custom", "https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1"),
        ("custom", " 'https://api.example.org/v1' ", "https://api.example.org/v1"),
        ("custom", "<https://api.example.org/v1/>", "https://api.example.org/v1"),
    ],
)
def test_well_known_servers_need_no_path(provider: str, base_url: str, kept: str) -> None:
    """Where a server's API is stands in its documentation, and not in an admin's head."""
    assert resolve(provider, api_key="k", model="m", base_url=base_url).base_url == kept


@pytest.mark.parametrize("provider", ["azure", "custom"])
@pytest.mark.parametrize("pasted", ["/openai/deployments/gpt%204o", AZURE.replace("gpt-4o", "gpt%204o")])
def test_a_deployments_address_names_its_model(provider: str, pasted: str) -> None:
    """It need not be typed a second time; what is typed wins."""
    base_url = f"https://name.openai.azure.com{pasted}"
    assert resolve(provider, api_key="k", base_url=base_url).model == "gpt 4o"
    assert resolve(provider, api_key="k", base_url=base_url, model="m").model == "m"


def test_azure_has_its_own_header_under_any_row() -> None:
    """A deployment's address takes no bearer token, whatever an admin has chosen beside it."""
    for name in ("name.openai.azure.com", "name.services.ai.azure.com", "name.cognitiveservices.azure.com"):
        assert "api-key" in headers_for(resolve("custom", api_key="k", base_url=f"https://{name}{AZURE}"))
    assert "api-key" not in headers_for(resolve("custom", api_key="k", base_url="https://openai.azure.com.example.org"))


REFUSED = [
    ("https://platform.openai.com/api-keys", "https://api.openai.com/v1"),
    ("https://www.openai.com", "https://api.openai.com/v1"),
    ("https://console.anthropic.com/settings/keys", "https://api.anthropic.com/v1"),
    ("https://ai.azure.com/resource/deployments", "https://NAME.openai.azure.com"),
    ("https://github.com/marketplace/models", "https://models.github.ai/inference"),
    ("https://aistudio.google.com/apikey", "https://generativelanguage.googleapis.com/v1beta/openai"),
    (
        "https://x.example.org/v1beta/models/g:generateContent",
        "https://generativelanguage.googleapis.com/v1beta/openai",
    ),
    ("https://l-aiplatform.googleapis.com/v1/projects/p/models/g:rawPredict", "/endpoints/openapi"),
    ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/a.b-v1:0/converse", "/openai/v1"),
    ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/a.b-v1:0/invoke-with-response-stream", "/openai/v1"),
    ("api.example.org/v1", "enter https://api.example.org/v1."),
    ("localhost:11434", "enter http://localhost:11434."),
    ("ollama:11434/v1", "enter http://ollama:11434/v1."),
    ("192.168.1.20:8000", "enter http://192.168.1.20:8000."),
    ("http://0.0.0.0:11434", "http://localhost"),
    ("https://<name>.openai.azure.com", "brackets"),
    ("https://{resource}.openai.azure.com/openai/v1", "brackets"),
    ("https://sk-key@api.example.org/v1", "api_key"),
    ("https://api.example.org/v1?key=sk-1", "api_key"),
    ("https://api.example.org/v1/chat/completions?api-version=1&subscription-key=sk-1", "api_key"),
    ("https://api.example.org/v1?", "query"),
    ("https://api.example.org/#/v1", "fragment"),
    ("POST https://api.example.org/v1", "must look like"),
    ("ws://api.example.org/v1", "must look like"),
]


@pytest.mark.parametrize(("pasted", "enter"), REFUSED)
@pytest.mark.parametrize("provider", ["custom", "openai", "azure"])
def test_what_can_not_be_used_says_what_to_enter(provider: str, pasted: str, enter: str) -> None:
    """One sentence about the base URL, which repeats no key."""
    with pytest.raises(SettingError) as caught:
        resolve(provider, api_key="k", model="m", base_url=pasted)
    assert caught.value.field == "base_url"
    assert enter in caught.value.reason
    assert "sk-" not in caught.value.reason


@pytest.mark.parametrize(
    ("pasted", "others"),
    [
        ("/x", ("/x/chat/completions",)),
        ("/api", ("/api/chat/completions",)),
        ("/v1/account/gateway/anthropic", ("/v1/account/gateway/anthropic/v1",)),
        ("/inference", ("/inference/v1",)),
        ("", ("/chat/completions", "/api/chat/completions", "/openai/v1", "/api/v1")),
        ("/v1", ()),
        ("/x/v2/", ()),
        ("/chat/completions", ()),
        (AZURE, ()),
    ],
)
def test_an_open_address_may_mean_others(pasted: str, others: tuple[str, ...]) -> None:
    """Only one that says neither endpoint nor version does."""
    server = "https://api.example.org"
    assert alternatives(HOSTS["custom"], server + pasted, "chat") == tuple(server + each for each in others)
