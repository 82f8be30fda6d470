"""How the active providers are: breaker and queue of this process, figures of all replicas, the last error."""

from copy import copy
from datetime import UTC, datetime
from typing import Any, TypeAlias

from msgspec import structs

from assistant.errors import message_of
from assistant.provider_setting.active import Active
from assistant.usage.last_hour import LastHour
from providers.advice import advise, surroundings
from providers.asking.upstream import Failure, Upstream
from providers.registry import ProviderSetting

Hours: TypeAlias = dict[tuple[str, str], LastHour]


def health_of(active: Active, hours: Hours | None) -> list[dict[str, Any]]:
    """Return how each active provider is, in the order in which they are asked.

    Args:
        active: the providers.
        hours: what they did in the last hour, by name and model; each is taken out by the first one that it is for.
            None: it is not known.
    """
    return [
        {
            "name": setting.label,
            "provider": setting.provider,
            "model": upstream.model,
            "breaker": upstream.breaker.state,
            "recent_calls": upstream.breaker.calls,
            "recent_failures": upstream.breaker.failures,
            "under_way": upstream.slots.used,
            "waiting": upstream.slots.waiting,
            "last_hour": None if hours is None else _hour_of(setting, upstream, hours),
            "last_error": _shown(upstream.failure, setting),
        }
        for setting, upstream in zip(active.settings, active.upstreams, strict=True)
    ]


def _hour_of(setting: ProviderSetting, upstream: Upstream, hours: Hours) -> LastHour:
    """Add what failed without a model, as no answer came, to what its provider answered."""
    answered = hours.pop((setting.provider, upstream.model), LastHour())
    failed = hours.pop((setting.provider, ""), LastHour())
    return structs.replace(
        answered, requests=answered.requests + failed.requests, errors=answered.errors + failed.errors
    )


def _shown(failure: Failure | None, setting: ProviderSetting) -> dict[str, Any] | None:
    """Return an error in our own words, with what whoever sets it up can do; never what the provider sent."""
    if failure is None:
        return None
    error = copy(failure.error)
    advise(error, setting, surroundings())
    return {
        "at": datetime.fromtimestamp(failure.at, UTC),
        "code": error.code,
        "status": error.status,
        "message": message_of(error),
    }
