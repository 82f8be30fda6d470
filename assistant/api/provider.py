"""Showing and switching the provider in charge."""

from typing import Any

from litestar import Controller, get, put
from litestar.di import NamedDependency, Provide

from assistant.auth.actor import AI_MANAGE
from assistant.auth.guards import require
from assistant.completion.active import Active, ActiveProvider
from assistant.completion.provider_change import MASK, ProviderChange
from assistant.envelope import success
from assistant.web.body import body_of
from assistant.web.operation import documented

_BUILT_IN = (
    "The built-in model is for trying the service: its wording is poor and it invents facts. "
    "Choose a provider before agents send its replies."
)


class PublishedChange(ProviderChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new provider and its key, as published; `••••••••` keeps the stored key, and so does leaving it out."""

    api_key: str


class ProviderController(Controller):
    """Operations on the provider setting."""

    path = "/api/v1/ai/provider"
    tags = ("AI",)
    guards = (require(AI_MANAGE),)

    @get("/", opt=documented(permission=AI_MANAGE, answers=dict[str, Any]))
    async def show(self, active: NamedDependency[ActiveProvider]) -> dict[str, Any]:
        """Show the provider in charge; its key is masked."""
        return success(_as_json(active.current))

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(ProviderChange))},
        opt=documented(permission=AI_MANAGE, body=PublishedChange, errors=frozenset({409, 412, 422, 429, 502, 504})),
    )
    async def switch(
        self, wanted: NamedDependency[ProviderChange], active: NamedDependency[ActiveProvider]
    ) -> dict[str, Any]:
        """Put another provider in charge, once it answered a live test."""
        await active.switch(wanted)
        return success(data=True)


def _as_json(active: Active) -> dict[str, Any]:
    setting = active.setting
    return {
        "provider": setting.provider,
        "title": active.host.title,
        "model": active.model,
        "base_url": setting.base_url,
        "api": setting.api,
        "api_key": MASK if setting.api_key else "",
        "has_api_key": bool(setting.api_key),
        "source": active.source,
        "problem": active.problem or None,
        "note": _BUILT_IN if setting.provider == "local" else None,
    }
