"""Figures for Prometheus."""

import hmac
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from assistant.errors import ForbiddenError
from assistant.metrics import Metrics
from assistant.web.client_network import read_address
from assistant.web.operation import documented

_TEXT = "text/plain; version=0.0.4"  # Litestar adds the charset
_FORWARDING = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-real-ip",
)


class MetricsController(Controller):
    """Operations for monitoring."""

    path = "/metrics"
    tags = ("Health",)

    @get("/", opt=documented(permission=None, answers=None))
    async def metrics(
        self,
        request: Request[Any, Any, Any],
        metrics: NamedDependency[Metrics],
        metrics_token: NamedDependency[str | None],
    ) -> Response[bytes]:
        """Show figures: to who has the token, or without one to this machine alone."""
        _check(request, metrics_token)
        return Response(metrics.text(), media_type=_TEXT)


def _check(request: Request[Any, Any, Any], token: str | None) -> None:
    if token is not None:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
            raise ForbiddenError("The figures need the token of ASSISTANT_METRICS_TOKEN: 'Authorization: Bearer …'.")
        return
    forwarded = any(name in request.headers for name in _FORWARDING)
    if forwarded or not _is_near(request.scope.get("client")):
        raise ForbiddenError(
            "The figures are for this machine alone; set ASSISTANT_METRICS_TOKEN to read them elsewhere."
        )


def _is_near(client: tuple[str, int] | None) -> bool:
    address = read_address(client[0]) if client is not None else None
    return address is not None and address.is_loopback
