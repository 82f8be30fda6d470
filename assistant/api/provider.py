"""Showing and switching the active provider."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, get, post, put
from litestar.di import NamedDependency, Provide
from msgspec import Struct

from assistant.api.provider_health import health_of
from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.database.database import Database
from assistant.envelope import Success, success
from assistant.errors import DatabaseUnavailableError
from assistant.provider_setting.active import Active, ActiveProvider
from assistant.provider_setting.change import MASK, ProviderChange
from assistant.provider_setting.live_test import Tried
from assistant.usage.last_hour import last_hour
from assistant.usage.log import UsageLog
from assistant.web.body import body_of
from assistant.web.operation import Parameter, documented
from assistant.web.parameters import read_flag
from providers.hosts import HOSTS, Host
from providers.registry import ProviderSetting

_BUILT_IN = (
    "The built-in model is for trying the service: its wording is poor and it invents facts. "
    "Choose a provider before agents send its replies."
)


_MOST_SAID = 200  # characters of a test's answer, which is a word where all is well


class PublishedChange(ProviderChange, frozen=True, kw_only=True):
    """A new provider and its key, as published; `••••••••` keeps the stored key, and so does leaving it out."""

    api_key: str


class TestedProvider(Struct, frozen=True, kw_only=True):
    """How a live call to a provider went.

    Attributes:
        name: tells it from the others of the setting.
        model: the one that was asked.
        base_url: the address that answered.
        milliseconds: until the whole answer was there.
        text: what the model said.
        models: names of the models that can be chosen; empty where the provider gives no list.
    """

    name: str
    provider: str
    model: str
    base_url: str
    milliseconds: float
    text: str
    models: list[str]


class ProviderController(Controller):
    """Operations on the provider setting."""

    path = "/api/v1/ai/provider"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=dict[str, Any]))
    async def show(self, active: NamedDependency[ActiveProvider]) -> Success:
        """Show the active provider; its key is masked."""
        return success(_as_json(active.current))

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(ProviderChange))},
        opt=documented(permission=AI_MANAGE, body=PublishedChange, errors=frozenset({409, 412, 422, 429, 502, 504})),
    )
    async def switch(
        self, request: ApiRequest, wanted: NamedDependency[ProviderChange], active: NamedDependency[ActiveProvider]
    ) -> Success:
        """Switch the provider, after a live test of it and its fallbacks, each of which has 5 seconds to answer.

        While one of them loads its model first, nothing is switched, and the load goes on: send the same again.
        """
        await active.switch(wanted, agent_id=request.user.id)
        return success(data=True)

    @post(
        "/test",
        status_code=200,
        dependencies={"wanted": Provide(body_of(ProviderChange))},
        opt=documented(
            permission=AI_MANAGE,
            answers=bool | list[TestedProvider],
            body=PublishedChange,
            query=(Parameter(name="detail", schema={"type": "boolean", "default": False}),),
            errors=frozenset({422, 429, 502, 504}),
        ),
    )
    async def test(
        self, request: ApiRequest, wanted: NamedDependency[ProviderChange], active: NamedDependency[ActiveProvider]
    ) -> Success:
        """Make one live call of at most 5 seconds with the given setting and each of its fallbacks, and save nothing.

        A model that is loaded first goes on loading: send the same again. With `detail` the answer is how each call
        went, and which models there are.
        """
        detail = read_flag(request, "detail")
        tried = await active.check(wanted)
        if not detail:
            return success(data=True)
        return success([_tested(*each) for each in zip(tried, await active.models_of(tried), strict=True)])


class ProvidersController(Controller):
    """Operations on the providers that there are."""

    path = "/api/v1/ai/providers"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=dict[str, Any]))
    async def list_providers(
        self,
        active: NamedDependency[ActiveProvider],
        database: NamedDependency[Database],
        usage_log: NamedDependency[UsageLog],
    ) -> Success:
        """List what can be chosen, and the state of the active providers, in the order in which they are asked.

        What they did in the last hour is of all replicas; breaker, queue and last error are of the one that is asked.
        """
        await usage_log.flush()
        try:
            hours = await last_hour(database)
        except DatabaseUnavailableError:
            hours = None  # the rest is worth seeing all the more
        configured = health_of(active.current, hours)
        return success({"known": [_known(host) for host in HOSTS.values()], "configured": configured})


def _known(host: Host) -> dict[str, Any]:
    return {
        "provider": host.name,
        "title": host.title,
        "base_url": host.base_url,
        "api": host.api,
        "model": host.model,
        "needs_key": host.needs_key,
    }


def _tested(tried: Tried, models: Sequence[str]) -> TestedProvider:
    setting = tried.setting
    return TestedProvider(
        name=setting.label,
        provider=setting.provider,
        model=setting.model,
        base_url=setting.base_url,
        milliseconds=tried.milliseconds,
        text=tried.text[:_MOST_SAID],
        models=list(models),
    )


def _setting_as_json(setting: ProviderSetting) -> dict[str, Any]:
    return {
        "provider": setting.provider,
        "model": setting.model,
        "base_url": setting.base_url,
        "api": setting.api,
        "api_key": MASK if setting.api_key else "",
        "has_api_key": bool(setting.api_key),
        "headers": {name: MASK for name, _ in setting.headers},
    }


def _as_json(active: Active) -> dict[str, Any]:
    setting = active.setting
    return {
        **_setting_as_json(setting),
        "title": active.host.title,
        "model": active.model,
        "fallbacks": [{"name": each.label, **_setting_as_json(each)} for each in active.settings[1:]],
        "source": active.source,
        "problem": active.problem or None,
        "note": _BUILT_IN if setting.is_built_in else None,
    }
