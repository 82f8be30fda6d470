"""The provider setting in the shape of Libredesk's own AI settings page, so that the page switches our provider.

Only the type `completion` is ours; the core answers `/api/v1/ai/config/` with any other.
"""

from typing import Any

import msgspec
from litestar import Controller, get, post, put
from litestar.di import NamedDependency, Provide
from msgspec import Struct

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.provider_setting.active import Active, ActiveProvider
from assistant.provider_setting.change import MASK
from assistant.provider_setting.settings_page import PageChange
from assistant.web.body import body_of
from assistant.web.operation import documented

_FAULTS = frozenset({422, 429, 502, 504})


class CompletionConfig(Struct, frozen=True, kw_only=True):
    """A provider setting as Libredesk shows it.

    `••••••••` keeps the stored key, an empty key clears it; an empty `base_url` is OpenAI's. Without a `provider` the
    address says which it is. Prompts and providers decide what comes after `model`: it must stay as it is shown.
    """

    provider: str = ""
    base_url: str = ""
    api_key: str = ""
    model: str = ""
    temperature: float | None = None
    max_tokens: int = 0
    dimensions: int = 0
    embedding_max_tokens: int = 0
    instructions: str = ""
    reasoning_effort: str = ""
    vision: bool = False
    has_api_key: bool = False


_UNUSED = {*CompletionConfig.__struct_fields__} - {*PageChange.__struct_fields__, "has_api_key"}
_INSTEAD = {
    "temperature": "every prompt has its own temperature",
    "max_tokens": "every prompt has its own limit",
    "instructions": "instructions belong into the prompts",
    "reasoning_effort": "the effort goes with the provider",
    "vision": "the assistant sends no pictures",
}
_read = body_of(PageChange)


async def read_change(request: ApiRequest) -> PageChange:
    """Read what the page sends.

    Raises:
        InvalidRequestError: it can't be used, or a field that the page has and we don't keep holds something: saying
            nothing would be a lie. What a newer page sends besides is passed over.
    """
    change = await _read(request)
    try:
        sent: dict[str, Any] = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeError, RecursionError):  # in a field that the first reading passed over
        raise InvalidRequestError("", "The body must be a JSON object, in UTF-8.") from None
    for name in _UNUSED & sent.keys():
        if not _is_empty(name, sent[name]):
            raise InvalidRequestError(name, f"{_INSTEAD.get(name, 'this has no effect here')}; leave it empty")
    return change


def _is_empty(name: str, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a field holds nothing; 0 is nothing for all but the temperature."""
    return value in (None, "") or (name != "temperature" and value in (0, [], {}))


class CompletionConfigController(Controller):
    """Operations of Libredesk's AI settings page on the provider setting."""

    path = "/api/v1/ai/config/completion"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=CompletionConfig))
    async def show_config(self, active: NamedDependency[ActiveProvider]) -> Success:
        """Show the active provider as Libredesk does; its key is masked."""
        return success(_shown(active.current))

    @put(
        "/",
        dependencies={"wanted": Provide(read_change)},
        opt=documented(permission=AI_MANAGE, body=CompletionConfig, errors=_FAULTS | {409, 412}),
    )
    async def switch_by_config(
        self, request: ApiRequest, wanted: NamedDependency[PageChange], active: NamedDependency[ActiveProvider]
    ) -> Success:
        """Switch the provider from Libredesk's page, after a live test of at most 5 seconds.

        While a model is loaded first, nothing is switched, and the load goes on: send the same again.
        """
        await active.switch(wanted, agent_id=request.user.id)
        return success(data=True)

    @post(
        "/test",
        status_code=200,
        dependencies={"wanted": Provide(read_change)},
        opt=documented(permission=AI_MANAGE, body=CompletionConfig, errors=_FAULTS),
    )
    async def test_config(
        self, wanted: NamedDependency[PageChange], active: NamedDependency[ActiveProvider]
    ) -> Success:
        """Make one live call of at most 5 seconds with what Libredesk's page holds, and save nothing.

        A model that is loaded first goes on loading: send the same again.
        """
        await active.check(wanted)
        return success(data=True)


def _shown(active: Active) -> CompletionConfig:
    setting = active.setting
    return CompletionConfig(
        provider=setting.provider,
        base_url=setting.base_url,
        api_key=MASK if setting.api_key else "",
        model=active.model,
        has_api_key=bool(setting.api_key),
    )
