"""Whether the service lives, and whether what it depends on does."""

import asyncio
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from assistant.completion.active import ActiveProvider
from assistant.core.gateway import CoreGateway
from assistant.envelope import success
from assistant.store.database import Database
from assistant.store.redis_link import RedisLink
from assistant.web.operation import documented

_TIMEOUT = 2.0  # seconds that the database may take to answer


class HealthController(Controller):
    """Operations that need no credentials."""

    path = "/health"
    tags = ("Health",)

    @get("/", opt=documented(permission=None))
    async def alive(self) -> dict[str, Any]:
        """Say that the process answers."""
        return success(data=True)

    @get("/ready", opt=documented(permission=None, answers=dict[str, str]))
    async def ready(
        self,
        database: NamedDependency[Database],
        active: NamedDependency[ActiveProvider],
        redis: NamedDependency[RedisLink | None],
        core: NamedDependency[CoreGateway],
    ) -> Response[dict[str, Any]]:
        """Say how each dependency is; 503 when completions can't be answered."""
        database_up, core_up = await asyncio.gather(_answers(database), core.reachable())
        states = {
            "core": "built in" if core.in_process else "up" if core_up else "down",
            "database": "up" if database_up else "down",
            "redis": _redis_state(redis),
            "provider": "misconfigured" if active.current.problem else "configured",
        }
        ready = database_up and core_up and not active.current.problem
        return Response(success(states), status_code=200 if ready else 503)


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
