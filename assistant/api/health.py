"""Whether the service lives, and whether what it depends on does."""

import asyncio
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from assistant.database.database import Database
from assistant.envelope import Success, success
from assistant.gateway.core import CoreGateway
from assistant.live_settings.masking import MaskingSettings
from assistant.provider_setting.active import Active, ActiveProvider
from assistant.redis.link import RedisLink
from assistant.web.operation import documented

_TIMEOUT = 2.0  # seconds that the database may take to answer


class HealthController(Controller):
    """Operations that need no credentials."""

    path = "/health"
    tags = ("Health",)

    @get("/", opt=documented(permission=None))
    async def alive(self) -> Success:
        """Say that the process answers."""
        return success(data=True)

    @get("/ready", opt=documented(permission=None, answers=dict[str, str]))
    async def ready(  # noqa: PLR0917 - Litestar gives them by name
        self,
        database: NamedDependency[Database],
        active: NamedDependency[ActiveProvider],
        redis: NamedDependency[RedisLink | None],
        core: NamedDependency[CoreGateway],
        masking: NamedDependency[MaskingSettings],
        started: NamedDependency[asyncio.Event],
    ) -> Response[dict[str, Any]]:
        """Say how the service and each dependency are; 503 when this service can't answer what it is asked.

        A provider that is down is named, and that is all: each of our replicas would say the same of it. Likewise what
        is masked is named only while it can't be told, and nothing is sent to a provider.
        """
        database_up, core_up = await asyncio.gather(_answers(database), core.reachable())
        states = {
            "service": "up" if started.is_set() else "starting",
            "core": "built in" if core.in_process else "up" if core_up else "down",
            "database": "up" if database_up else "down",
            "redis": _redis_state(redis),
            "provider": _provider_state(active.current),
            **_masking_state(masking),
        }
        ready = started.is_set() and database_up and core_up and not active.current.problem
        return Response(success(states), status_code=200 if ready else 503)


def _provider_state(active: Active) -> str:
    if active.problem:
        return "misconfigured"
    first, *rest = [upstream.breaker.state == "closed" for upstream in active.upstreams]
    if first:
        return "configured"
    return "down, a fallback answers" if any(rest) else "down"


def _masking_state(masking: MaskingSettings) -> dict[str, str]:
    if not masking.readable:
        return {"masking": "the settings can't be read"}
    return {"masking": "has patterns that can't be used"} if masking.broken else {}


def _redis_state(redis: RedisLink | None) -> str:
    if redis is None:
        return "not configured"
    if not redis.available:
        return "down"
    return f"refuses ({redis.refused})" if redis.refused else "up"


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT):
            await database.check()
    except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
        return False
    return True
