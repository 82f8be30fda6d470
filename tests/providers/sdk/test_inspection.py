"""What the live test and the list of models do for us, and what they must not do."""

import gzip

import pytest

from providers.dialects import Dialect
from providers.errors import (
    CredentialsError,
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
    SettingError,
)
from providers.registry import ProviderOptions, ProviderSetting, connect, resolve
from providers.sdk.inspection import check, list_models
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST


@pytest.fixture(autouse=True)
def _foreign_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that the SDKs read by themselves; none of them may reach a provider."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(name, "foreign-credential")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: foreign-credential")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")


async def test_a_good_setting_passes(fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions) -> None:
    """One short completion arrives, and the environment's credentials and proxies play no part in it."""
    fake.reply("ready")
    completion = await check(setting, options)
    assert (completion.text, completion.provider, completion.model) == ("ready", "custom", "small")
    assert "foreign-credential" not in str(fake.requests[0].headers)
    assert "authorization" not in fake.requests[0].headers


async def test_a_model_that_is_still_thinking_passes(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions
) -> None:
    """The check allows few tokens; a model that used them up for thinking was reached all the same."""
    fake.script(steps.reply("", finish="length"))
    assert (await check(setting, options)).finish == "length"


async def test_a_wrong_key_is_told_apart(dialect: Dialect, options: ProviderOptions) -> None:
    """A refused key is a CredentialsError, the right one passes."""
    with FakeProvider(dialect, key="right") as fake:
        with pytest.raises(CredentialsError):
            await check(resolve("custom", base_url=fake.url, api=dialect, api_key="wrong"), options)
        await check(resolve("custom", base_url=fake.url, api=dialect, api_key="right"), options)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (steps.status(404), InvalidRequestError),
        (steps.redirect("http://127.0.0.1:9/"), InvalidRequestError),
        (steps.truncate(), ProviderError),
        (steps.empty(), ProviderError),
        (steps.wrong_content_type(), ProviderError),
    ],
)
async def test_a_bad_answer_fails_the_check(
    fake: FakeProvider,
    setting: ProviderSetting,
    options: ProviderOptions,
    step: steps.Step,
    expected: type[ProviderError],
) -> None:
    """The check asks once, and fails as the provider itself would."""
    fake.script(step)
    with pytest.raises(expected):
        await check(setting, options)
    assert len(fake.requests) == 1


async def test_the_check_leaves_out_a_refused_parameter(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions, dialect: Dialect
) -> None:
    """A model that wants another parameter is not a bad setting."""
    name = {"chat": "max_tokens", "responses": "store", "messages": "output_config"}[dialect]
    fake.script(steps.status(400, param=name, message=f"Unsupported parameter: {name}"))
    await check(setting, options)
    assert [name in received.json for received in fake.requests] == [True, False]


async def test_models_are_listed_in_order(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions
) -> None:
    """The host's own order is kept."""
    assert await list_models(setting, options) == ("small", "large")
    assert fake.requests[0].path.startswith("/v1/models")


async def test_a_name_that_leads_to_a_private_address_is_refused(fake: FakeProvider, options: ProviderOptions) -> None:
    """Nothing connects to an address that our own transport would refuse."""
    denied = ProviderOptions(state_dir=options.state_dir, private_base_urls=False)
    setting = resolve("custom", base_url=fake.url.replace("127.0.0.1", "localhost"))
    for asked in (check, list_models):
        with pytest.raises(SettingError) as caught:
            await asked(setting, denied)
        assert caught.value.field == "base_url"
    assert not fake.requests


@pytest.mark.parametrize("path", ["", "/v1", "/anthropic", "/v1/acc/gw/anthropic", "/api/v2", "/v1/v1", "/a%2Fb/v1"])
async def test_the_check_asks_the_url_that_the_adapter_asks(
    fake: FakeProvider, dialect: Dialect, options: ProviderOptions, path: str
) -> None:
    """A setting that passes works afterwards, and one that would work passes, whatever path a gateway has."""
    setting = resolve("custom", base_url=fake.url + path, api=dialect)
    provider = connect(setting, options)
    await provider.complete(REQUEST)
    await provider.aclose()
    await check(setting, options)
    assert fake.requests[0].path == fake.requests[1].path


async def test_neither_a_compressed_nor_an_endless_answer_is_read(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions
) -> None:
    """A small answer must not become a large one in memory, and a large one is not read to its end."""
    bomb = gzip.compress(b" " * 50_000_000)
    for asked in (check, list_models):
        fake.script(steps.whole(200, bomb, {"Content-Encoding": "gzip"}), steps.huge())
        for _ in range(2):
            with pytest.raises(MalformedReplyError):
                await asked(setting, options)
    assert {received.headers["accept-encoding"] for received in fake.requests} == {"identity"}


@pytest.mark.parametrize(("code", "expected"), [(200, MalformedReplyError), (400, InvalidRequestError)])
async def test_deep_json_fails_the_check(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions, code: int, expected: type[ProviderError]
) -> None:
    """What nothing can read is an error like any other."""
    fake.script(steps.deep(code), steps.deep(code))
    with pytest.raises(expected):
        await check(setting, options)
    with pytest.raises(expected):
        await list_models(setting, options)


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"'])
async def test_what_is_no_list_of_models_is_an_error(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions, content: bytes
) -> None:
    """And not a failure of ours."""
    fake.script(steps.whole(200, content))
    with pytest.raises(MalformedReplyError):
        await list_models(setting, options)


async def test_models_without_a_name_are_left_out(
    fake: FakeProvider, setting: ProviderSetting, options: ProviderOptions
) -> None:
    """No one could choose them."""
    fake.script(steps.whole(200, b'{"data": [{"id": "a"}, {"object": "model"}, {"id": 7}, 7, {"id": "b"}]}'))
    assert await list_models(setting, options) == ("a", "b")


async def test_the_built_in_model_passes(options: ProviderOptions) -> None:
    """It is tried through our own adapter, and lists itself."""
    setting = resolve("local")
    completion = await check(setting, options)
    assert completion.text
    assert await list_models(setting, options) == (completion.model,)
