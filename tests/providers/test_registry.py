"""From an admin's words to a complete setting."""

from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from providers.dialects import Dialect
from providers.errors import SettingError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, connect, origin, resolve
from tests.fakes import FakeProvider
from tests.providers.conftest import REQUEST

SECRET = "sk-very-secret-123"
DOCUMENT = Path(__file__).parents[2] / "docs" / "providers.md"


@pytest.mark.parametrize("name", HOSTS)
def test_every_host_stands_in_the_document(name: str) -> None:
    """An admin finds each host with its title and address."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"`{name}`" in text
    assert HOSTS[name].title in text
    assert HOSTS[name].base_url in text


@pytest.mark.parametrize("name", HOSTS)
def test_every_host_makes_a_setting(name: str, options: ProviderOptions) -> None:
    """With a key, and whatever the row leaves open, each host resolves and connects."""
    host = HOSTS[name]
    base_url = None if host.base_url or name == "local" else "https://models.example.org"
    setting = resolve(name, api_key=SECRET, model=None if host.model else "m", base_url=base_url)
    assert setting.model == (host.model or "m")
    if name != "local":
        assert setting.base_url.startswith(host.base_url or "https://models.example.org")
    assert connect(setting, options).name == name


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/v1/", "http://127.0.0.1:9/v1"),
        ("HTTPS://Models.Example.org:443/proxy", "https://models.example.org/proxy/v1"),
        ("https://example.org/v1beta/openai", "https://example.org/v1beta/openai"),
        ("https://example.org/openai/v1", "https://example.org/openai/v1"),
        ("https://example.org/api/paas/v4", "https://example.org/api/paas/v4"),
        ("https://example.org/v1/chat/completions", "https://example.org/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
@pytest.mark.parametrize("provider", ["custom", "anthropic"])
def test_a_base_url_works_with_and_without_its_version(provider: str, base_url: str, expected: str) -> None:
    """The version is added where there is none, and only there."""
    assert resolve(provider, api_key="k", base_url=base_url).base_url == expected


def test_azure_has_a_path_of_its_own() -> None:
    """Its resource's address is all that an admin must know."""
    setting = resolve("azure", api_key="k", model="my-deployment", base_url="https://name.openai.azure.com")
    assert setting.base_url == "https://name.openai.azure.com/openai/v1"


@pytest.mark.parametrize("name", [name for name, host in HOSTS.items() if host.base_url])
def test_a_host_may_be_given_without_its_path(name: str) -> None:
    """Its address as a person remembers it leads to the same place as its row."""
    host = HOSTS[name]
    bare = "/".join(host.base_url.split("/")[:3])
    assert resolve(name, api_key="k", model="m", base_url=bare).base_url == host.base_url


@pytest.mark.parametrize(
    ("provider", "given", "api"),
    [
        ("openai", {}, "responses"),
        ("openai", {"base_url": "https://proxy.example.org"}, "chat"),
        ("openai", {"api": "chat"}, "chat"),
        ("anthropic", {"base_url": "https://proxy.example.org"}, "messages"),
        ("custom", {"base_url": "https://proxy.example.org"}, "chat"),
        ("custom", {"base_url": "https://proxy.example.org", "api": "messages"}, "messages"),
    ],
)
def test_the_dialect_follows_the_host(provider: str, given: dict[str, str], api: Dialect) -> None:
    """Chat is what every compatible server speaks; OpenAI itself is asked in its newer dialect."""
    assert resolve(provider, api_key="k", **given).api == api  # type: ignore[arg-type] # api is one of the three


@pytest.mark.parametrize(
    ("provider", "given", "field"),
    [
        ("nonesuch", {}, "provider"),
        ("openai", {}, "api_key"),
        ("openai", {"api_key": "two words"}, "api_key"),
        ("openai", {"api_key": "line\nbreak"}, "api_key"),
        ("custom", {}, "base_url"),
        ("azure", {"api_key": "k", "model": "m"}, "base_url"),
        ("ollama", {}, "model"),
        ("azure", {"api_key": "k", "base_url": "https://name.openai.azure.com"}, "model"),
        ("custom", {"base_url": "https://example.org", "api": "soap"}, "api"),
        ("local", {"base_url": "https://example.org"}, "base_url"),
        ("custom", {"base_url": "ftp://example.org"}, "base_url"),
        ("custom", {"base_url": "example.org"}, "base_url"),
        ("custom", {"base_url": "http://"}, "base_url"),
        ("custom", {"base_url": "http://user:password@example.org"}, "base_url"),
        ("custom", {"base_url": "http://example.org/?key=1"}, "base_url"),
        ("custom", {"base_url": "http://example.org/#x"}, "base_url"),
        ("custom", {"base_url": "http://exa mple.org"}, "base_url"),
        ("custom", {"base_url": "http://bücher.example"}, "base_url"),
        ("custom", {"base_url": "http://example.org:99999"}, "base_url"),
        ("custom", {"base_url": "http://example.org\\@evil.example"}, "base_url"),
        ("custom", {"base_url": "http://2130706433"}, "base_url"),
    ],
)
def test_a_bad_setting_names_its_field(provider: str, given: dict[str, str], field: str) -> None:
    """An admin hears which field is wrong, in a sentence."""
    with pytest.raises(SettingError) as caught:
        resolve(provider, **given)  # type: ignore[arg-type] # wrong on purpose
    assert caught.value.field == field
    assert caught.value.reason.endswith(".")


def test_an_unknown_provider_hears_the_known_ones() -> None:
    """The choices stand in the message."""
    with pytest.raises(SettingError, match="openai, anthropic, azure"):
        resolve("nonesuch")


@pytest.mark.parametrize("base_url", ["http://localhost:1234", "http://10.0.0.5:8000", "http://ollama:11434"])
def test_a_server_of_ones_own_needs_no_key(base_url: str) -> None:
    """Whatever host's row it stands under."""
    assert not resolve("openai", base_url=base_url).api_key


async def test_without_a_key_no_header_is_sent(options: ProviderOptions) -> None:
    """A local server sees no made-up credentials."""
    with FakeProvider("chat") as fake:
        provider = connect(resolve("custom", base_url=fake.url), options)
        await provider.complete(REQUEST)
        await provider.aclose()
        assert "authorization" not in fake.requests[0].headers


async def test_azure_takes_its_key_in_a_header_of_its_own(options: ProviderOptions) -> None:
    """It is sent as api-key, and the limit as max_completion_tokens."""
    with FakeProvider("chat") as fake:
        provider = connect(resolve("azure", api_key="k", model="my-deployment", base_url=fake.url), options)
        await provider.complete(REQUEST)
        await provider.aclose()
        assert fake.requests[0].path == "/openai/v1/chat/completions"
        assert fake.requests[0].headers["api-key"] == "k"
        assert "authorization" not in fake.requests[0].headers
        assert fake.requests[0].json["max_completion_tokens"] == 300


def test_a_setting_never_shows_its_key() -> None:
    """Neither in a log line nor in a traceback."""
    setting = resolve("openai", api_key=SECRET)
    assert SECRET not in f"{setting!r} {setting!s} {pretty_repr(setting)}"
    assert "***" in repr(setting)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://API.example.org/v1", "https://api.example.org:443"),
        ("http://api.example.org.", "http://api.example.org:80"),
        ("http://[::1]:8000/v1", "http://[::1]:8000"),
        ("http://127.0.0.1:9/a/b", "http://127.0.0.1:9"),
    ],
)
def test_an_origin_has_one_form(base_url: str, expected: str) -> None:
    """A stored key is bound to it, so two spellings of one server must be equal."""
    assert origin(base_url) == expected
